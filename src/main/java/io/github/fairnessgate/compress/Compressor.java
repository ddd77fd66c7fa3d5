package io.github.fairnessgate.compress;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.artifact.Gpt2Config;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.Tokenizer;
import io.github.fairnessgate.train.TrainingEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Runs the stages of a recipe. The result is a folder with {@code config.json}, the weights, the tokenizer's files and
 * {@link CompressionReport#FILE}; where heads are missing or weights are quantized also {@value #DENSE}, the same model with
 * zeros in the place of heads and float32 weights, for programs that cannot read {@code pruned_heads} or quantized weights. The
 * folder appears whole or not at all.
 */
public final class Compressor {

    private static final int REPORT_VERSION = 1;

    /** The folder of the twin that other programs can read. */
    public static final String DENSE = "dense";

    private Compressor() {
    }

    /**
     * Compresses a model.
     *
     * @param input    what to compress; is not changed
     * @param recipe   how
     * @param target   the folder to make; one that is there is replaced, at the very end
     * @param device   where tensors are computed
     * @param progress receives how far it is
     * @param finisher may add files to the folder that it is given, which holds the finished model; called once
     * @throws InvalidInputException if the recipe does not fit the model, the text cannot be used, the
     *                               training diverges or the target cannot be written
     */
    public static Compression run(ModelDirectory input, Recipe recipe, Path target, Device device, Progress progress,
            Consumer<Path> finisher) {
        plan(input.config(), recipe);
        input.requireFinite();
        TrainingText text = TrainingText.read(recipe.text(), recipe.baseDirectory());
        TokenStream tokens = tokenize(text, input);
        try (PartialDirectory partial = PartialDirectory.beside(target)) {
            List<CompressionReport.AchievedStage> stages = new ArrayList<>();
            List<Double> seconds = new ArrayList<>();
            ModelDirectory model = runStages(input, recipe, partial.path(), tokens, device, progress, stages, seconds);
            model.requireFinite();
            writeDenseTwin(model, partial.path().resolve(DENSE));
            finisher.accept(partial.path());
            CompressionReport report = new CompressionReport(REPORT_VERSION,
                    new CompressionReport.Source(recipe.name(), recipe.digest()), recipe.seed(),
                    new CompressionReport.Text(text.name(), text.digest(), text.documents().size(), tokens.size()),
                    device.id(), versions(), CompressionReport.Model.of(input), CompressionReport.Model.of(model), List.copyOf(stages));
            report.write(partial.path().resolve(CompressionReport.FILE));
            partial.moveIntoPlace();
            return new Compression(report, new CompressionTimes(seconds));
        }
    }

    private static void plan(Gpt2Config config, Recipe recipe) {
        Gpt2Config planned = config;
        for (Stage stage : recipe.stages()) {
            planned = stage.plan(planned);
        }
    }

    private static TokenStream tokenize(TrainingText text, ModelDirectory model) {
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            return TokenStream.of(text, tokenizer);
        }
    }

    /** The last stage writes into {@code partial} itself, the others into folders below it that do not stay. */
    private static ModelDirectory runStages(ModelDirectory input, Recipe recipe, Path partial, TokenStream tokens, Device device,
            Progress progress, List<CompressionReport.AchievedStage> achieved, List<Double> seconds) {
        ModelDirectory model = input;
        List<Path> intermediate = new ArrayList<>();
        for (int index = 0; index < recipe.stages().size(); index++) {
            Stage stage = recipe.stages().get(index);
            boolean isLast = index + 1 == recipe.stages().size();
            Path output = isLast ? partial : partial.resolve(".stage-" + index);
            copyTokenizer(model, output);
            long seed = Seeds.derive(recipe.seed(), index);
            long start = System.nanoTime();
            StageReport report = stage.run(model, output, new StageContext(tokens, seed, device, progress));
            seconds.add((System.nanoTime() - start) / 1e9);
            ModelDirectory result = ModelDirectory.open(output);
            requireChange(stage, model, result);
            achieved.add(new CompressionReport.AchievedStage(seed, report, CompressionReport.Model.of(result)));
            model = result;
            if (!isLast) {
                intermediate.add(output);
            }
        }
        delete(intermediate);
        return model;
    }

    private static void requireChange(Stage stage, ModelDirectory before, ModelDirectory after) {
        if (before.digest().equals(after.digest())) {
            throw new InvalidInputException("The stage " + stage.method() + " changed nothing: the model that it made is the one that it was given;"
                    + " ask more of it in the recipe, or leave it out.");
        }
    }

    private static void writeDenseTwin(ModelDirectory model, Path output) {
        if (!model.isQuantized() && model.config().prunedHeads().stream().allMatch(List::isEmpty)) {
            return;
        }
        copyTokenizer(model, output);
        HeadRemoval.fill(model, output);
    }

    /** Makes the folder if need be. */
    private static void copyTokenizer(ModelDirectory model, Path output) {
        try {
            Files.createDirectories(output);
            for (Path file : model.tokenizerFiles()) {
                Files.copy(file, output.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new InvalidInputException("The tokenizer of " + model.path() + " cannot be copied to " + output + ": " + e
                    + "; check permissions and free space.", e);
        }
    }

    private static void delete(List<Path> folders) {
        try {
            for (Path folder : folders) {
                PartialDirectory.deleteTree(folder);
            }
        } catch (IOException e) {
            throw new InvalidInputException("The folder of an intermediate model cannot be deleted: " + e + ".", e);
        }
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>(TrainingEngine.versions());
        versions.put("java", Runtime.version().toString());
        return versions;
    }
}
