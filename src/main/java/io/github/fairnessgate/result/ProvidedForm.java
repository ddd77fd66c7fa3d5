package io.github.fairnessgate.result;

import io.github.fairnessgate.Extensions;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.spi.ReportFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A form of the report that an extension writes.
 *
 * @param id of the format
 * @param file its name beside {@code report.json}
 */
record ProvidedForm(String id, String file, ReportFormat format) implements ReportForm {

    private static final String NOUN = "report format";
    private static final Pattern EXTENSION = Pattern.compile("[A-Za-z0-9]+");

    /**
     * Those that a class loader finds, by id.
     *
     * @param bundled ids of the plugin's own forms
     * @throws io.github.fairnessgate.InvalidInputException if a format cannot be made, if its id is that of another
     *     one, or if its extension is none
     */
    static SortedMap<String, ProvidedForm> in(ClassLoader loader, Set<String> bundled) {
        SortedMap<String, ProvidedForm> forms = new TreeMap<>();
        Extensions.in(loader, ReportFormat.class, NOUN, ReportFormat::id, bundled)
                .forEach((id, format) -> {
                    String extension = Extensions.asked(format, NOUN, "extension", format::extension);
                    if (!EXTENSION.matcher(extension).matches()) {
                        throw Extensions.problem(
                                format, NOUN, "has the extension \"" + extension + "\"; use letters and digits");
                    }
                    forms.put(id, new ProvidedForm(id, "report-" + id + "." + extension, format));
                });
        return forms;
    }

    /** @throws io.github.fairnessgate.InvalidInputException if the format fails, or the file cannot be written */
    void write(Path folder, String report) {
        byte[] content = Extensions.asked(format, NOUN, "content", () -> format.content(report))
                .getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(folder.resolve(file), out -> out.write(content));
    }
}
