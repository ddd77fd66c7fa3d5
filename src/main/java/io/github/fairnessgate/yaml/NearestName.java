package io.github.fairnessgate.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses which name somebody meant who wrote another one. */
public final class NearestName {

    /** Longer lists of names would bury the message. */
    private static final int MOST_NAMES = 16;

    private static final int LONGEST_NAME = 200;

    private NearestName() {}

    /**
     * The name that is most like the written one, or nothing if none is like it: at most a third of its letters may
     * differ, or one is the beginning of the other; case, hyphens and underscores do not count.
     */
    public static Optional<String> of(String written, Collection<String> names) {
        String plain = plain(written);
        if (plain.isEmpty() || plain.length() > LONGEST_NAME) {
            return Optional.empty();
        }
        return names.stream()
                .filter(name -> isLike(plain, plain(name)))
                .min(Comparator.comparingInt(name -> distance(plain, plain(name))));
    }

    /** The end of a message about an unknown name: {@code ; did you mean "alpha"? Known are: ...}. */
    public static String hint(String written, Collection<String> names) {
        String nearest = of(written, names)
                .map(name -> "; did you mean \"" + name + "\"?")
                .orElse(";");
        if (names.isEmpty()) {
            return nearest + " there is none";
        }
        String known = String.join(", ", names.stream().limit(MOST_NAMES).toList());
        String more = names.size() > MOST_NAMES ? " and %d more".formatted(names.size() - MOST_NAMES) : "";
        return nearest + (nearest.length() > 1 ? " Known: " : " known: ") + known + more;
    }

    private static boolean isLike(String one, String other) {
        return one.startsWith(other)
                || other.startsWith(one)
                || distance(one, other) <= Math.max(1, Math.max(one.length(), other.length()) / 3);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }

    /**
     * Edits between two words: letters inserted, deleted, replaced, or swapped with their neighbour (optimal string
     * alignment).
     */
    public static int distance(String left, String right) {
        int[][] edits = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
                boolean swapped = i > 1
                        && j > 1
                        && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1);
                if (swapped) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[left.length()][right.length()];
    }
}
