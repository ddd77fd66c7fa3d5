package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.BoundedLines;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.metric.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Evaluations on disk: {@code <role>.json} holds metrics, values and provenance, and beside it
 * {@code items/<role>-<suite>.jsonl} holds one item a line. The summary carries each item file's digest, so that a file
 * that was cut short or edited is noticed.
 */
public final class EvaluationFiles {

    /** Raised whenever a reader of the old form would misread the new one. */
    private static final int FORMAT = 3;

    /** Far more characters than all that two models wrote for a prompt. */
    private static final int LONGEST_ITEM = 8_000_000;

    private EvaluationFiles() {}

    /** The summary file. */
    record Summary(
            int format,
            Provenance provenance,
            List<Metric> metrics,
            List<Value> values,
            SortedMap<String, ItemFile> items) {

        Summary {
            Objects.requireNonNull(provenance, "it lacks its provenance");
            metrics = List.copyOf(metrics);
            values = List.copyOf(values);
            items.forEach((suite, file) -> Objects.requireNonNull(file, "it lacks the items of " + suite));
        }
    }

    /** A file of items, relative to the summary, with its digest. */
    record ItemFile(String file, int count, String sha256) {

        ItemFile {
            Objects.requireNonNull(file, "it lacks the name of a file of items");
            Objects.requireNonNull(sha256, "it lacks the digest of a file of items");
        }
    }

    /** @throws InvalidInputException if the files cannot be written */
    public static void write(Path directory, String role, Evaluation evaluation) {
        SortedMap<String, ItemFile> files = new TreeMap<>();
        evaluation.items().forEach((suite, items) -> {
            String name = "items/" + role + "-" + suite + ".jsonl";
            String sha256 = Digests.write(directory.resolve(name), out -> write(items, out));
            files.put(suite, new ItemFile(name, items.size(), sha256));
        });
        Summary summary =
                new Summary(FORMAT, evaluation.provenance(), evaluation.metrics(), evaluation.values(), files);
        AtomicFiles.write(
                summary(directory, role),
                out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, summary));
    }

    private static void write(List<Item> items, OutputStream out) throws IOException {
        for (Item item : items) {
            out.write(Json.MAPPER.writeValueAsString(item).getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        }
    }

    /** Whether there are evaluations of all these roles. */
    public static boolean areIn(Path directory, String... roles) {
        return Arrays.stream(roles).allMatch(role -> Files.isRegularFile(summary(directory, role)));
    }

    /**
     * @throws InvalidInputException if the evaluation is missing, was written by an incompatible version, or its files
     *     do not belong together
     */
    public static Evaluation read(Path directory, String role) {
        Path file = summary(directory, role);
        try {
            return read(directory, file, BoundedFiles.bytes(file, BoundedFiles.LARGEST));
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(
                    "There is no evaluation " + file + ": run fairness:evaluate or fairness:check first.", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The file of an evaluation that names all others with their digests. */
    static Path summary(Path directory, String role) {
        return directory.resolve(role + ".json");
    }

    /**
     * Reads an evaluation whose summary is at hand.
     *
     * @param file where it was read from, for messages
     * @param content of it
     */
    static Evaluation read(Path directory, Path file, byte[] content) {
        try {
            Summary summary = object(Json.MAPPER.readValue(content, Summary.class));
            if (summary.format() != FORMAT) {
                throw new InvalidInputException(file + " has format " + summary.format()
                        + ", but this version reads format " + FORMAT + ": run fairness:evaluate again.");
            }
            Map<String, List<Item>> items = new TreeMap<>();
            for (Map.Entry<String, ItemFile> entry : summary.items().entrySet()) {
                items.put(entry.getKey(), items(directory, file, entry.getValue()));
            }
            return new Evaluation(summary.metrics(), summary.values(), items, summary.provenance());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static InvalidInputException unreadable(Path file, IOException e) {
        return new InvalidInputException(
                file + " is not an evaluation: " + Reason.of(e) + "; run fairness:evaluate again.", e);
    }

    /** @throws IOException if the text was {@code null}, which is JSON, too */
    private static <T> T object(T read) throws IOException {
        if (read == null) {
            throw new IOException("an object was expected, but it is null");
        }
        return read;
    }

    private static Path inFolder(Path directory, Path summary, String name) {
        try {
            Path file = directory.resolve(name).normalize();
            if (directory.resolve("items").normalize().equals(file.getParent())) {
                return file;
            }
        } catch (InvalidPathException noName) {
            // is in no folder
        }
        throw new InvalidInputException(
                summary + " names " + name + ", which is not in its folder of items: run fairness:evaluate again.");
    }

    /** Digested before it is read, as what is to be read may be anything, and while it is, as the items count. */
    private static List<Item> items(Path directory, Path summary, ItemFile expected) throws IOException {
        Path file = inFolder(directory, summary, expected.file());
        if (Files.isRegularFile(file) && Digests.sha256(file).equals(expected.sha256())) {
            requireRoom(file);
            Digests.Reading digest = new Digests.Reading();
            try (InputStream in = digest.of(Files.newInputStream(file))) {
                List<Item> items = items(in, file);
                if (digest.sha256().equals(expected.sha256())) {
                    return items;
                }
            }
        }
        throw new InvalidInputException(file + " is missing or not the file that " + summary
                + " was written with (sha256 " + expected.sha256() + "): run fairness:evaluate again.");
    }

    /** Read, a file takes about as much memory as it has bytes, and two of them are compared. */
    private static void requireRoom(Path file) throws IOException {
        long most = Runtime.getRuntime().maxMemory();
        if (Files.size(file) > most) {
            throw new InvalidInputException(
                    file + " has " + Bytes.text(Files.size(file)) + " of items, but this JVM has " + Bytes.text(most)
                            + " of memory; give it more with MAVEN_OPTS=-Xmx8g.");
        }
    }

    private static List<Item> items(InputStream in, Path file) throws IOException {
        List<Item> items = new ArrayList<>();
        BoundedLines lines =
                new BoundedLines(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()), LONGEST_ITEM);
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (lines.wasCut()) {
                throw new IOException(
                        "a line of " + file.getFileName() + " has more than " + LONGEST_ITEM + " characters");
            }
            items.add(object(Json.MAPPER.readValue(line, Item.class)));
        }
        return items;
    }
}
