package io.github.fairnessgate.result;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.BundledFile;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.report.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Thresholds and where they come from: a file, or bundled ones.
 *
 * @param name as the user named them
 * @param folder what the files that they name are relative to: their own folder, for a file
 * @param place where they stand in the checkout: their own file, or the POM where they are built in; nothing where that
 *     lies outside
 * @param text as it is written
 * @param thresholds what it says
 */
public record ThresholdsSource(
        String name, Path folder, Optional<Report.Source> place, String text, Thresholds thresholds) {

    private static final List<String> BUILT_IN = List.of("default", "strict", "paper", "search");
    private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");
    private static final Pattern PLUGIN = Pattern.compile("<artifactId>\\s*fairness-maven-plugin\\s*</artifactId>");

    /**
     * @param reference a file, or a name
     * @param baseDirectory what a relative path starts from
     * @param root of the checkout
     * @param pom nothing where there is none
     * @throws InvalidInputException if there are no such thresholds, or if they are wrong
     */
    public static ThresholdsSource read(String reference, Path baseDirectory, Path root, Optional<Path> pom) {
        Path file = UserPath.resolve(baseDirectory, reference).normalize();
        if (Files.isRegularFile(file)) {
            String text = text(file);
            return new ThresholdsSource(
                    reference,
                    file.toAbsolutePath().getParent(),
                    place(file, root, OptionalInt.empty()),
                    text,
                    ThresholdsReader.read(text, file.toString()));
        }
        if (isBuiltIn(reference)) {
            String text = builtIn(reference);
            return new ThresholdsSource(
                    reference,
                    baseDirectory,
                    pom.flatMap(path -> place(path, root, OptionalInt.of(lineOfPlugin(path)))),
                    text,
                    ThresholdsReader.read(text, "builtin:" + reference + ".yaml"));
        }
        throw new InvalidInputException("There are no thresholds " + file + "; " + Parameters.THRESHOLDS
                + " must be a YAML file or one of " + String.join(", ", BUILT_IN) + ".");
    }

    /** Whether the plugin brought them along, and they are no file. */
    public boolean isBuiltIn() {
        return isBuiltIn(name) && text.equals(builtIn(name));
    }

    private static Optional<Report.Source> place(Path file, Path root, OptionalInt line) {
        return pathIn(root, file).map(path -> new Report.Source(path, line));
    }

    /** Where a POM names the thresholds, or else the plugin; 1 if it inherits both. */
    private static int lineOfPlugin(Path pom) {
        if (!Files.isRegularFile(pom)) {
            return 1;
        }
        String text =
                COMMENT.matcher(text(pom)).replaceAll(comment -> comment.group().replaceAll("[^\n]", ""));
        Matcher plugin = PLUGIN.matcher(text);
        if (!plugin.find()) {
            return 1;
        }
        int end = text.indexOf("</plugin>", plugin.start());
        int named = text.indexOf("<thresholds>", plugin.start());
        int place = named >= 0 && (end < 0 || named < end) ? named : plugin.start();
        return 1
                + (int) text.substring(0, place)
                        .chars()
                        .filter(character -> character == '\n')
                        .count();
    }

    /** The file's path in a folder, with slashes; nothing if it lies outside. */
    static Optional<String> pathIn(Path root, Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path start = root.toAbsolutePath().normalize();
        return absolute.startsWith(start)
                ? Optional.of(start.relativize(absolute).toString().replace('\\', '/'))
                : Optional.empty();
    }

    private static String text(Path file) {
        return FileErrors.text(file, BoundedFiles.LARGEST_WRITTEN, file.toString(), "save it as UTF-8");
    }

    /** Whether the plugin brings thresholds of this name along. */
    public static boolean isBuiltIn(String name) {
        return BUILT_IN.contains(name);
    }

    /** The YAML of bundled thresholds. */
    public static String builtIn(String name) {
        return BundledFile.text(Thresholds.class, "thresholds/" + name + ".yaml");
    }
}
