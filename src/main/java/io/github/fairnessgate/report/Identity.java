package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.fairnessgate.Printable;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which build a result is of. What is not known is empty, and left out of JSON.
 *
 * @param project {@code groupId:artifactId}
 * @param version of the project
 * @param commit that was checked out
 * @param branch of the commit; of a pull request, that it comes from
 * @param date in UTC, like {@code 2026-11-30T12:00:00Z}
 * @param run address of the CI run
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Identity(String project, String version, String commit, String branch, String date, String run) {

    /** Nothing is known. */
    public static final Identity UNKNOWN = new Identity("", "", "", "", "", "");

    private static final int SHORT_COMMIT = 12;

    public Identity {
        project = line(project);
        version = line(version);
        commit = line(commit);
        branch = line(branch);
        date = line(date);
        run = line(run);
    }

    private static String line(String text) {
        return text == null ? "" : Printable.name(text);
    }

    /** Whether nothing is known. */
    @JsonIgnore
    boolean isUnknown() {
        return equals(UNKNOWN);
    }

    /**
     * {@code org.example:my-model 1.0, commit 0123456789ab on main, 2026-11-30T12:00:00Z}; empty if nothing is known.
     */
    public String sentence() {
        String of = String.join(" ", parts(project, version));
        String made = String.join(
                " on ",
                parts(
                        commit.isEmpty()
                                ? ""
                                : "commit "
                                        + (commit.matches("[0-9a-f]{40,64}")
                                                ? commit.substring(0, SHORT_COMMIT)
                                                : commit),
                        branch));
        return String.join(", ", parts(of, made, date));
    }

    /** The CI run, where it is an address that a page may link to; else empty. */
    public String link() {
        return run.matches("https?://[^\\s\"'<>]+") ? run : "";
    }

    private static List<String> parts(String... parts) {
        return Stream.of(parts).filter(part -> !part.isEmpty()).toList();
    }
}
