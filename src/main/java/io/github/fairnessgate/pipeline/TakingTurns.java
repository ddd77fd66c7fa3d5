package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.InTurns;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.result.Scratch;
import io.github.fairnessgate.worker.Machine;
import io.github.fairnessgate.worker.SpeedRounds;
import io.github.fairnessgate.worker.SpeedRounds.Times;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Measures a baseline and a candidate in turns: how long they take, and how much memory they need. */
final class TakingTurns {

    private final ModelHost host;
    private final Workers workers;
    private final SortedMap<String, String> versions;
    private final EvaluationPrecision precision;

    /** @param precision and versions that the look says both models were measured with, elsewhere */
    TakingTurns(ModelHost host, Workers workers, SortedMap<String, String> versions, EvaluationPrecision precision) {
        this.host = host;
        this.workers = workers;
        this.versions = versions;
        this.precision = precision;
    }

    /**
     * The look with what is measured in turns as well.
     *
     * @throws InvalidInputException if the system does not tell what a rule is about
     */
    Look added(Look look, List<SuiteSpec> specs, LocatedModel before, LocatedModel after, Device device)
            throws WorkerException, InterruptedException {
        Look all = look;
        for (SuiteSpec spec : specs) {
            InTurns suite = (InTurns) Suites.measurement(spec);
            host.progress()
                    .info("Measuring " + suite.id() + " of baseline and candidate in " + suite.rounds()
                            + " rounds, in which both have their turn");
            List<SortedMap<String, double[]>> found = suite.id().equals(InTurns.MEMORY)
                    ? memory(suite.rounds(), before, after, device)
                    : latency(suite.rounds(), before, after, device);
            List<Evaluation> evaluations = suite.evaluations(
                    new InTurns.Found(provenance(before, device), found.get(0)),
                    new InTurns.Found(provenance(after, device), found.get(1)),
                    how(suite, device));
            all = all.with(new Look(evaluations.get(0), evaluations.get(1)));
        }
        return all;
    }

    private Provenance provenance(LocatedModel model, Device device) {
        return Provenance.of(model.directory().digest(), model.source(), device, precision, versions);
    }

    private static String how(InTurns suite, Device device) {
        Machine machine = Machine.here();
        String processor = "%s, %d threads"
                .formatted(machine.processor(), Runtime.getRuntime().availableProcessors());
        return "%d rounds in turns with the other model%s, on %s"
                .formatted(
                        suite.rounds(),
                        suite.id().equals(InTurns.MEMORY) ? ", a fresh process each" : "",
                        device == Device.CUDA
                                ? machine.accelerator().orElse("a GPU") + " and " + processor
                                : processor);
    }

    private List<SortedMap<String, double[]>> latency(
            int rounds, LocatedModel before, LocatedModel after, Device device)
            throws WorkerException, InterruptedException {
        try (Scratch scratch = Scratch.in(host.locations().output())) {
            Path output = scratch.folder().resolve("rounds.json");
            workers.work(
                    new WorkerRequest.Measure(
                            before.directory().path().toString(),
                            before.directory().digest(),
                            after.directory().path().toString(),
                            after.directory().digest(),
                            device,
                            rounds,
                            output.toString()),
                    scratch.folder());
            SpeedRounds measured = Json.MAPPER.readValue(output.toFile(), SpeedRounds.class);
            return List.of(times(measured.before()), times(measured.after()));
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The worker's times cannot be read: " + Reason.of(e) + "; run the build again.", e);
        }
    }

    private static SortedMap<String, double[]> times(List<Times> rounds) {
        return new TreeMap<>(Map.of(
                InTurns.LATENCY_PREFILL,
                column(rounds, Times::prefill),
                InTurns.LATENCY_DECODE,
                column(rounds, Times::decode)));
    }

    private static double[] column(List<Times> rounds, ToDoubleFunction<Times> time) {
        return rounds.stream().mapToDouble(time).toArray();
    }

    private List<SortedMap<String, double[]>> memory(int rounds, LocatedModel before, LocatedModel after, Device device)
            throws WorkerException, InterruptedException {
        List<LocatedModel> models = List.of(before, after);
        List<double[]> peaks = List.of(new double[rounds], new double[rounds]);
        List<Integer> order = new ArrayList<>(List.of(0, 1));
        for (int round = 0; round < rounds; round++) {
            for (int model : order) {
                peaks.get(model)[round] = peak(models.get(model), device);
            }
            Collections.reverse(order);
            host.progress().step(InTurns.MEMORY, round + 1L, rounds);
        }
        return peaks.stream()
                .<SortedMap<String, double[]>>map(own -> new TreeMap<>(Map.of(InTurns.MEMORY_PEAK, own)))
                .toList();
    }

    /** In millions of bytes. */
    private double peak(LocatedModel model, Device device) throws WorkerException, InterruptedException {
        try (Scratch scratch = Scratch.in(host.locations().output())) {
            WorkerProcess.Usage usage = workers.work(
                    new WorkerRequest.Write(
                            model.directory().path().toString(),
                            model.directory().digest(),
                            device),
                    scratch.folder());
            return usage.peakMemory() / 1e6;
        }
    }
}
