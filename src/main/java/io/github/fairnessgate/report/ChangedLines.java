package io.github.fairnessgate.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines that a pull request changes, as {@code git diff --unified=0} says. GitHub shows an annotation in the diff
 * only beside a line that the diff shows.
 */
public final class ChangedLines {

    /** Not known. */
    public static final ChangedLines NONE = new ChangedLines(Map.of());

    /** Lines that GitHub shows before and after a change. */
    private static final int CONTEXT = 3;

    private static final String FILE = "+++ b/";
    private static final Pattern HUNK = Pattern.compile("@@ -\\S+ \\+(\\d{1,9})(?:,(\\d{1,9}))? @@.*");

    private final Map<String, List<Hunk>> files;

    private ChangedLines(Map<String, List<Hunk>> files) {
        this.files = files;
    }

    /** Lines of the new file, from 1; without any, a place where lines were removed. */
    private record Hunk(int first, int last) {

        boolean shows(int line) {
            return line >= first - CONTEXT && line <= last + CONTEXT;
        }
    }

    /**
     * @param diff with the prefixes {@code a/} and {@code b/}; files whose names Git has to quote, and those that are
     *     gone, are passed over
     */
    public static ChangedLines in(String diff) {
        Map<String, List<Hunk>> files = new LinkedHashMap<>();
        Optional<List<Hunk>> current = Optional.empty();
        boolean inHeader = false;
        for (String line : diff.split("\n")) {
            if (line.startsWith("diff --git ")) {
                inHeader = true;
                current = Optional.empty();
            } else if (inHeader && line.startsWith(FILE)) {
                String path = line.substring(FILE.length()).replaceFirst("\t$", "");
                current = Optional.of(files.computeIfAbsent(path, file -> new ArrayList<>()));
            }
            Matcher hunk = HUNK.matcher(line);
            if (hunk.matches()) {
                inHeader = false;
                current.ifPresent(hunks -> hunks.add(hunk(hunk)));
            }
        }
        return new ChangedLines(files);
    }

    private static Hunk hunk(Matcher hunk) {
        int first = Math.max(1, Integer.parseInt(hunk.group(1)));
        int count = hunk.group(2) == null ? 1 : Integer.parseInt(hunk.group(2));
        return new Hunk(first, first + Math.max(1, count) - 1);
    }

    /** The files that are changed and not gone, in the order of the diff: paths with slashes. */
    public List<String> files() {
        return List.copyOf(files.keySet());
    }

    /** Whether the diff shows a line. */
    boolean show(SourceLine line) {
        return files.getOrDefault(line.path(), List.of()).stream().anyMatch(hunk -> hunk.shows(line.number()));
    }

    /** The first changed line of a file. */
    Optional<SourceLine> first(String path) {
        return files.getOrDefault(path, List.of()).stream().findFirst().map(hunk -> new SourceLine(path, hunk.first()));
    }
}
