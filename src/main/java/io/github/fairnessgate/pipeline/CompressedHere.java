package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.report.ModelWarnings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A model that the goal {@code compress} made, or found unchanged, earlier in the same build.
 *
 * @param folder of the compressed model
 * @param source of the original, as the user named it
 * @param input digest of the original
 * @param output digest of the compressed model
 */
public record CompressedHere(Path folder, String source, String input, String output) {

    /** Whether it lies in a folder. */
    public boolean isIn(Path candidate) {
        return folder.equals(candidate.toAbsolutePath().normalize());
    }

    /**
     * What is most likely a mistake is told before hours are spent on it.
     *
     * @param made what this build compressed, if it did
     * @param warnings receives that the models are exchanged, or are not a model and what was made from it
     * @throws InvalidInputException if this build compressed a model and they are, or if the compressed model is no
     *     longer the one that it made
     */
    static void requireNoSwap(
            Optional<CompressedHere> made, LocatedModel before, LocatedModel after, Consumer<String> warnings) {
        String candidate = after.directory().digest();
        List<String> swaps = ModelWarnings.swaps(
                ModelWarnings.Side.ofModel(before.directory().digest(), Optional.of(before.directory())),
                ModelWarnings.Side.ofModel(candidate, Optional.of(after.directory())));
        if (made.isPresent() && !swaps.isEmpty()) {
            throw new InvalidInputException(String.join(" ", swaps) + " This build compressed "
                    + made.get().source()
                    + " (sha256 " + made.get().input() + ") to "
                    + made.get().folder() + ", so a comparison of other models is an error.");
        }
        made.filter(own -> own.isIn(after.directory().path()) && !own.output().equals(candidate))
                .ifPresent(own -> {
                    throw new InvalidInputException("The model in " + own.folder() + " (sha256 " + candidate + ")"
                            + " is not the one that this build compressed (sha256 " + own.output()
                            + "): something else wrote to the folder; run the build again, or set "
                            + Parameters.OUTPUT_DIRECTORY + ".");
                });
        swaps.forEach(warnings);
    }
}
