package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.worker.DeviceSharing;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What runs on several GPUs, with real workers on the CPU: a place is a folder of locks of its own, as a GPU has a lock
 * of its own.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("native")
class SideBySideTest {

    private static final List<SuiteSpec> SUITES = Suites.measuring(
            List.of("crows-pairs.stereotype/lmeval-sum-bos"), Map.of(), "", Judges.only(ScorerReference.embedded()));

    @TempDir
    Path folder;

    /**
     * Each worker goes on from its first step when the other has made its own: one after the other they would wait for
     * ever.
     */
    @Test
    void twoModelsAreMeasuredAtTheSameTimeWithTheResultsOfOneAfterTheOther() throws Exception {
        LocatedModel before = new LocatedModel(
                TinyModels.builder().positions(512).embedding(16).write(folder.resolve("before")), "before");
        LocatedModel after = new LocatedModel(
                TinyModels.builder().positions(512).embedding(32).write(folder.resolve("after")), "after");
        List<Evaluation> oneByOne = SideBySide.run(
                List.of("only"),
                List.of(
                        job("baseline", before, "cache-1", Progress.NONE),
                        job("candidate", after, "cache-1", Progress.NONE)));
        CountDownLatch bothBegun = new CountDownLatch(2);
        List<String> tasks = new CopyOnWriteArrayList<>();
        List<SideBySide.Job<String, Evaluation>> jobs = List.of(
                job(
                        "baseline",
                        before,
                        "cache-2",
                        new NamedProgress("baseline on GPU 0", new Meeting(bothBegun, tasks))),
                job(
                        "candidate",
                        after,
                        "cache-2",
                        new NamedProgress("candidate on GPU 1", new Meeting(bothBegun, tasks))));
        List<Evaluation> together = SideBySide.run(List.of("first", "second"), jobs);
        assertThat(together).isEqualTo(oneByOne);
        assertThat(together.get(0)).isNotEqualTo(together.get(1));
        assertThat(names(folder.resolve("cache-2"))).hasSize(2).isEqualTo(names(folder.resolve("cache-1")));
        assertThat(tasks)
                .anyMatch(task -> task.startsWith("baseline on GPU 0, "))
                .anyMatch(task -> task.startsWith("candidate on GPU 1, "));
    }

    @Test
    void aWorkerThatFailsEndsTheOtherAndIsTheOneThatIsHeardOf() throws Exception {
        LocatedModel before = new LocatedModel(
                ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder.resolve("models"))), "before");
        LocatedModel after =
                new LocatedModel(TinyModels.builder().positions(32).write(folder.resolve("after")), "after");
        CountDownLatch begun = new CountDownLatch(1);
        SideBySide.Job<String, Evaluation> failing = job("candidate", after, "cache", Progress.NONE);
        List<SideBySide.Job<String, Evaluation>> jobs =
                List.of(job("baseline", before, "cache", new Meeting(begun, new ArrayList<>())), place -> {
                    begun.await();
                    return failing.run(place);
                });
        assertThatThrownBy(() -> SideBySide.run(List.of("first", "second"), jobs))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("this model can score texts of 1 to 33 tokens");
        assertThat(workersAlive()).isEmpty();
        assertThat(folder.resolve("target")).isEmptyDirectory();
        assertThat(names(folder.resolve("cache")))
                .as("nothing is finished")
                .allMatch(name -> name.endsWith(".answers"));
    }

    @Test
    void aBuildThatIsInterruptedEndsAllWorkers() throws Exception {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder.resolve("models")));
        CountDownLatch begun = new CountDownLatch(2);
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        Thread build = new Thread(() -> {
            try {
                SideBySide.run(
                        List.of("first", "second"),
                        List.of(
                                job(
                                        "baseline",
                                        new LocatedModel(model, "a"),
                                        "cache",
                                        new Meeting(begun, new ArrayList<>())),
                                job(
                                        "candidate",
                                        new LocatedModel(model, "b"),
                                        "cache",
                                        new Meeting(begun, new ArrayList<>()))));
            } catch (Exception e) {
                outcome.set(e);
            }
        });
        build.start();
        assertThat(begun.await(2, TimeUnit.MINUTES)).isTrue();
        build.interrupt();
        build.join(60_000);
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(workersAlive()).isEmpty();
        assertThat(names(folder.resolve("cache")))
                .as("nothing is finished")
                .allMatch(name -> name.endsWith(".answers"));
    }

    @Test
    void whereJobsOutnumberPlacesEveryJobIsDoneOnceAndResultsKeepTheirOrder() throws Exception {
        List<String> places = new CopyOnWriteArrayList<>();
        List<SideBySide.Job<String, Integer>> jobs = IntStream.range(0, 50)
                .<SideBySide.Job<String, Integer>>mapToObj(number -> place -> {
                    places.add(number + " at " + place);
                    return -number;
                })
                .toList();
        assertThat(SideBySide.run(List.of("a", "b", "c"), jobs))
                .isEqualTo(IntStream.range(0, 50).map(number -> -number).boxed().toList());
        assertThat(places).hasSize(50).contains("0 at a", "1 at b", "2 at c");
    }

    @Test
    void onOnePlaceTheCallersThreadDoesEverything() throws Exception {
        List<SideBySide.Job<String, Thread>> jobs =
                List.of(place -> Thread.currentThread(), place -> Thread.currentThread());
        assertThat(SideBySide.run(List.of("only"), jobs)).containsOnly(Thread.currentThread());
    }

    @Test
    void whateverAJobThrowsArrivesAsItIs() {
        for (Throwable thrown : List.of(
                new WorkerException("broken"),
                new IllegalStateException("unexpected"),
                new StackOverflowError("deep"))) {
            List<SideBySide.Job<String, String>> jobs = List.of(
                    place -> {
                        Thread.sleep(60_000);
                        return "never";
                    },
                    place -> {
                        throw SideBySideTest.<RuntimeException>unchecked(thrown);
                    });
            assertThatThrownBy(() -> SideBySide.run(List.of("a", "b"), jobs)).isSameAs(thrown);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private SideBySide.Job<String, Evaluation> job(String role, LocatedModel model, String cache, Progress progress) {
        return place -> new ModelEvaluation(
                        new EvaluationCache(folder.resolve(cache)),
                        folder.resolve("target"),
                        EvaluationPrecision.FLOAT32,
                        (request, scratch) -> new WorkerProcess(settings(place, scratch)).run(request, progress),
                        Progress.NONE)
                .evaluate(role, model, SUITES, Device.CPU, new TreeMap<>(Map.of("onnxruntime", "test")));
    }

    private WorkerSettings settings(String place, Path scratch) {
        List<Path> classPath = Stream.of(
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                                .split(File.pathSeparator))
                .map(Path::of)
                .toList();
        return new WorkerSettings(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                classPath,
                "-Dfairness.worker.locks=" + folder.resolve("locks-" + place),
                DeviceSharing.AUTO,
                Duration.ofMinutes(4),
                folder.resolve("natives"),
                scratch,
                folder.resolve(place + ".log"),
                Optional.empty(),
                Optional.empty());
    }

    private List<ProcessHandle> workersAlive() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(folder.toString()) && child.isAlive())
                .toList();
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Counts its first step and waits for those of the others. */
    private static final class Meeting implements Progress {

        private final CountDownLatch steps;
        private final List<String> tasks;
        private boolean made;

        Meeting(CountDownLatch steps, List<String> tasks) {
            this.steps = steps;
            this.tasks = tasks;
        }

        @Override
        public void step(String task, long done, long total) {
            tasks.add(task);
            if (!made) {
                made = true;
                steps.countDown();
                try {
                    steps.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void info(String message) {}
    }
}
