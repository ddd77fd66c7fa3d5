package io.github.fairnessgate.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown pages of this repository. */
final class Pages {

    private static final Pattern FENCED = Pattern.compile("(?ms)^( *)```(\\w*)\\n(.*?)^ *```$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");

    private Pages() {}

    /** A block between fences; {@code language} is empty where none is named. */
    record Snippet(Path page, String language, String text) {}

    /** Those of the root and of {@code docs}. */
    static List<Path> all() {
        return Stream.concat(markdown(Path.of(""), 1), markdown(Path.of("docs"), Integer.MAX_VALUE))
                .toList();
    }

    private static Stream<Path> markdown(Path folder, int depth) {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path page) {
        try {
            return Files.readString(page).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Snippet> snippets(Path page) {
        return FENCED.matcher(text(page))
                .results()
                .map(found -> new Snippet(
                        page,
                        found.group(2),
                        found.group(3).indent(-found.group(1).length())))
                .toList();
    }

    /** The page without what stands between fences or backticks. */
    static String prose(Path page) {
        return FENCED.matcher(text(page)).replaceAll("").replaceAll("`[^`\\n]+`", "code");
    }

    /**
     * What GitHub makes of the headings: small letters, spaces as hyphens, no other punctuation, and a number behind
     * one that was there already.
     */
    static List<String> anchors(Path page) {
        List<String> anchors = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        Matcher headings = HEADING.matcher(FENCED.matcher(text(page)).replaceAll(""));
        while (headings.find()) {
            String anchor = headings.group(1)
                    .strip()
                    .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            int before = seen.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        return anchors;
    }
}
