package io.github.fairnessgate.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.BoundedLines;
import io.github.fairnessgate.file.NativeLibraries;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A worker seen from Maven's JVM: started with a request, listened to until it ends, killed on time-out or interrupt.
 * Never leaves a process behind.
 */
public final class WorkerProcess {

    private static final long KILL_SECONDS = 10;
    /** More characters than any event has. */
    private static final int LONGEST_EVENT = 1 << 16;
    /** Where the dynamic linker of Linux looks first. */
    private static final String LIBRARY_PATH = "LD_LIBRARY_PATH";

    /** MKL's mode of conditional numerical reproducibility. */
    private static final String MKL_REPRODUCIBILITY = "MKL_CBWR";

    /** PyTorch reads it when it first multiplies float32 matrices on a GPU. */
    private static final String TF32 = "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE";

    private final WorkerSettings settings;

    public WorkerProcess(WorkerSettings settings) {
        this.settings = settings;
    }

    /** What a finished worker tells about itself; peak memory in bytes, 0 if unknown. */
    public record Usage(long peakMemory) {}

    /**
     * Has the request carried out.
     *
     * @throws InvalidInputException if the worker found the user's input at fault
     * @throws WorkerException if it crashed, was killed or ran out of time
     * @throws InterruptedException if this thread was interrupted; the worker has ended then
     */
    public Usage run(WorkerRequest request, Progress progress) throws WorkerException, InterruptedException {
        try (WorkerLog log = new WorkerLog(settings.log())) {
            return run(start(request), log, progress);
        } catch (IOException e) {
            throw new WorkerException(
                    "The worker's log " + settings.log() + " cannot be written: " + Reason.of(e)
                            + "; make room, or set " + Parameters.OUTPUT_DIRECTORY + ".",
                    e);
        }
    }

    private Usage run(Process process, WorkerLog log, Progress progress) throws WorkerException, InterruptedException {
        AtomicBoolean timedOut = new AtomicBoolean();
        Thread killer = killAfterTimeout(process, timedOut);
        Thread follower = log.follow(process.getErrorStream());
        try {
            WorkerEvent last = listen(process, log, progress);
            int status = process.waitFor();
            follower.join(TimeUnit.SECONDS.toMillis(KILL_SECONDS));
            log.problem()
                    .ifPresent(problem ->
                            progress.info("The worker's log " + settings.log() + " lacks lines: " + problem));
            if (last instanceof WorkerEvent.Finished finished && status == 0) {
                return new Usage(finished.peakMemory());
            }
            throw failure(last, status, timedOut.get(), log);
        } catch (IOException e) {
            throw new WorkerException("The worker's output could not be read: " + Reason.of(e) + ".", e);
        } finally {
            killer.interrupt();
            end(process);
        }
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

    /**
     * An argument file of the java launcher: white space separates, quotes and backslashes as there. It is not only
     * shorter: ONNX Runtime 1.29 overflows the stack while it starts if the command line of its process has some
     * thousand characters, hence the larger stacks too.
     */
    private String arguments(Path requestFile) {
        String classPath = settings.classPath().stream()
                .map(Path::toString)
                .collect(Collectors.joining(System.getProperty("path.separator")));
        return String.join(
                        "\n",
                        "-cp",
                        quoted(classPath),
                        "-Xss4m",
                        // A signal ends the process at once: ONNX Runtime 1.29 has a shutdown hook that frees what
                        // running sessions still use, and they crash.
                        "-Xrs",
                        // Without it, jstack would end a process that has -Xrs.
                        "-XX:+StartAttachListener",
                        "-Dfile.encoding=UTF-8",
                        "-Djava.awt.headless=true",
                        quoted("-Djava.io.tmpdir=" + settings.scratch()),
                        quoted("-D" + WorkerMain.LOCKS_PROPERTY + "=" + locks()),
                        // DJL must neither download nor call home.
                        "-Dai.djl.offline=true",
                        "-DOPT_OUT_TRACKING=true",
                        settings.cuda()
                                .map(folder -> quoted("-Donnxruntime.native.path=" + folder.path()))
                                .orElse(""),
                        settings.argLine(),
                        WorkerMain.class.getName(),
                        quoted(requestFile.toString()))
                + "\n";
    }

    private static String quoted(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private Map<String, String> environment() {
        String natives = settings.cache().resolve("native").toString();
        Map<String, String> environment = new HashMap<>(Map.of(
                NativeLibraries.FOLDER,
                natives,
                "ENGINE_CACHE_DIR",
                natives,
                // PyTorch's threads must not spin while they wait: on a busy machine that is ten times slower.
                "OMP_WAIT_POLICY",
                "PASSIVE",
                // Otherwise the number of threads depends on how busy the machine is, and the last bits of a sum on
                // that number.
                "OMP_DYNAMIC",
                "FALSE",
                // MKL adds up in the same order every time, unless the environment says otherwise.
                MKL_REPRODUCIBILITY,
                System.getenv().getOrDefault(MKL_REPRODUCIBILITY, "AUTO"),
                // On a GPU that has TF32, unless the environment says otherwise.
                TF32,
                System.getenv().getOrDefault(TF32, "1"),
                // With a workspace of its own for every stream, cuBLAS adds up in the same order every time.
                "CUBLAS_WORKSPACE_CONFIG",
                ":4096:8"));
        settings.cuda()
                .ifPresent(folder -> environment.put(
                        LIBRARY_PATH,
                        Stream.of(folder.path().toString(), System.getenv(LIBRARY_PATH))
                                .filter(path -> path != null && !path.isEmpty())
                                .collect(Collectors.joining(File.pathSeparator))));
        settings.gpu().ifPresent(gpu -> environment.putAll(gpu.environment(Gpus.listed())));
        return environment;
    }

    /** One folder for all builds of this user on this machine, because they share its devices. */
    private static Path locks() {
        return Path.of(
                System.getProperty("java.io.tmpdir"), "fairness-maven-plugin-" + System.getProperty("user.name"));
    }

    private Thread killAfterTimeout(Process process, AtomicBoolean timedOut) {
        Thread killer = new Thread(
                () -> {
                    try {
                        if (!process.waitFor(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                            timedOut.set(true);
                            kill(process);
                        }
                    } catch (InterruptedException finished) {
                        Thread.currentThread().interrupt();
                    }
                },
                "fairness-worker-timeout");
        killer.setDaemon(true);
        killer.start();
        return killer;
    }

    /** Passes events on until the worker's output ends; returns the last one, or null if there was none. */
    private static WorkerEvent listen(Process process, WorkerLog log, Progress progress)
            throws IOException, InterruptedException {
        WorkerEvent last = null;
        try (BoundedLines output = new BoundedLines(process.inputReader(StandardCharsets.UTF_8), LONGEST_EVENT)) {
            while (true) {
                // A blocking read cannot be interrupted; a build that is cancelled must not hang on it.
                while (!output.ready() && process.isAlive()) {
                    Thread.sleep(20);
                }
                String line = output.next();
                if (line == null) {
                    return last;
                }
                last = receive(line, last, log, progress);
            }
        }
    }

    static WorkerEvent receive(String line, WorkerEvent last, WorkerLog log, Progress progress) {
        WorkerEvent event;
        try {
            event = Json.MAPPER.readValue(line, WorkerEvent.class);
        } catch (JsonProcessingException notOurs) {
            // Native libraries print where they like.
            log.append(line);
            return last;
        }
        if (event instanceof WorkerEvent.Step step) {
            progress.step(step.task(), step.done(), step.total());
        } else if (event instanceof WorkerEvent.Info info) {
            progress.info(info.message());
        }
        return event;
    }

    private WorkerException failure(WorkerEvent last, int status, boolean timedOut, WorkerLog log) {
        if (timedOut) {
            return new WorkerException(
                    "The worker was stopped after " + settings.timeout().toSeconds() + " s; raise " + Parameters.TIMEOUT
                            + " if it needs longer (log: " + settings.log() + ").");
        }
        if (last instanceof WorkerEvent.Failed failed) {
            if (failed.invalidInput()) {
                throw new InvalidInputException(failed.message());
            }
            return new WorkerException("The worker failed: " + failed.message() + " (log: " + settings.log() + ").");
        }
        return new WorkerException("The worker ended with exit status " + status
                + " before it had a result" + (status > 128 ? ", killed by signal " + (status - 128) : "")
                + "; it may have been killed or have run out of memory (log: " + settings.log()
                + (log.last().isEmpty() ? "" : ", last line: " + Printable.name(log.last())) + ").");
    }

    /** Through the handle, because the process object would close the streams that {@link #listen} reads. */
    private static void kill(Process process) {
        process.toHandle().destroyForcibly();
    }

    private void end(Process process) throws WorkerException {
        kill(process);
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(KILL_SECONDS, TimeUnit.SECONDS)) {
                throw new WorkerException("Worker process " + process.pid() + " does not end although it was killed.");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
