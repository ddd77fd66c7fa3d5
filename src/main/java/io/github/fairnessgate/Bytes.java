package io.github.fairnessgate;

import java.util.Locale;

/** Amounts of data as people read them. */
public final class Bytes {

    private Bytes() {}

    /** Three significant digits or so in decimal units: {@code 850 kB}, {@code 17.2 MB}, {@code 2.4 GB}. */
    public static String text(long bytes) {
        if (bytes < 1_000_000) {
            return String.format(Locale.ROOT, "%.0f kB", bytes / 1e3);
        }
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
