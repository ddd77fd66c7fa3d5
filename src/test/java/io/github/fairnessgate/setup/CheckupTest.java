package io.github.fairnessgate.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.pipeline.LocatedModel;
import io.github.fairnessgate.pipeline.RecipeForecast;
import io.github.fairnessgate.setup.Finding.Level;
import io.github.fairnessgate.worker.CudaLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckupTest {

    private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

    @TempDir
    Path folder;

    @Test
    void aMachineWithoutAGpuIsHealthyUnlessCudaIsAskedFor() {
        CudaLibraries none = cuda(Optional.empty(), Map.of());
        assertThat(levels(Checkup.device("auto", none, Optional.empty()))).containsOnly(Level.OK);
        assertThat(levels(Checkup.device("cpu", none, Optional.empty()))).containsOnly(Level.OK);
        assertThat(Checkup.device("cuda", none, Optional.empty()))
                .filteredOn(finding -> finding.level() == Level.PROBLEM)
                .extracting(Finding::subject)
                .containsExactly("device", "CUDA");
    }

    @Test
    void aGpuThatLacksALibraryIsWarnedOfByNameAndOfWhereItWasLookedFor() {
        List<Finding> findings = Checkup.device(
                "auto",
                cuda(Optional.of("550.54.14"), Map.of("libcudart.so.12", Path.of("/lib/libcudart.so.12"))),
                Optional.of("NVIDIA L4"));
        assertThat(findings.get(0))
                .matches(finding -> finding.level() == Level.WARN
                        && finding.fact().contains("cpu, although")
                        && finding.fact().contains("libcudnn.so.9 (cuDNN 9)"));
        assertThat(findings).anyMatch(finding -> finding.fact().equals("libcudart.so.12 found: /lib/libcudart.so.12"));
        assertThat(findings)
                .anyMatch(finding -> finding.level() == Level.WARN
                        && finding.subject().equals("CUDA")
                        && finding.advice().contains("/somewhere/lib"));
    }

    @Test
    void aCompleteGpuIsNamedAndAnOldDriverIsWarnedOf() {
        Map<String, Path> both = Map.of(
                "libcudart.so.12", Path.of("/lib/libcudart.so.12"), "libcudnn.so.9", Path.of("/lib/libcudnn.so.9"));
        List<Finding> findings = Checkup.device("auto", cuda(Optional.of("550.54.14"), both), Optional.of("NVIDIA L4"));
        assertThat(levels(findings)).containsOnly(Level.OK);
        assertThat(findings.get(0).fact()).startsWith("cuda (NVIDIA L4)");
        assertThat(Checkup.device("auto", cuda(Optional.of("470.82.01"), both), Optional.empty())
                        .get(0))
                .matches(finding -> finding.level() == Level.WARN
                        && finding.fact().contains("cpu, although")
                        && finding.fact().contains("470.82.01"));
        assertThat(Checkup.device("auto", cuda(Optional.of("470.82.01"), both), Optional.empty()))
                .anyMatch(finding ->
                        finding.level() == Level.WARN && finding.advice().contains("525.60.13"));
    }

    @Test
    void anUnknownDeviceIsAProblem() {
        assertThat(Checkup.device("gpu", cuda(Optional.empty(), Map.of()), Optional.empty())
                        .get(0))
                .matches(finding -> finding.level() == Level.PROBLEM
                        && finding.fact().contains("'gpu'")
                        && finding.advice().contains("auto, cpu or cuda"));
    }

    @Test
    void memoryIsComparedWithWhatTheModelAndTheRecipeTake() {
        Optional<LocatedModel> model = Optional.of(referenceModel());
        Optional<Recipe> recipe = Optional.of(recipe("quickstart-distillation"));
        assertThat(levels(Checkup.memory(OptionalLong.of(4_000_000_000L), model, recipe, Device.CPU)))
                .containsExactly(Level.OK, Level.OK, Level.OK);
        assertThat(levels(Checkup.memory(OptionalLong.of(500_000_000L), model, recipe, Device.CPU)))
                .containsExactly(Level.OK, Level.OK, Level.WARN);
        assertThat(levels(Checkup.memory(OptionalLong.of(10_000_000L), model, recipe, Device.CPU)))
                .containsExactly(Level.OK, Level.PROBLEM, Level.PROBLEM);
        assertThat(levels(Checkup.memory(OptionalLong.empty(), model, recipe, Device.CPU)))
                .containsExactly(Level.WARN);
    }

    @Test
    void whatIsSaidToBeNeededIsWhatWasMeasured() {
        // docs/benchmarks.md: StereoSet on the reference model 310 MB, distillation 0.75 to 0.97 GB.
        List<Finding> findings = Checkup.memory(
                OptionalLong.of(4_000_000_000L),
                Optional.of(referenceModel()),
                Optional.of(recipe("quickstart-distillation")),
                Device.CPU);
        assertThat(findings.get(1).fact()).contains("about 314.3 MB");
        assertThat(findings.get(2).fact()).containsPattern("about (9\\d\\d\\.\\d MB|1\\.0 GB)");
    }

    @Test
    void aModelIsDescribedByItsShapeAndHowItIsMeasured() {
        List<Finding> findings = Checkup.model(referenceModel());
        assertThat(findings).extracting(Finding::level).containsOnly(Level.OK);
        assertThat(findings)
                .extracting(Finding::fact)
                .contains(
                        "weights in model.safetensors, F16, output layer tied to the embedding",
                        "every text follows \"<|endoftext|>\" (token 8191), and a generated one ends with it");
        assertThat(findings.get(0).fact())
                .isEqualTo("builtin:reference-gpt2: 6 layers of width 192, 8,192 tokens, 256 positions, 4,291,584 "
                        + "parameters, 8.6 MB on disk");
    }

    @Test
    void tooLittleDiskIsAProblem() {
        assertThat(Checkup.output(folder.resolve("not/yet/there"), 1000).level())
                .isEqualTo(Level.OK);
        Finding full = Checkup.output(folder, Long.MAX_VALUE);
        assertThat(full.level()).isEqualTo(Level.PROBLEM);
        assertThat(full.advice()).contains("fairness.outputDirectory");
    }

    @Test
    void aFolderThatCannotBeWrittenToIsAProblem() {
        Path readOnly = folder.resolve("read-only");
        assumeThat(readOnly.toFile().mkdir() && readOnly.toFile().setWritable(false) && !Files.isWritable(readOnly))
                .as("permissions are respected")
                .isTrue();
        assertThat(Checkup.output(readOnly.resolve("target"), 0).level()).isEqualTo(Level.PROBLEM);
    }

    @Test
    void theCacheIsMeasuredWithoutFollowingLinks() throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("hub/blobs"));
        Files.write(blobs.resolve("a"), new byte[3_000_000]);
        Files.createSymbolicLink(folder.resolve("hub/link"), blobs.resolve("a"));
        assertThat(Checkup.huggingFace(folder.resolve("hub")).fact()).endsWith("hub: 3.0 MB used");
        assertThat(Checkup.cache(folder, Device.CPU).fact()).contains(": 3.0 MB used, ");
        assertThat(Checkup.huggingFace(folder.resolve("absent")).fact()).endsWith("not there, not needed");
    }

    @Test
    void theHuggingFaceCacheIsWhereItsOwnToolsHaveIt() {
        Path home = Path.of("/home/someone");
        assertThat(Checkup.huggingFaceCache(Map.of(), home)).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(Checkup.huggingFaceCache(Map.of("XDG_CACHE_HOME", "/x"), home))
                .isEqualTo(Path.of("/x/huggingface/hub"));
        assertThat(Checkup.huggingFaceCache(Map.of("HF_HOME", "/h", "XDG_CACHE_HOME", "/x"), home))
                .isEqualTo(Path.of("/h/hub"));
        assertThat(Checkup.huggingFaceCache(Map.of("HF_HUB_CACHE", "/c", "HF_HOME", "/h"), home))
                .isEqualTo(Path.of("/c"));
    }

    @Test
    void theDefaultRecipeIsForecastForAModelThatItDoesNotFit() {
        RecipeForecast forecast = RecipeForecast.of(
                recipe("distilgpt2"), referenceModel().directory().config(), Device.CPU, 2);
        assertThat(forecast.smaller()).isFalse();
        assertThat(forecast.time().orElseThrow()).isBetween(Duration.ofMinutes(30), Duration.ofHours(2));
        assertThat(levels(Checkup.recipe(forecast))).containsExactly(Level.WARN, Level.WARN);
        assertThat(forecast.warnings(Duration.ofDays(1)))
                .hasSize(2)
                .first()
                .asString()
                .contains("distilgpt2 keeps all layers", "heads-30");
        assertThat(forecast.warnings(Duration.ofMinutes(5)))
                .hasSize(3)
                .last()
                .asString()
                .contains("fairness.timeout", "(300 s)");
    }

    @Test
    void aQuickRecipeIsNothingToWarnOf() {
        for (String name : List.of("heads-30", "quickstart-distillation", "int8")) {
            RecipeForecast forecast =
                    RecipeForecast.of(recipe(name), referenceModel().directory().config(), Device.CPU, 2);
            assertThat(forecast.warnings(Duration.ofDays(1))).as(name).isEmpty();
            assertThat(levels(Checkup.recipe(forecast))).as(name).containsExactly(Level.OK);
        }
    }

    @Test
    void float16IsWarnedOfOnACpuAlone() throws IOException {
        Files.writeString(folder.resolve("half.yaml"), """
                version: 1
                seed: 1
                text: builtin:gpt2-samples
                stages:
                  - {method: distillation, layers: 3, steps: 1, precision: float16}
                """);
        Recipe half = RecipeReader.read("half.yaml", folder);
        assertThat(RecipeForecast.of(half, referenceModel().directory().config(), Device.CPU, 2)
                        .warnings(Duration.ofDays(1)))
                .singleElement()
                .asString()
                .contains("asks for precision: float16, which is meant for a GPU");
        assertThat(RecipeForecast.of(half, referenceModel().directory().config(), Device.CUDA, 2)
                        .warnings(Duration.ofDays(1)))
                .isEmpty();
    }

    @Test
    void noTimeIsClaimedForAGpu() {
        RecipeForecast forecast = RecipeForecast.of(
                recipe("distilgpt2"), referenceModel().directory().config(), Device.CUDA, 2);
        assertThat(forecast.time()).isEmpty();
        assertThat(forecast.isLong()).isFalse();
    }

    @Test
    void whatCannotBeLookedAtIsAProblemWithItsSentence() {
        assertThat(Checkup.attempt("cache", () -> {
                    throw new InvalidInputException("The folder x cannot be listed.");
                }))
                .containsExactly(Finding.problem("cache", "The folder x cannot be listed.", ""));
    }

    @Test
    void linesAreAlignedAndAdviceStandsBelow() {
        assertThat(Finding.lines(
                        List.of(Finding.ok("device", "cpu"), Finding.problem("memory", "12 MB available", "buy some"))))
                .containsExactly(
                        "OK       device  cpu", "PROBLEM  memory  12 MB available", "                 -> buy some");
    }

    private static List<Level> levels(List<Finding> findings) {
        return findings.stream().map(Finding::level).toList();
    }

    private static CudaLibraries cuda(Optional<String> driver, Map<String, Path> found) {
        Map<String, String> missing = new TreeMap<>(Map.of("libcudart.so.12", "CUDA 12", "libcudnn.so.9", "cuDNN 9"));
        missing.keySet().removeAll(found.keySet());
        return new CudaLibraries(
                "linux-x86_64",
                DRIVER,
                driver,
                new TreeMap<>(found),
                new TreeMap<>(missing),
                List.of(Path.of("/somewhere/lib")));
    }

    private LocatedModel referenceModel() {
        return new LocatedModel(
                ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder.resolve("models"))),
                "builtin:reference-gpt2");
    }

    private static Recipe recipe(String name) {
        return RecipeReader.read(name, Path.of("."));
    }
}
