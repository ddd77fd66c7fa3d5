package io.github.fairnessgate.worker;

import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.LockFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A worker seen from Maven's JVM: started with a request, listened to until it ends, killed on time-out or interrupt.
 * Never leaves a process behind.
 */
public final class WorkerProcess {

    /** Where the dynamic linker of Linux looks first. */
    private static final String LIBRARY_PATH = "LD_LIBRARY_PATH";

    private final WorkerSettings settings;

    public WorkerProcess(WorkerSettings settings) {
        this.settings = settings;
    }

    /** What a finished worker tells about itself; peak memory in bytes, 0 if unknown. */
    public record Usage(long peakMemory) {}

    /**
     * Has the request carried out.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the worker found the user's input at fault
     * @throws WorkerException if it crashed, was killed or ran out of time
     * @throws InterruptedException if this thread was interrupted; the worker has ended then
     */
    public Usage run(WorkerRequest request, Progress progress) throws WorkerException, InterruptedException {
        TalkingProcess process = new TalkingProcess("worker", settings.timeout(), settings.log());
        return new Usage(process.run(() -> start(request), progress).peakMemory());
    }

    private Process start(WorkerRequest request) throws WorkerException {
        try {
            Path requestFile = settings.scratch().resolve("request.json");
            Json.MAPPER.writerFor(WorkerRequest.class).writeValue(requestFile.toFile(), request);
            Path arguments = Files.writeString(settings.scratch().resolve("java.args"), arguments(requestFile));
            ProcessBuilder builder = new ProcessBuilder(settings.java().toString(), "@" + arguments);
            builder.directory(settings.scratch().toFile());
            builder.environment().putAll(environment());
            return builder.start();
        } catch (IOException e) {
            throw new WorkerException(
                    "The worker could not be started with " + settings.java() + ": " + Reason.of(e) + "; make room in "
                            + settings.scratch() + ", and check the JDK.",
                    e);
        }
    }

    private String arguments(Path requestFile) {
        String classPath =
                settings.classPath().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        List<String> arguments = new ArrayList<>(List.of("-cp", WorkerJvm.quoted(classPath)));
        arguments.addAll(WorkerJvm.OPTIONS);
        arguments.add(WorkerJvm.quoted("-Djava.io.tmpdir=" + settings.scratch()));
        arguments.add(WorkerJvm.quoted("-D" + WorkerMain.LOCKS_PROPERTY + "=" + LockFile.folder()));
        arguments.add(
                "-D" + DeviceShare.SHARING_PROPERTY + "=" + settings.sharing().name());
        arguments.add("-D" + DeviceShare.PROCESSORS_PROPERTY + "="
                + Runtime.getRuntime().availableProcessors());
        settings.cuda()
                .ifPresent(folder -> arguments.add(WorkerJvm.quoted("-Donnxruntime.native.path=" + folder.path())));
        arguments.addAll(
                List.of(settings.argLine(), WorkerMain.class.getName(), WorkerJvm.quoted(requestFile.toString())));
        return WorkerJvm.argumentFile(arguments);
    }

    private Map<String, String> environment() {
        Map<String, String> environment =
                WorkerJvm.environment(settings.cache().resolve("native").toString());
        settings.cuda()
                .ifPresent(folder -> environment.put(
                        LIBRARY_PATH,
                        Stream.of(folder.path().toString(), System.getenv(LIBRARY_PATH))
                                .filter(path -> path != null && !path.isEmpty())
                                .collect(Collectors.joining(File.pathSeparator))));
        settings.gpu().ifPresent(gpu -> environment.putAll(gpu.environment(Gpus.listed())));
        return environment;
    }
}
