package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fairnessgate.Hostile;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.pipeline.NamedProgress;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.worker.WorkerException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.reporting.MavenReportException;
import org.junit.jupiter.api.Test;

/**
 * What goals print and with what builds end, whoever wrote it. {@code PackagesTest} sees to it that there is no other
 * way out.
 */
class SinksTest {

    private static final String X = Hostile.TEXT;
    private static final Exception CAUSE = new IllegalStateException(X, new RuntimeException(X + " at the bottom"));

    private final List<Object> printed = new ArrayList<>();
    private final Log maven = (Log) Proxy.newProxyInstance(
            Log.class.getClassLoader(), new Class<?>[] {Log.class}, (proxy, method, arguments) -> {
                if (arguments != null) {
                    printed.addAll(Arrays.asList(arguments));
                }
                return method.getReturnType() == boolean.class ? true : null;
            });

    @Test
    void everyMethodOfTheLogIsClean() throws ReflectiveOperationException {
        PrintableLog log = new PrintableLog(maven);
        int methods = 0;
        for (Method method : Log.class.getMethods()) {
            Object[] arguments = Arrays.stream(method.getParameterTypes())
                    .map(type -> type == Throwable.class ? CAUSE : (Object) X)
                    .toArray();
            method.invoke(log, arguments);
            methods += arguments.length > 0 ? 1 : 0;
        }
        assertThat(methods).isEqualTo(12);
        assertThat(printed).hasSize(16).allSatisfy(SinksTest::assertHarmless);
    }

    private static void assertHarmless(Object printed) {
        if (printed instanceof Throwable error) {
            assertHarmlessTrace(error);
        } else {
            Hostile.assertHarmlessInALog(printed.toString());
            assertThat(printed.toString()).hasLineCount(1);
        }
    }

    /** As {@code mvn -e} prints it, with the messages of all causes. */
    private static void assertHarmlessTrace(Throwable error) {
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        Hostile.assertHarmlessInALog(trace.toString().replace("\t", "    ").replace(System.lineSeparator(), "\n"));
        assertThat(trace.toString()).contains("at the bottom");
    }

    @Test
    void everyBuildEndsWithASentence() {
        for (Throwable thrown : List.of(
                new InvalidInputException(X, CAUSE),
                new WorkerException(X, CAUSE),
                new IllegalStateException(X, CAUSE),
                new StackOverflowError(X),
                new OutOfMemoryError(X),
                new NullPointerException())) {
            Throwable end = catchThrowable(() -> goal(thrown).execute());
            assertThat(end).isInstanceOf(MojoExecutionException.class).hasNoCause();
            assertThat(end.getMessage())
                    .hasLineCount(1)
                    .hasSizeLessThanOrEqualTo(Printable.LONGEST_LINE + 10)
                    .contains(" ")
                    .satisfies(Hostile::assertHarmlessInALog);
            assertThat(end.getSuppressed()).hasSize(1);
        }
        assertHarmlessTrace(
                catchThrowable(() -> goal(new InvalidInputException(X, CAUSE)).execute()));
        assertHarmlessTrace(
                catchThrowable(() -> goal(new IllegalStateException(X, CAUSE)).execute()));
        assertThat(catchThrowable(
                        () -> goal(new OutOfMemoryError("Java heap space")).execute()))
                .hasMessageContaining("MAVEN_OPTS=-Xmx");
    }

    private static AbstractFairnessMojo goal(Throwable thrown) {
        return new AbstractFairnessMojo() {
            @Override
            void requireSettings() {
                // There is no build that could have any.
            }

            @Override
            boolean sharesOutput() {
                return false;
            }

            @Override
            Outcome run() throws WorkerException {
                if (thrown instanceof WorkerException worker) {
                    throw worker;
                } else if (thrown instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) thrown;
            }
        };
    }

    @Test
    void failuresHaveALineForEachFinding() {
        MojoFailureException failure = catchThrowableOfType(
                MojoFailureException.class,
                () -> BuildEnd.require(new Outcome(List.of(X, "  1. fine", X.repeat(100)))));
        assertThat(failure).hasNoCause();
        assertThat(failure.getMessage().lines())
                .hasSize(3)
                .allSatisfy(Hostile::assertHarmlessInALog)
                .allMatch(line -> line.length() <= Printable.LONGEST_LINE)
                .contains("  1. fine");
    }

    @Test
    void pagesThatCannotBeMadeEndTheSameWay() {
        AbstractSiteReportMojo broken = new AbstractSiteReportMojo() {
            @Override
            Outcome run() {
                throw new InvalidInputException(X, CAUSE);
            }

            @Override
            void requireSettings() {
                // There is no build that could have any.
            }

            @Override
            void removePages() {
                // There are none.
            }

            @Override
            boolean hasResult() {
                return true;
            }

            @Override
            String folder() {
                return "folder";
            }

            @Override
            String finding() {
                return "finding";
            }

            @Override
            public String getName(Locale locale) {
                return "name";
            }
        };
        Throwable end = catchThrowable(() -> broken.generate(null, Locale.ROOT));
        assertThat(end).isInstanceOf(MavenReportException.class).hasNoCause();
        assertThat(end.getMessage()).hasLineCount(1).satisfies(Hostile::assertHarmlessInALog);
        assertHarmlessTrace(end);
    }

    @Test
    void progressIsCleanInTheLogAndOnATerminal() {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        LogProgress progress = new LogProgress(
                new PrintableLog(maven), new PrintStream(terminal, true, StandardCharsets.UTF_8), () -> 0);
        progress.step(X, 1, 3);
        progress.info(X);
        new NamedProgress(X, progress).step(X, 3, 3);
        assertThat(printed).hasSize(2).allSatisfy(SinksTest::assertHarmless);
        Hostile.assertHarmlessInALog(terminal.toString(StandardCharsets.UTF_8).replace("\r\033[K", ""));
    }
}
