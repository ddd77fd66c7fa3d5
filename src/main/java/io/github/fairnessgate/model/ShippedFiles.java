package io.github.fairnessgate.model;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every file that is shipped with a model, by what is known of it. Paths are relative to the model's folder, with
 * slashes.
 *
 * @param measured what was measured: configuration, weights and tokenizer
 * @param verified shipped beside them, and found to fit what was measured
 * @param unverified shipped beside them, and compared with nothing
 */
public record ShippedFiles(List<String> measured, SortedMap<String, Proof> verified, List<String> unverified) {

    private static final int MOST_NAMES = 10;

    /** @throws NullPointerException if anything is missing */
    public ShippedFiles {
        measured = List.copyOf(measured);
        verified = Collections.unmodifiableSortedMap(new TreeMap<>(verified));
        unverified = List.copyOf(unverified);
    }

    /** {@code 3 files measured, 4 shipped beside them, 3 of them verified, 1 unverified}. */
    public String counts() {
        return String.format(
                Locale.ROOT,
                "%d %s measured, %d shipped beside them, %d of them verified, %d unverified",
                measured.size(),
                measured.size() == 1 ? "file" : "files",
                verified.size() + unverified.size(),
                verified.size(),
                unverified.size());
    }

    /** A sentence that names the files that nothing was compared with; empty if there are none. */
    public Optional<String> warning() {
        if (unverified.isEmpty()) {
            return Optional.empty();
        }
        int more = unverified.size() - MOST_NAMES;
        String names = String.join(", ", unverified.subList(0, Math.min(MOST_NAMES, unverified.size())))
                + (more > 0 ? " and " + more + " more" : "");
        return Optional.of(
                "NOT VERIFIED: " + names + ". " + (unverified.size() == 1 ? "This file is" : "These files are")
                        + " shipped with the candidate, but nothing compared "
                        + (unverified.size() == 1 ? "it" : "them") + " with the model that was measured.");
    }
}
