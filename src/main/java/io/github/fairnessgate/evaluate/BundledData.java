package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.file.BundledFile;
import io.github.fairnessgate.file.Digests;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** The data sets inside the plugin's jar, under {@code data/}. */
final class BundledData {

    private BundledData() {}

    static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /** Rows of a CSV file whose first line names the columns. */
    static List<CSVRecord> rows(String name) {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setAllowMissingColumnNames(true)
                .get();
        try (CSVParser parser = CSVParser.parse(new StringReader(text(name)), format)) {
            return parser.getRecords();
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled file " + name + " cannot be parsed", e);
        }
    }

    /** SHA-256 over the files, in the given order. */
    static String digest(List<String> names) {
        StringBuilder digests = new StringBuilder();
        for (String name : names) {
            digests.append(Digests.sha256(bytes(name))).append('\n');
        }
        return Digests.sha256(digests.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(String name) {
        return BundledFile.bytes(BundledData.class, "data/" + name);
    }
}
