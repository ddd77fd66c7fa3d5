package io.github.fairnessgate.spark;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A worker beside an executor. */
final class ExecutorWorker {

    /** Beginnings of the events that a worker says when it is done with a task. */
    private static final String FINISHED = "{\"event\":\"finished\"";

    private static final String FAILED = "{\"event\":\"failed\"";
    private static final String REFUSED = "\"invalidInput\":true";

    private static final String MESSAGE = "\"message\":\"";

    private static final String LOG = "worker.log";
    /** Bytes at the end of the log that a message shows. */
    private static final int LOG_TAIL = 1000;

    private final Path folder;
    private final Process process;
    private final BufferedWriter tasks;
    private final BufferedReader events;

    private ExecutorWorker(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
        this.tasks = process.outputWriter(StandardCharsets.UTF_8);
        this.events = process.inputReader(StandardCharsets.UTF_8);
    }

    /** @param processors how many threads it may use */
    static ExecutorWorker start(Path folder, WorkerStart start, int processors) throws IOException {
        String place = folder + File.separator;
        List<String> arguments = new ArrayList<>(List.of("-XX:ActiveProcessorCount=" + processors));
        start.arguments().forEach(argument -> arguments.add(argument.replace(WorkerStart.FOLDER, place)));
        Path file = Files.write(folder.resolve("java.args"), arguments);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + file);
        builder.directory(folder.toFile());
        start.environment()
                .forEach((name, value) -> builder.environment().put(name, value.replace(WorkerStart.FOLDER, place)));
        builder.redirectError(folder.resolve(LOG).toFile());
        return new ExecutorWorker(folder, builder.start());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() {
        process.destroyForcibly();
    }

    /** @throws IOException if it ended, for a reason that is not the user's input */
    Answered answer(ShardTask task) throws IOException {
        tasks.write(task.toString());
        tasks.newLine();
        tasks.flush();
        for (String line = events.readLine(); line != null; line = events.readLine()) {
            if (line.startsWith(FINISHED)) {
                return new Answered(line, false, ExecutorFacts.hostName(), take(folder.resolve(task.folder())));
            }
            if (line.startsWith(FAILED) && line.contains(REFUSED)) {
                return new Answered(line, true, ExecutorFacts.hostName(), new TreeMap<>());
            }
            if (line.startsWith(FAILED)) {
                throw new IOException("the worker failed: " + message(line));
            }
        }
        throw new IOException("the worker ended" + status() + logged());
    }

    /** Of an event, which a worker writes without blanks. */
    static String message(String event) {
        int begin = event.indexOf(MESSAGE);
        return begin < 0
                ? event
                : event.substring(begin + MESSAGE.length(), event.lastIndexOf('"'))
                        .replace("\\\"", "\"")
                        .replace("\\\\", "\\");
    }

    private String status() {
        try {
            return " with exit status " + process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private String logged() throws IOException {
        try (SeekableByteChannel log = Files.newByteChannel(folder.resolve(LOG))) {
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(log.size(), LOG_TAIL));
            log.position(log.size() - end.capacity());
            while (end.hasRemaining() && log.read(end) >= 0) {
                // reads on
            }
            String text = new String(end.array(), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "" : "; its log ends with: " + text.replaceAll("\\s*\\R\\s*", " | ");
        }
    }

    private static TreeMap<String, byte[]> take(Path answers) throws IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(answers)) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
                Files.delete(file);
            }
        }
        Files.delete(answers);
        return files;
    }
}
