package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.search.RecipeFile;
import io.github.fairnessgate.search.RecipeVariant;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the candidates of a search, each in a folder of its own; what is there and would come out the same is kept. */
final class Candidates {

    private final ModelHost host;
    private final Workers workers;
    private final Path folder;
    private final boolean cached;

    /** @param folder that has a folder of each candidate */
    Candidates(ModelHost host, Workers workers, Path folder, boolean cached) {
        this.host = host;
        this.workers = workers;
        this.folder = folder;
        this.cached = cached;
    }

    /**
     * What could be made, and why the rest could not.
     *
     * @param models by the id of the candidate, in the order of the search
     * @param problems likewise
     */
    record Made(Map<String, LocatedModel> models, SortedMap<String, String> problems) {}

    /**
     * Writes the recipes and completes them, before any is carried out.
     *
     * @throws InvalidInputException if one does not fit the model, or if a text cannot be resolved
     */
    Map<String, Recipe> recipes(List<RecipeVariant> variants, LocatedModel model) {
        Map<String, Recipe> recipes = new LinkedHashMap<>();
        for (RecipeVariant variant : variants) {
            Recipes.complete(variant.recipe(), model, host); // a problem is named by the words of the search
        }
        for (RecipeVariant variant : variants) {
            Path file = RecipeFile.write(variant, folder.resolve(variant.id()));
            recipes.put(
                    variant.id(),
                    Recipes.complete(
                            RecipeReader.read(file.toString(), host.locations().base()), model, host));
        }
        return recipes;
    }

    /** Carries the recipes out; one that cannot be, for instance because a guard stops it, leaves the others alone. */
    Made make(List<RecipeVariant> variants, Map<String, Recipe> recipes, LocatedModel model, Device device)
            throws WorkerException, InterruptedException {
        Map<String, LocatedModel> models = new LinkedHashMap<>();
        SortedMap<String, String> problems = new TreeMap<>();
        int number = 0;
        for (RecipeVariant variant : variants) {
            number++;
            host.progress()
                    .info("Candidate " + variant.id() + ", " + number + " of " + variants.size() + ": "
                            + variant.label());
            try {
                models.put(variant.id(), made(variant, recipes.get(variant.id()), model, device));
            } catch (InvalidInputException problem) {
                problems.put(variant.id(), problem.getMessage());
                host.messages().warn(variant.id() + " cannot be made: " + problem.getMessage());
            }
        }
        return new Made(models, problems);
    }

    private LocatedModel made(RecipeVariant variant, Recipe recipe, LocatedModel model, Device device)
            throws WorkerException, InterruptedException {
        Path own = folder.resolve(variant.id());
        CompressedModel compressed = new CompressedModel(own, workers::work, host.progress(), host.messages()::warn);
        if (!cached) {
            compressed.startAfresh();
        }
        compressed.bringUpToDate(
                CompressionJob.of(
                        model,
                        own.resolve(RecipeFile.NAME).toString(),
                        host.locations().base(),
                        recipe,
                        device,
                        host.libraries().ofCompression(device, host.build())),
                cached ? Optional.empty() : Optional.of(Parameters.CACHE + " is off"),
                false,
                workers.timeout());
        return new LocatedModel(ModelDirectory.open(compressed.folder()), variant.label());
    }
}
