package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.pipeline.LibraryVersions;
import io.github.fairnessgate.pipeline.ModelHost;
import io.github.fairnessgate.worker.CudaFolder;
import io.github.fairnessgate.worker.Devices;
import io.github.fairnessgate.worker.SparkProcess;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerRequest;
import io.github.fairnessgate.worker.WorkerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import javax.inject.Inject;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.resolution.ArtifactDescriptorException;
import org.eclipse.aether.resolution.ArtifactDescriptorRequest;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;

/** Starts workers: resolves the libraries that a request needs on its device, and finds the Java to run them. */
@Named
@Singleton
class WorkerLauncher {

    private final RepositorySystem repositorySystem;
    private final ToolchainManager toolchainManager;
    private final LibraryVersions versions;

    @Inject
    WorkerLauncher(RepositorySystem repositorySystem, ToolchainManager toolchainManager) {
        this(repositorySystem, toolchainManager, new LibraryVersions(pinned()));
    }

    WorkerLauncher(RepositorySystem repositorySystem, ToolchainManager toolchainManager, LibraryVersions versions) {
        this.repositorySystem = repositorySystem;
        this.toolchainManager = toolchainManager;
        this.versions = versions;
    }

    LibraryVersions versions() {
        return versions;
    }

    /** @throws InvalidInputException if a library cannot be resolved, or if the worker finds the input at fault */
    WorkerProcess.Usage run(
            WorkerRequest request,
            ModelHost.Launch launch,
            Path cache,
            List<Artifact> pluginArtifacts,
            MavenSession session,
            MavenProject project,
            Progress progress)
            throws WorkerException, InterruptedException {
        return new WorkerProcess(settings(request, launch, cache, pluginArtifacts, session, project))
                .run(request, progress);
    }

    /** @throws InvalidInputException if a library cannot be resolved, or if the cluster or the input is at fault */
    void run(
            SparkProcess.Job job,
            List<String> libraries,
            ModelHost.Launch launch,
            Path cache,
            List<Artifact> pluginArtifacts,
            MavenSession session,
            MavenProject project,
            Progress progress)
            throws WorkerException, InterruptedException {
        List<Path> spark = resolve(libraries, managedBy(libraries.get(0), session, project), session, project).stream()
                .map(result -> result.getArtifact().getFile().toPath())
                .toList();
        new SparkProcess(settings(job.request(), launch, cache, pluginArtifacts, session, project), spark)
                .run(job, progress);
    }

    /** For one worker after the other: libraries that several of them need are resolved and unpacked once. */
    private synchronized WorkerSettings settings(
            WorkerRequest request,
            ModelHost.Launch launch,
            Path cache,
            List<Artifact> pluginArtifacts,
            MavenSession session,
            MavenProject project) {
        return new WorkerSettings(
                java(session, project),
                classPath(request, pluginArtifacts, session, project),
                launch.argLine(),
                launch.sharing(),
                launch.timeout(),
                cache,
                launch.scratch(),
                launch.log(),
                runsOnnxOnCuda(request) ? Optional.of(complete(cuda(cache, session, project))) : Optional.empty(),
                launch.gpu());
    }

    /**
     * A compression uses PyTorch alone, which finds its libraries itself; a second copy of them in one process would be
     * one too many.
     */
    private static boolean runsOnnxOnCuda(WorkerRequest request) {
        return request.device() == Device.CUDA && !(request instanceof WorkerRequest.Compress);
    }

    /**
     * The libraries with which ONNX Runtime can use a GPU, as far as they come from a Maven repository.
     *
     * @throws InvalidInputException if they cannot be resolved or unpacked
     */
    CudaFolder cuda(Path cache, MavenSession session, MavenProject project) {
        return CudaFolder.in(
                cache,
                jar(versions.cudaMathematics(), session, project),
                jar(versions.cudaToolkit(), session, project),
                jar(versions.onnxRuntime(Device.CUDA), session, project));
    }

    private static CudaFolder complete(CudaFolder folder) {
        SortedSet<String> missing = folder.needs(Devices.libraryFolders()).missing();
        if (!missing.isEmpty()) {
            throw new InvalidInputException(
                    "ONNX Runtime's CUDA provider needs " + String.join(", ", missing) + ", which "
                            + (missing.size() == 1 ? "is" : "are") + " neither in " + folder.path()
                            + " nor on this machine; install "
                            + (missing.size() == 1 ? "it" : "them") + ", or set fairness.device to cpu.");
        }
        return folder;
    }

    /** One jar, without what it depends on. */
    private Path jar(String coordinates, MavenSession session, MavenProject project) {
        ArtifactRequest request =
                new ArtifactRequest(new DefaultArtifact(coordinates), project.getRemotePluginRepositories(), null);
        try {
            return repositorySystem
                    .resolveArtifact(session.getRepositorySession(), request)
                    .getArtifact()
                    .getFile()
                    .toPath();
        } catch (ArtifactResolutionException e) {
            throw unresolved(e, session);
        }
    }

    private Path java(MavenSession session, MavenProject project) {
        // Without a POM nothing can have chosen a toolchain, and Maven 4 fails when asked.
        Toolchain toolchain =
                project.getFile() == null ? null : toolchainManager.getToolchainFromBuildContext("jdk", session);
        String tool = toolchain == null ? null : toolchain.findTool("java");
        return tool == null ? Path.of(System.getProperty("java.home"), "bin", "java") : Path.of(tool);
    }

    /** The plugin's own class path first, then what it does not have yet. */
    List<Path> classPath(
            WorkerRequest request, List<Artifact> pluginArtifacts, MavenSession session, MavenProject project) {
        List<Path> classPath = new ArrayList<>();
        Set<String> present = new HashSet<>();
        for (Artifact artifact : pluginArtifacts) {
            classPath.add(artifact.getFile().toPath());
            present.add(artifact.getGroupId() + ":" + artifact.getArtifactId());
        }
        for (ArtifactResult result : resolve(libraries(request), List.of(), session, project)) {
            if (present.add(identity(result.getArtifact()))) {
                classPath.add(result.getArtifact().getFile().toPath());
            }
        }
        return classPath;
    }

    private static String identity(org.eclipse.aether.artifact.Artifact artifact) {
        return artifact.getGroupId() + ":" + artifact.getArtifactId();
    }

    private List<String> libraries(WorkerRequest request) {
        List<String> coordinates = new ArrayList<>(versions.evaluation(request.device()));
        if (request instanceof WorkerRequest.Compress) {
            coordinates.addAll(versions.training(request.device(), Devices.platform()));
        }
        return coordinates;
    }

    /** The versions that a library was built with, which those that it asks for would not give alone. */
    private List<Dependency> managedBy(String coordinates, MavenSession session, MavenProject project) {
        try {
            return repositorySystem
                    .readArtifactDescriptor(
                            session.getRepositorySession(),
                            new ArtifactDescriptorRequest(
                                    new DefaultArtifact(coordinates), project.getRemotePluginRepositories(), null))
                    .getManagedDependencies();
        } catch (ArtifactDescriptorException e) {
            throw unresolved(e, session);
        }
    }

    private List<ArtifactResult> resolve(
            List<String> coordinates, List<Dependency> managed, MavenSession session, MavenProject project) {
        CollectRequest collect = new CollectRequest();
        collect.setManagedDependencies(managed);
        collect.setRepositories(project.getRemotePluginRepositories());
        coordinates.forEach(library -> collect.addDependency(new Dependency(new DefaultArtifact(library), "runtime")));
        try {
            return repositorySystem
                    .resolveDependencies(session.getRepositorySession(), new DependencyRequest(collect, null))
                    .getArtifactResults();
        } catch (DependencyResolutionException e) {
            throw unresolved(e, session);
        }
    }

    private static InvalidInputException unresolved(Exception reason, MavenSession session) {
        return new InvalidInputException(
                "The worker's libraries cannot be resolved: " + Reason.of(reason)
                        + (session.isOffline()
                                ? "; run the goal once without -o, so that Maven can fetch them."
                                : "; check the repositories and the proxy in Maven's settings."),
                reason);
    }

    private static Properties pinned() {
        Properties properties = new Properties();
        try (InputStream stream = WorkerLauncher.class.getResourceAsStream("worker.properties")) {
            properties.load(stream);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException("worker.properties in the plugin's jar cannot be read", e);
        }
    }
}
