package io.github.fairnessgate.maven;

import io.github.fairnessgate.Printable;
import io.github.fairnessgate.PrintableCause;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.pipeline.Outcome;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.reporting.MavenReportException;

/**
 * The one place that makes the exceptions with which a build ends. Maven prints their messages, and those of their
 * causes, as they are: so they have no cause, and what there was is kept for {@code mvn -e} as a suppressed exception
 * with {@linkplain Printable printable} messages.
 */
final class BuildEnd {

    private BuildEnd() {}

    /**
     * Ends a build whose model is not good enough, or where something else that a goal checks is not.
     *
     * @throws MojoFailureException with a line for each finding
     */
    static void require(Outcome outcome) throws MojoFailureException {
        if (!outcome.isGood()) {
            throw failure(outcome.failure());
        }
    }

    private static MojoFailureException failure(List<String> lines) {
        return new MojoFailureException(
                lines.stream().map(Printable::line).collect(Collectors.joining(System.lineSeparator())));
    }

    /** The goal could not be carried out: a build error with a sentence. */
    static MojoExecutionException error(String sentence, Throwable cause) {
        MojoExecutionException end = new MojoExecutionException(Printable.line(sentence));
        end.addSuppressed(PrintableCause.of(cause));
        return end;
    }

    /** The goal could not be carried out, for a reason that nobody thought of. */
    static MojoExecutionException unexpected(Throwable cause) {
        return error(Reason.unexpected("Maven's JVM", "MAVEN_OPTS=-Xmx4g", cause) + ".", cause);
    }

    /** The page of a site could not be made. */
    static MavenReportException pageless(String sentence, Throwable cause) {
        MavenReportException end = new MavenReportException(Printable.line(sentence));
        end.addSuppressed(PrintableCause.of(cause));
        return end;
    }
}
