package io.github.fairnessgate.result;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.baseline.Baseline;
import io.github.fairnessgate.baseline.BaselineFile;
import io.github.fairnessgate.gate.Ratchet;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;

/**
 * The baseline file of a project.
 *
 * @param file absolute
 * @param place where it stands in the checkout; nothing outside of it
 * @param text as it is written; nothing where there is no file
 * @param baseline what it says; nothing where there is no file
 * @param today the day of the build in UTC, which decides about exceptions
 */
public record BaselineSource(
        Path file, Optional<String> place, Optional<String> text, Optional<Baseline> baseline, LocalDate today) {

    /** Relative to the module. */
    static final String DEFAULT = "src/main/fairness/baseline.json";

    /**
     * Where the file is, and what it says if it is there.
     *
     * @param given as the user named it; nothing for {@link #DEFAULT}
     * @param baseDirectory what a relative path starts from
     * @param root of the checkout
     * @throws InvalidInputException if it is there, but cannot be read or is wrong
     */
    public static BaselineSource read(Optional<String> given, Path baseDirectory, Path root, LocalDate today) {
        Path file = UserPath.resolve(baseDirectory, given.orElse(DEFAULT))
                .toAbsolutePath()
                .normalize();
        // A broken link is a file that cannot be read, not one that is not there.
        Optional<String> text =
                Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Optional.of(BaselineFile.text(file)) : Optional.empty();
        return new BaselineSource(
                file,
                ThresholdsSource.pathIn(root, file),
                text,
                text.map(content -> BaselineFile.parse(content, file.toString(), today)),
                today);
    }

    /**
     * Like {@link #read}, but the file has to be there if the user named one.
     *
     * @throws InvalidInputException if it is not, or cannot be read or is wrong
     */
    public static BaselineSource existing(Optional<String> given, Path baseDirectory, Path root, LocalDate today) {
        return read(given, baseDirectory, root, today).requireIfGiven(given);
    }

    /** @throws InvalidInputException if the user named a file that is not there: without it, more would pass */
    public BaselineSource requireIfGiven(Optional<String> given) {
        if (given.isPresent() && baseline.isEmpty()) {
            throw new InvalidInputException("There is no baseline file " + file + ", which " + Parameters.BASELINE
                    + " names; make one with fairness:evaluate and then fairness:baseline, or take the parameter out.");
        }
        return this;
    }

    /**
     * No file, for what is judged by thresholds alone.
     *
     * @param folder the place of the file that there is not
     */
    public static BaselineSource none(Path folder, LocalDate today) {
        return new BaselineSource(folder, Optional.empty(), Optional.empty(), Optional.empty(), today);
    }

    public Ratchet ratchet() {
        return baseline.map(Baseline::ratchet).orElse(Ratchet.NONE);
    }
}
