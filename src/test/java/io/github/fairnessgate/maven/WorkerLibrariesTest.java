package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.pipeline.LibraryVersions;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.MavenExecutionRequest;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.repository.LocalRepository;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which libraries Maven's own resolver gives a worker, from a local repository with jars of the right coordinates and
 * no content.
 */
class WorkerLibrariesTest {

    @TempDir
    Path repository;

    private WorkerLauncher launcher;
    private MavenSession session;
    private final MavenProject project = new MavenProject();

    @BeforeEach
    @SuppressWarnings("deprecation") // the ways that replace this need more of Maven than there is in a unit test
    void makeRepository() throws IOException {
        for (String coordinates : List.of(
                "org.slf4j:slf4j-simple:1",
                "ai.djl.huggingface:tokenizers:1",
                "com.microsoft.onnxruntime:onnxruntime:1.29.0",
                "com.microsoft.onnxruntime:onnxruntime_gpu:1.29.0",
                "ai.djl.pytorch:pytorch-engine:1",
                "ai.djl.pytorch:pytorch-jni:1",
                "ai.djl.pytorch:pytorch-native-cpu:2.5.1:linux-x86_64",
                "ai.djl.pytorch:pytorch-native-cu124:2.5.1:linux-x86_64",
                "org.bytedeco:cuda-redist:12.9-9.10-1.5.12:linux-x86_64")) {
            install(coordinates.split(":"));
        }
        RepositorySystem system = MavenRepositorySystemUtils.newServiceLocator().getService(RepositorySystem.class);
        DefaultRepositorySystemSession resolver = MavenRepositorySystemUtils.newSession();
        resolver.setLocalRepositoryManager(
                system.newLocalRepositoryManager(resolver, new LocalRepository(repository.toFile())));
        resolver.setOffline(true);
        MavenExecutionRequest request = new DefaultMavenExecutionRequest().setOffline(true);
        session = new MavenSession(null, resolver, request, new DefaultMavenExecutionResult());
        project.setPluginArtifactRepositories(List.of());
        launcher = new WorkerLauncher(system, null, new LibraryVersions(pinned()));
    }

    @Test
    void anEvaluationOnACpuTakesTheCpuBuildAndNoTrainingEngine() {
        assertThat(classPath(evaluation(Device.CPU)))
                .contains("onnxruntime-1.29.0.jar")
                .doesNotContain("onnxruntime_gpu-1.29.0.jar")
                .noneMatch(name -> name.contains("pytorch"));
    }

    @Test
    void anEvaluationOnCudaTakesTheCudaBuildOfTheSameVersionInThePlaceOfTheOther() {
        assertThat(classPath(evaluation(Device.CUDA)))
                .contains("onnxruntime_gpu-1.29.0.jar")
                .doesNotContain("onnxruntime-1.29.0.jar")
                .noneMatch(name -> name.contains("pytorch"));
    }

    @Test
    void aCompressionTakesTheTrainingEngineForItsDevice() {
        assertThat(classPath(compression(Device.CPU)))
                .contains("pytorch-native-cpu-2.5.1-linux-x86_64.jar")
                .noneMatch(name -> name.contains("cu124"));
        assertThat(classPath(compression(Device.CUDA)))
                .contains("pytorch-native-cu124-2.5.1-linux-x86_64.jar", "onnxruntime_gpu-1.29.0.jar")
                .noneMatch(name -> name.contains("native-cpu"));
    }

    @Test
    void aLibraryThatCannotBeHadOfflineIsNamedWithWhatToDo() throws IOException {
        Files.delete(repository.resolve("com/microsoft/onnxruntime/onnxruntime_gpu/1.29.0/onnxruntime_gpu-1.29.0.jar"));
        assertThatThrownBy(() -> classPath(evaluation(Device.CUDA)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("com.microsoft.onnxruntime:onnxruntime_gpu:jar:1.29.0")
                .hasMessageContaining("once without -o");
        Files.delete(repository.resolve(
                "ai/djl/pytorch/pytorch-native-cu124/2.5.1/pytorch-native-cu124-2.5.1-linux-x86_64.jar"));
        assertThatThrownBy(() -> launcher.cuda(repository, session, project))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("ai.djl.pytorch:pytorch-native-cu124:jar:linux-x86_64:2.5.1")
                .hasMessageContaining("once without -o");
    }

    @Test
    void theLibrariesThatAWorkerIsGivenForCudaComeFromTheJarsOfThatVersion() {
        assertThatThrownBy(() -> launcher.cuda(repository, session, project))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("pytorch-native-cu124-2.5.1-linux-x86_64.jar")
                .hasMessageContaining("cuda-redist-12.9-9.10-1.5.12-linux-x86_64.jar")
                .hasMessageContaining("onnxruntime_gpu-1.29.0.jar");
    }

    @Test
    void theRecordOfAnEvaluationOnCudaNamesTheJarsThatItsArithmeticComesFrom() {
        assertThat(launcher.versions().ofEvaluation(Device.CUDA, "1.0"))
                .containsEntry("pytorch", "2.5.1")
                .containsEntry("cuda-redist", "12.9-9.10-1.5.12")
                .containsEntry("onnxruntime", "1.29.0");
        assertThat(launcher.versions().ofEvaluation(Device.CPU, "1.0"))
                .containsOnlyKeys("fairness-maven-plugin", "onnxruntime", "tokenizers");
    }

    private List<String> classPath(WorkerRequest request) {
        return launcher.classPath(request, List.of(), session, project).stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    private static WorkerRequest evaluation(Device device) {
        return new WorkerRequest.Evaluate(
                "model",
                "digest",
                List.of(),
                Map.of(),
                device,
                EvaluationPrecision.FLOAT32,
                WorkerRequest.Answering.NONE,
                "output");
    }

    private static WorkerRequest compression(Device device) {
        return new WorkerRequest.Compress(
                "model", "recipe", 1, "base", Map.of(), "key", Map.of(), device, "output", "checkpoints", "times");
    }

    /** The coordinates that the plugin pins, with versions of this test. */
    private static Properties pinned() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(
                Path.of("src/main/resources-filtered/io/github/fairnessgate/maven/worker.properties"))) {
            properties.load(reader);
        }
        properties.replaceAll((key, value) -> value.toString()
                .replace("${onnxruntime.version}", "1.29.0")
                .replace("${pytorch.version}", "2.5.1")
                .replace("${cuda-redist.version}", "12.9-9.10-1.5.12")
                .replaceAll("\\$\\{[^}]*}", "1"));
        return properties;
    }

    private void install(String... parts) throws IOException {
        Path folder = Files.createDirectories(
                repository.resolve(parts[0].replace('.', '/')).resolve(parts[1]).resolve(parts[2]));
        String name = parts[1] + "-" + parts[2];
        Files.writeString(
                folder.resolve(name + ".pom"),
                "<project><modelVersion>4.0.0</modelVersion><groupId>" + parts[0] + "</groupId><artifactId>" + parts[1]
                        + "</artifactId><version>" + parts[2] + "</version></project>");
        Files.createFile(folder.resolve(name + (parts.length > 3 ? "-" + parts[3] : "") + ".jar"));
    }
}
