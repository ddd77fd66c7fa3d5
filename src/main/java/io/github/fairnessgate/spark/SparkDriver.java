package io.github.fairnessgate.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The driver of a Spark application: has executors answer shards, and writes what they answer as soon as it is there.
 * Takes a {@link JobFile} as its only argument, says events on standard output, logs on standard error, and ends as
 * soon as its standard input closes, because then nobody waits for it any more.
 */
public final class SparkDriver {

    /** The least Java of an executor. */
    private static final int LEAST_JAVA = 17;

    private static final long POLL_MILLIS = 50;
    private static final long STOP_SECONDS = 10;

    private static volatile JavaSparkContext running;

    private final JobFile job;
    private final Path folder;
    private final DriverEvents events;

    private SparkDriver(JobFile job, Path folder, DriverEvents events) {
        this.job = job;
        this.folder = folder;
        this.events = events;
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        endWithStandardInput();
        Path file = Path.of(arguments[0]).toAbsolutePath();
        int status = new SparkDriver(JobFile.read(file), file.getParent(), new DriverEvents(out)).run();
        System.err.flush();
        Runtime.getRuntime().halt(status); // threads of Spark may still be there
    }

    private static void endWithStandardInput() {
        Thread watchdog = new Thread(
                () -> {
                    try (InputStream input = System.in) {
                        while (input.read() >= 0) {
                            // Nothing is ever sent; the end of the stream is the message.
                        }
                    } catch (IOException e) {
                        System.err.println("standard input failed, ending: " + e);
                    }
                    stopWithin(STOP_SECONDS);
                    Runtime.getRuntime().halt(3);
                },
                "standard-input-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private static void stopWithin(long seconds) {
        JavaSparkContext context = running;
        if (context == null) {
            return;
        }
        Thread stopping = new Thread(context::stop, "stop");
        stopping.setDaemon(true);
        stopping.start();
        try {
            stopping.join(TimeUnit.SECONDS.toMillis(seconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int run() {
        SparkConf configuration = new SparkConf(false);
        job.spark().forEach(configuration::set);
        try (JavaSparkContext context = connect(configuration)) {
            running = context;
            new ClusterCheck(context, events).require(LEAST_JAVA);
            if (!answer(context)) {
                return 1;
            }
            events.finished();
            return 0;
        } catch (ClusterException e) {
            e.printStackTrace();
            events.failed(true, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            events.failed(false, "it was interrupted");
        } catch (Exception | LinkageError e) {
            e.printStackTrace();
            ClusterException.of(configuration.get("spark.master"), e)
                    .ifPresentOrElse(
                            known -> events.failed(true, known.getMessage()),
                            () -> events.failed(false, ClusterException.reason(e)));
        }
        return 1;
    }

    private static JavaSparkContext connect(SparkConf configuration) {
        ClusterCheck.requireListening(configuration.get("spark.master"));
        return new JavaSparkContext(configuration);
    }

    /** Whether every task was answered; a worker's refusal has been said if not. */
    private boolean answer(JavaSparkContext context) throws IOException, InterruptedException, ExecutionException {
        AnswerShard answering = new AnswerShard(UUID.randomUUID().toString(), job.worker(), ship(context));
        Map<ShardTask, JavaFutureAction<List<Answered>>> pending = new LinkedHashMap<>();
        job.tasks()
                .forEach(task -> pending.put(
                        task,
                        context.parallelize(List.of(task), 1).map(answering).collectAsync()));
        int all = pending.size();
        while (!pending.isEmpty()) {
            Iterator<Map.Entry<ShardTask, JavaFutureAction<List<Answered>>>> left =
                    pending.entrySet().iterator();
            while (left.hasNext()) {
                Map.Entry<ShardTask, JavaFutureAction<List<Answered>>> one = left.next();
                if (one.getValue().isDone()) {
                    Answered answered = one.getValue().get().get(0);
                    if (answered.refused()) {
                        events.relay(answered.event());
                        return false;
                    }
                    AnswerFolder.write(
                            answered.files(),
                            Path.of(job.output()).resolve(one.getKey().folder()));
                    left.remove();
                    events.step("Spark", all - pending.size(), all);
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
        return true;
    }

    /** Spark knows files by their last names alone, so that each gets one of its own. */
    private TreeMap<String, String> ship(JavaSparkContext context) throws IOException {
        TreeMap<String, String> names = new TreeMap<>();
        Path shipped = folder.resolve("shipped");
        for (Map.Entry<String, String> file : job.files().entrySet()) {
            String name = "fairness-" + names.size() + "-"
                    + Path.of(file.getKey()).getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "_");
            Placement.place(Path.of(file.getValue()), shipped.resolve(name));
            context.addFile(shipped.resolve(name).toUri().toString());
            names.put(file.getKey(), name);
        }
        return names;
    }
}
