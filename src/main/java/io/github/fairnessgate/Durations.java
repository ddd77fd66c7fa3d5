package io.github.fairnessgate;

import java.util.Locale;

/** Lengths of time as people read them. */
public final class Durations {

    private Durations() {}

    /** {@code 42 s}, {@code 4 min 02 s}, {@code 3 h 07 min}. */
    public static String text(long nanos) {
        long seconds = Math.round(nanos / 1e9);
        return seconds < 60
                ? seconds + " s"
                : seconds < 3600
                        ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
                        : String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
    }
}
