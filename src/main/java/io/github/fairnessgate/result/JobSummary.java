package io.github.fairnessgate.result;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** The summary of a job of GitHub Actions, which shows Markdown that its steps append to a file. */
public final class JobSummary {

    private static final String VARIABLE = "GITHUB_STEP_SUMMARY";

    private JobSummary() {}

    /**
     * Appends to the summary, if there is one.
     *
     * @param environment the process's variables
     * @throws InvalidInputException if the file cannot be written
     */
    public static void append(String markdown, Map<String, String> environment) {
        String summary = environment.get(VARIABLE);
        if (summary == null || summary.isBlank()) {
            return;
        }
        try {
            Files.writeString(Path.of(summary), markdown, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The summary of the job " + summary + " (" + VARIABLE + ") cannot be written: " + Reason.of(e)
                            + "; make it writable, or unset the variable.",
                    e);
        }
    }
}
