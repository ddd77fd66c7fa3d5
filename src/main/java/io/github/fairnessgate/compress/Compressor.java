package io.github.fairnessgate.compress;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.train.TrainingEngine;
import io.github.fairnessgate.yaml.LocatedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Runs the stages of a recipe. The result is a folder with {@code config.json}, the weights, the tokenizer's files and
 * {@link CompressionReport#FILE}; where the recipe asks for it, and heads are missing or weights are quantized, also
 * {@value DenseTwin#FOLDER}, the same model with zeros in the place of heads and float32 weights, for programs that
 * cannot read {@code pruned_heads} or quantized weights. The folder appears whole or not at all.
 */
public final class Compressor {

    static final int REPORT_VERSION = 1;

    private Compressor() {}

    /**
     * Compresses a model.
     *
     * @param input what to compress; is not changed
     * @param recipe how
     * @param target the folder to make; one that is there is replaced, at the very end
     * @param checkpoints a folder for what the next start needs to go on, should this one be killed; removed at the
     *     very end
     * @param device where tensors are computed
     * @param versions what the report says about libraries and tools, beside Java and the training engine
     * @param progress receives how far it is
     * @param finisher may add files to the folder that it is given, which holds the finished model; called once
     * @throws InvalidInputException if the recipe does not fit the model, the text cannot be used, the training
     *     diverges or the target cannot be written
     */
    public static Compression run(
            ModelDirectory input,
            Recipe recipe,
            Path target,
            Path checkpoints,
            Device device,
            Map<String, String> versions,
            Progress progress,
            Consumer<Path> finisher) {
        return run(
                input,
                recipe,
                CompressionKey.of(input.digest(), recipe, device, versions),
                target,
                checkpoints,
                device,
                versions,
                progress,
                finisher);
    }

    /**
     * Compresses a model that was looked at before.
     *
     * @param key what {@link CompressionKey} was then
     * @throws InvalidInputException if the model, the recipe or the text that was read now has another key; else as the
     *     method without a key
     */
    public static Compression run(
            ModelDirectory input,
            Recipe recipe,
            String key,
            Path target,
            Path checkpoints,
            Device device,
            Map<String, String> versions,
            Progress progress,
            Consumer<Path> finisher) {
        long start = System.nanoTime();
        TrainingText text = TrainingText.read(recipe.textSources());
        String digest = input.digest();
        requireKey(key, CompressionKey.of(digest, recipe, text.sources(), device, versions), input, recipe);
        recipe.plan(input.config());
        input.requireFinite();
        recipe.stages().forEach(stage -> stage.requireText(text));
        TokenStream tokens = tokenize(text, input);
        Checkpoints kept = Checkpoints.of(checkpoints, origin(key, versions), progress);
        List<CompressionReport.AchievedStage> stages = new ArrayList<>();
        List<CompressionTimes.StageTime> times = new ArrayList<>();
        runStages(input, recipe, kept, text, tokens, device, progress, stages, times);
        ModelSize before = ModelSize.of(input);
        if (!before.digest().equals(digest)) {
            kept.delete(); // nobody knows which bytes its stages saw
            throw changed(input, digest, before.digest());
        }
        CompressionReport report = new CompressionReport(
                REPORT_VERSION,
                new CompressionReport.Source(recipe.name(), recipe.digest()),
                recipe.seed(),
                CompressionReport.Text.of(text, tokens),
                device.id(),
                versions(versions),
                before,
                stages.get(stages.size() - 1).output(),
                List.copyOf(stages));
        AtomicFiles.writeFolder(
                target,
                folder -> write(folder, kept.modelFiles(recipe.stages().size() - 1), recipe.dense(), report, finisher));
        kept.delete();
        return new Compression(report, new CompressionTimes(secondsSince(start), times));
    }

    private static void write(
            Path folder, List<Path> modelFiles, boolean dense, CompressionReport report, Consumer<Path> finisher) {
        modelFiles.forEach(file -> copy(file, folder));
        ModelDirectory model = ModelDirectory.open(folder);
        requireFinite(model);
        requireSame(model, report.output().digest(), model.digest());
        if (dense) {
            DenseTwin.writeIfNeeded(model, folder);
        }
        finisher.accept(folder);
        report.write(folder.resolve(CompressionReport.FILE));
    }

    private static void requireFinite(ModelDirectory made) {
        try {
            made.requireFinite();
        } catch (InvalidInputException e) {
            throw new UnfitException(e.getMessage(), e);
        }
    }

    /**
     * For a build that looked at all of it before.
     *
     * @param expected {@link CompressionKey} as it was then
     * @param found as it is now
     * @throws InvalidInputException if it is another one
     */
    public static void requireKey(String expected, String found, ModelDirectory input, Recipe recipe) {
        if (!found.equals(expected)) {
            throw new InvalidInputException("The model " + input.path() + ", the recipe " + recipe.name()
                    + " or its text changed while the build ran: run it again.");
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static TokenStream tokenize(TrainingText text, ModelDirectory model) {
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            return TokenStream.of(text, tokenizer);
        }
    }

    /** All that decides the result, by name. */
    private static Map<String, String> origin(String key, Map<String, String> versions) {
        Map<String, String> origin = new TreeMap<>(versions(versions));
        origin.put("key", key);
        origin.put("threads", Integer.toString(TrainingEngine.threads()));
        return origin;
    }

    /** Every stage writes into a folder of the checkpoints; what an earlier start finished is not done again. */
    private static void runStages(
            ModelDirectory input,
            Recipe recipe,
            Checkpoints checkpoints,
            TrainingText text,
            TokenStream tokens,
            Device device,
            Progress progress,
            List<CompressionReport.AchievedStage> achieved,
            List<CompressionTimes.StageTime> times) {
        ModelDirectory model = input;
        for (int index = 0; index < recipe.stages().size(); index++) {
            Stage stage = recipe.stages().get(index);
            long seed = Seeds.derive(recipe.seed(), index);
            StageContext context =
                    new StageContext(input, text, tokens, seed, device, progress, checkpoints.training(index));
            Checkpoints.FinishedStage finished = checkpoints.finished(index).orElse(null);
            if (finished != null) {
                progress.info("stage " + (index + 1) + " of " + recipe.stages().size() + ", " + stage.method()
                        + ": finished before, continuing behind it");
            } else {
                ModelDirectory before = model;
                boolean last = index == recipe.stages().size() - 1;
                finished = checkpoints.finish(index, output -> run(stage, before, output, context, last));
            }
            model = ModelDirectory.open(checkpoints.folder(index));
            times.add(new CompressionTimes.StageTime(stage.method(), finished.seconds()));
            ModelSize size = ModelSize.of(model);
            requireSame(model, finished.digest(), size.digest());
            achieved.add(new CompressionReport.AchievedStage(seed, finished.report(), size));
        }
    }

    /** The report speaks of the bytes that were used. */
    private static void requireSame(ModelDirectory model, String before, String now) {
        if (!before.equals(now)) {
            throw changed(model, before, now);
        }
    }

    private static InvalidInputException changed(ModelDirectory model, String before, String now) {
        return new InvalidInputException(
                "The model in " + model.path() + " changed while it was being compressed (its SHA-256 was " + before
                        + " and is " + now + "): run the build again when nothing else writes to it.");
    }

    private static Checkpoints.FinishedStage run(
            Stage stage, ModelDirectory model, Path output, StageContext context, boolean last) {
        copyTokenizer(model, output);
        long start = System.nanoTime();
        StageReport report = report(stage, model, output, context);
        if (last) {
            keepType(context.original(), ModelDirectory.open(output));
        }
        double seconds = secondsSince(start);
        ModelDirectory result = ModelDirectory.open(output);
        requireChange(stage, model, result);
        return new Checkpoints.FinishedStage(result.digest(), report, seconds);
    }

    /** What a stage says of a line of the recipe is the recipe's own fault. */
    private static StageReport report(Stage stage, ModelDirectory model, Path output, StageContext context) {
        try {
            return stage.run(model, output, context);
        } catch (LocatedException e) {
            throw new UnfitException(e.getMessage(), e);
        }
    }

    /**
     * A model of 16 bits is not twice as large afterwards, only because stages compute in float32; weights that do not
     * fit into 16 bits stay float32.
     */
    private static void keepType(ModelDirectory original, ModelDirectory result) {
        DType type = original.dtype().orElse(DType.F32);
        if (result.dtype()
                        .filter(written -> written == DType.F32 && type.bytes() == 2)
                        .isPresent()
                && result.tensors().values().stream()
                        .allMatch(weight -> type == DType.BF16 || isHalf(weight.toFloats()))) {
            ModelDirectory.writeWeights(
                    result.path(), result.config(), name -> result.tensor(name).toFloats(), type);
        }
    }

    private static boolean isHalf(float[] values) {
        for (float value : values) {
            if (Math.abs(value) > DType.LARGEST_F16) {
                return false;
            }
        }
        return true;
    }

    /**
     * Compares numbers and not files, because another program writes the same model in other bytes; a model that takes
     * less room is another one.
     */
    private static void requireChange(Stage stage, ModelDirectory before, ModelDirectory after) {
        if (before.config().equals(after.config())
                && before.weightBytes() <= after.weightBytes()
                && before.tensors().values().stream()
                        .allMatch(weight -> Arrays.equals(
                                weight.toFloats(), after.tensor(weight.name()).toFloats()))) {
            throw new UnfitException(
                    "The stage " + stage.method() + " changed nothing: its result is the model that it was given;"
                            + " ask for more in the recipe, or remove the stage.");
        }
    }

    /** Makes the folder if need be. */
    static void copyTokenizer(ModelDirectory model, Path output) {
        model.tokenizerFiles().forEach(file -> copy(file, output));
    }

    private static void copy(Path file, Path folder) {
        try {
            Files.createDirectories(folder);
            Files.copy(file, folder.resolve(file.getFileName()));
        } catch (IOException e) {
            throw new InvalidInputException(
                    file + " cannot be copied to " + folder + ": " + Reason.of(e)
                            + "; check permissions and free space.",
                    e);
        }
    }

    private static Map<String, String> versions(Map<String, String> others) {
        Map<String, String> versions = new TreeMap<>(others);
        versions.putAll(TrainingEngine.versions());
        versions.put("java", Runtime.version().toString());
        return versions;
    }
}
