package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;

/**
 * Maven's JVM has none of the worker's libraries, and reads recipes all the same: to check them, to estimate, and to
 * see what is up to date.
 */
class RecipesWithoutEngineTest {

    /** One class of each jar. */
    private static final List<Class<?>> MAVENS = List.of(
            RecipeReader.class, ObjectMapper.class, JsonParser.class, JsonProperty.class, Jdk8Module.class, Load.class);

    @TempDir
    Path folder;

    static List<String> recipes() {
        return RecipeReader.BUILTINS;
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void recipesAreReadPlannedAndEstimatedWithoutAnyLibraryOfTheWorker(String recipe) throws Exception {
        Path file = Files.writeString(folder.resolve("config.json"), """
                {"model_type": "gpt2", "n_layer": 12, "n_head": 12, "n_embd": 48, "n_positions": 1024, "vocab_size": 50257}""");
        try (URLClassLoader maven = withoutEngine()) {
            Class<?> reader = maven.loadClass(RecipeReader.class.getName());
            Object read = reader.getMethod("read", String.class, Path.class).invoke(null, recipe, Path.of("."));
            Class<?> config = maven.loadClass("io.github.fairnessgate.model.Gpt2Config");
            Object gpt2 = config.getMethod("read", Path.class).invoke(null, file);
            assertThat((List<?>) read.getClass().getMethod("plan", config).invoke(read, gpt2))
                    .isNotEmpty();
            Method disk =
                    maven.loadClass(Estimate.class.getName()).getMethod("disk", read.getClass(), config, boolean.class);
            assertThat((Long) disk.invoke(null, read, gpt2, true)).isPositive();
        }
    }

    @Test
    void theReportOfACompressionIsReadWithoutAnyLibraryOfTheWorker() throws Exception {
        String size = "{\"digest\": \"0\", \"parameters\": 1, \"zeros\": 0, \"bytes\": 4, \"layers\": []}";
        Files.writeString(folder.resolve("compression.json"), """
                {"version": 1, "recipe": {"name": "mine"}, "seed": 3, "input": %s, "output": %s, "stages": [{"seed": 1, "output": %s,
                 "stage": {"method": "distillation", "teacher": "input", "blocks": [0], "settings": {"temperature": 2.0, "topK": 0, "loss": {"ce": 1,
                  "clm": 0, "mse": 0, "cosine": 0, "reverseKl": 0, "hidden": 0, "attention": 0}, "freezePositions": false, "steps": 1, "batchSize": 1,
                  "sequenceLength": 2, "learningRate": 1e-3, "schedule": "COSINE", "warmup": 0.0, "clip": 1.0, "gradientAccumulation": 1,
                  "precision": "FLOAT16"}, "windows": 1, "heldOut": 0, "tokens": 1, "curve": [], "validations": [], "skipped": 0, "windowsAtOnce": 1,
                  "result": 1}}]}
                """.formatted(size, size, size));
        try (URLClassLoader maven = withoutEngine()) {
            Object report = maven.loadClass(CompressionReport.class.getName())
                    .getMethod("read", Path.class)
                    .invoke(null, folder);
            assertThat(report.toString()).contains("FLOAT16", "COSINE");
        }
    }

    @Test
    void theLibrariesOfTheWorkerAreReallyMissingHere() throws Exception {
        try (URLClassLoader maven = withoutEngine()) {
            assertThatThrownBy(() -> maven.loadClass("ai.djl.engine.Engine"))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThatThrownBy(() -> maven.loadClass("ai.onnxruntime.OrtEnvironment"))
                    .isInstanceOf(ClassNotFoundException.class);
        }
    }

    private static URLClassLoader withoutEngine() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (Class<?> type : MAVENS) {
            urls.add(type.getProtectionDomain().getCodeSource().getLocation());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
