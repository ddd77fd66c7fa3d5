package io.github.fairnessgate.worker;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.LinesMutator;
import io.github.fairnessgate.fuzz.Mutator;
import io.github.fairnessgate.fuzz.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The two ends of the line between Maven's JVM and a worker. */
public final class WorkerReaders {

    private static final List<String> EVENTS = List.of(
            "{\"event\":\"step\",\"task\":\"stereoset\",\"done\":3,\"total\":10}",
            "{\"event\":\"info\",\"message\":\"a line\"}",
            "{\"event\":\"finished\",\"peakMemory\":123456789}",
            "{\"event\":\"failed\",\"invalidInput\":true,\"message\":\"A sentence.\"}");

    private WorkerReaders() {}

    /** @param root where the readers' folders are made */
    public static List<Target> all(Path root) throws IOException {
        Mutator json = new JsonMutator().andBytes();
        Path events = Files.createDirectories(root.resolve("worker-event"));
        Path requests = Files.createDirectories(root.resolve("worker-request"));
        WorkerRequest request =
                new WorkerRequest.Measure("before", "a".repeat(64), "after", "b".repeat(64), Device.CPU, 25, "out");
        WorkerRequest diagnose = new WorkerRequest.Diagnose("model", Device.CPU, null, "out");
        return List.of(
                new Target(
                        "worker-event",
                        "events",
                        events,
                        EVENTS.stream()
                                .map(event -> event.getBytes(StandardCharsets.UTF_8))
                                .toList(),
                        new LinesMutator(new JsonMutator()).andBytes(),
                        file -> event(root, file)),
                new Target(
                        "worker-request",
                        "request.json",
                        requests,
                        List.of(
                                Json.MAPPER.writerFor(WorkerRequest.class).writeValueAsBytes(request),
                                Json.MAPPER.writerFor(WorkerRequest.class).writeValueAsBytes(diagnose)),
                        json,
                        WorkerReaders::request));
    }

    private static String event(Path root, Path file) throws IOException {
        List<String> told = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void step(String task, long done, long total) {
                told.add(task + " " + done + "/" + total);
            }

            @Override
            public void info(String message) {
                told.add(message);
            }
        };
        Path log = root.resolve("worker.log");
        try (WorkerLog out = new WorkerLog(log)) {
            for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .strip()
                    .split("\n")) {
                told.add(String.valueOf(TalkingProcess.receive(line.strip(), null, out, progress)));
            }
        }
        String written = Files.readString(log);
        Files.delete(log);
        if (!written.lines().allMatch(line -> line.equals(Printable.line(line)))) {
            throw new IllegalStateException("a line of the log is not printable");
        }
        if (!written.isEmpty()) {
            throw new InvalidInputException("Not an event, so it went to the log.");
        }
        return told.toString();
    }

    /** The worker says of a request that it cannot read what {@link Reason} makes of it. */
    private static String request(Path file) {
        try {
            return String.valueOf(Json.MAPPER.readValue(file.toFile(), WorkerRequest.class));
        } catch (IOException e) {
            throw new InvalidInputException("The request cannot be read: " + Reason.of(e) + ".", e);
        }
    }
}
