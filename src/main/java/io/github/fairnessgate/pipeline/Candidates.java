package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.search.CandidateResult.Problem;
import io.github.fairnessgate.search.CandidateResult.Problem.Kind;
import io.github.fairnessgate.search.RecipeFile;
import io.github.fairnessgate.search.RecipeVariant;
import io.github.fairnessgate.worker.WorkerEndedException;
import io.github.fairnessgate.worker.WorkerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    record Made(Map<String, LocatedModel> models, Map<String, Problem> problems) {}

    /**
     * Writes the recipes and completes them, before any is carried out.
     *
     * @throws InvalidInputException if one does not fit the model, or if a text cannot be resolved
     */
    Map<String, Recipe> recipes(List<RecipeVariant> variants, LocatedModel model) {
        Map<String, Recipe> recipes = new LinkedHashMap<>();
        for (RecipeVariant variant : variants) {
            // A problem is named by the words of the search.
            variant.explaining(() -> {
                Recipe recipe = Recipes.complete(variant.recipe(), model, host);
                recipe.requireTexts();
                return recipe;
            });
        }
        removeOthers(variants);
        for (RecipeVariant variant : variants) {
            Path file = RecipeFile.write(variant, folder.resolve(variant.id()));
            recipes.put(
                    variant.id(),
                    Recipes.complete(
                            RecipeReader.read(file.toString(), host.locations().base()), model, host));
        }
        return recipes;
    }

    /**
     * Carries the recipes out. One that cannot be, for instance because a guard stops it, and one whose worker runs out
     * of time or memory leave the others alone.
     *
     * @throws InvalidInputException if what is wrong is not the recipe's own fault, such as a full disk
     */
    Made make(List<RecipeVariant> variants, Map<String, Recipe> recipes, LocatedModel model, Device device)
            throws WorkerException, InterruptedException {
        Map<String, LocatedModel> models = new LinkedHashMap<>();
        Map<String, Problem> problems = new LinkedHashMap<>();
        int number = 0;
        for (RecipeVariant variant : variants) {
            number++;
            host.progress()
                    .info("Candidate " + variant.id() + ", " + number + " of " + variants.size() + ": "
                            + variant.label());
            try {
                LocatedModel one = made(variant, recipes.get(variant.id()), model, device);
                same(models, one)
                        .ifPresentOrElse(
                                other -> problems.put(
                                        variant.id(),
                                        new Problem(Kind.NOT_MADE, "It is the same model as " + other + ".")),
                                () -> models.put(variant.id(), one));
            } catch (UnfitException unfit) {
                String why = RecipeFile.inTheUsersLines(unfit.getMessage(), variant, folder.resolve(variant.id()));
                AtomicFiles.delete(folder.resolve(variant.id())); // it may hold what another recipe made before
                problems.put(variant.id(), new Problem(Kind.NOT_MADE, why));
                host.messages().warn(variant.id() + " (" + variant.label() + ") cannot be made: " + why);
            } catch (WorkerEndedException ended) {
                problems.put(variant.id(), new Problem(Kind.FAILED, ended.getMessage()));
                host.messages()
                        .warn(variant.id() + " (" + variant.label() + ") failed, the search goes on: "
                                + ended.getMessage());
            }
        }
        return new Made(models, problems);
    }

    /** A candidate that was made before and is the same model, which would take a place of a finalist. */
    private static Optional<String> same(Map<String, LocatedModel> models, LocatedModel one) {
        return models.entrySet().stream()
                .filter(other -> other.getValue()
                        .directory()
                        .digest()
                        .equals(one.directory().digest()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Candidates of an earlier search that this one does not try. */
    private void removeOthers(List<RecipeVariant> variants) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Set<String> own = variants.stream().map(RecipeVariant::id).collect(Collectors.toSet());
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(Files::isDirectory)
                    .filter(RecipeFile::isIn)
                    .filter(other -> !own.contains(other.getFileName().toString()))
                    .toList()
                    .forEach(AtomicFiles::delete);
        } catch (IOException e) {
            throw FileErrors.cannot("remove earlier candidates from", folder, e);
        }
    }

    private LocatedModel made(RecipeVariant variant, Recipe recipe, LocatedModel model, Device device)
            throws WorkerException, InterruptedException {
        Path own = folder.resolve(variant.id());
        CompressedModel compressed =
                new CompressedModel(own, workers::work, host.progress(), host.messages()::warn).untimed();
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
