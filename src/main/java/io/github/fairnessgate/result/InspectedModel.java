package io.github.fairnessgate.result;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evidence.Inspection;
import io.github.fairnessgate.evidence.ModelRecord;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.ShippedFiles;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A candidate all of whose files were looked at.
 *
 * @param model its folder, if it is at hand
 * @param record what was found
 */
public record InspectedModel(Optional<ModelDirectory> model, ModelRecord record) {

    private static final String WARN = "warn";
    private static final String FAIL = "fail";

    /**
     * Looks at all files of a candidate.
     *
     * @param source what it is called
     * @param original what it is compared with, if that is at hand
     * @throws InvalidInputException if a file that claims to be the measured model is not, or if records of the
     *     compression contradict each other
     */
    public static InspectedModel of(String source, GivenModel candidate, Optional<ModelDirectory> original) {
        return new InspectedModel(
                Optional.of(candidate.directory()),
                Inspection.of(
                        source, candidate, original.map(Inspection::comparable).orElseGet(TreeMap::new)));
    }

    /** @throws InvalidInputException if another model was measured */
    public InspectedModel requireMeasured(String digest) {
        if (!record.digest().equals(digest)) {
            throw new InvalidInputException(("The candidate %s has the digest %s, but the model that was measured"
                            + " has %s: it was changed since; run the build again.")
                    .formatted(record.source(), record.digest(), digest));
        }
        return this;
    }

    /**
     * Whether a user accepts no files that nothing was compared with.
     *
     * @param written {@value #WARN} or {@value #FAIL}
     */
    public static boolean isStrict(String written) {
        String value = written == null ? "" : written.strip();
        if (!value.equals(WARN) && !value.equals(FAIL)) {
            throw new InvalidInputException(
                    Parameters.UNVERIFIED_FILES + " is '" + value + "'; it must be " + WARN + " or " + FAIL + ".");
        }
        return value.equals(FAIL);
    }

    /** @throws InvalidInputException if there are such files, or if it is not known whether there are */
    public static void requireVerified(String source, Optional<ShippedFiles> shipped) {
        String what = shipped.isEmpty()
                ? "its files are not at hand, so nobody knows what is shipped with it"
                : shipped.get().warning().orElse("");
        if (!what.isEmpty()) {
            throw new InvalidInputException("%s is %s, but of the candidate %s: %s Remove them, or set %s to %s."
                    .formatted(
                            Parameters.UNVERIFIED_FILES,
                            FAIL,
                            source,
                            what.endsWith(".") ? what : what + ".",
                            Parameters.UNVERIFIED_FILES,
                            WARN));
        }
    }
}
