package io.github.fairnessgate.search;

import io.github.fairnessgate.file.Digests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Names of candidates that are short and names of folders everywhere. They follow from the recipe and its values, and
 * not from what else is tried: {@code pruned-0.1-michel}, or {@code pruned-3f09a1} where that would be long or
 * ambiguous.
 */
final class CandidateIds {

    private static final int LONGEST = 24;
    private static final int LONGEST_STEM = 12;
    private static final int DIGITS = 6;

    private CandidateIds() {}

    /**
     * What a name is made of.
     *
     * @param recipe as the search names it
     * @param values that vary, in the order of the search
     * @param content that tells the candidate from every other
     */
    record Named(String recipe, List<String> values, String content) {

        private String stem() {
            return recipe.replaceFirst(".*[/\\\\]", "").replaceFirst("\\.ya?ml$", "");
        }

        private String readable() {
            return values.isEmpty() ? stem() : stem() + "-" + String.join("-", values);
        }

        private boolean isReadable() {
            return stem().matches("[a-z0-9][a-z0-9_-]*")
                    && readable().matches("[a-z0-9._-]{1," + LONGEST + "}(?<!\\.)");
        }

        private String numbered() {
            String letters = stem().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
            String digest = Digests.sha256(content.getBytes(StandardCharsets.UTF_8));
            return letters.substring(0, Math.min(LONGEST_STEM, letters.length())) + "-" + digest.substring(0, DIGITS);
        }
    }

    /** The name of each, in their order. */
    static List<String> of(List<Named> candidates) {
        Map<String, Long> times = candidates.stream()
                .map(Named::readable)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return candidates.stream()
                .map(one -> one.isReadable() && times.get(one.readable()) == 1 ? one.readable() : one.numbered())
                .toList();
    }
}
