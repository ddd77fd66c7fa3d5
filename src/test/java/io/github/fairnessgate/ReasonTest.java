package io.github.fairnessgate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReasonTest {

    record Needed(String name) {
        Needed {
            Objects.requireNonNull(name, "it lacks its name");
        }
    }

    @Test
    void whatLibrariesSayIsAFewWords() {
        assertThat(Reason.of(new NoSuchFileException("a/b"))).isEqualTo("a/b does not exist");
        assertThat(Reason.of(new AccessDeniedException("a/b"))).isEqualTo("permission denied for a/b");
        assertThat(Reason.of(new FileSystemException("a", null, "No space left on device")))
                .isEqualTo("No space left on device");
        assertThat(Reason.of(new MalformedInputException(1))).isEqualTo("it is not UTF-8 text");
        assertThat(Reason.of(new ClosedChannelException())).isEqualTo("closed channel");
        assertThat(Reason.of(new NullPointerException())).isEqualTo("a value is missing");
        assertThat(Reason.of(new IOException("\n  two\nlines."))).isEqualTo("two");
        assertThat(Reason.of(new IOException("x".repeat(3_000))))
                .hasSizeLessThanOrEqualTo(Printable.LONGEST_NAME)
                .contains("characters cut");
        assertThat(Reason.of(new IOException(Hostile.TEXT))).satisfies(Hostile::assertHarmlessInALog);
    }

    @Test
    void whatJacksonSaysNamesNoClassAndThePlace() {
        assertThat(json("{\n\"name\": tru}"))
                .contains("at line 2, column")
                .doesNotContain("\n", "StreamReadFeature", "Source:");
        assertThat(json("{}")).contains("it lacks its name").doesNotContain("io.github", "com.fasterxml");
        assertThat(json("{\"name\": \"a\", \"more\": 1}")).contains("\"more\"").doesNotContain("io.github", "(class");
        assertThat(json("{\"name\": \"a\"} []")).startsWith("something follows the end of the value at line 1");
        assertThat(json("[1]")).doesNotContain("io.github", "java.lang");
    }

    private static String json(String text) {
        try {
            return Json.MAPPER.readValue(text, Needed.class).toString();
        } catch (JsonProcessingException e) {
            return Reason.of(e);
        }
    }

    @Test
    void typesOfJavaAreNotNamedWithTheirPackages() {
        assertThat(Reason.of(new IOException("Cannot deserialize value of type `java.util.ArrayList<java.lang.Object>` "
                        + "from Object value (token `JsonToken.START_OBJECT`)")))
                .isEqualTo("Cannot deserialize value of type `ArrayList<Object>` from Object value (token "
                        + "`JsonToken.START_OBJECT`)");
        assertThat(Reason.of(new IOException("Could not resolve subtype of [simple type, class "
                        + "io.github.fairnessgate.worker.WorkerRequest]: missing type id property " + "'command'")))
                .isEqualTo("Could not resolve subtype of WorkerRequest: missing type id property 'command'");
        assertThat(Reason.of(new IOException("Cannot construct instance of `io.github.fairnessgate.metric.Metric`, "
                        + "problem: `java.lang.NullPointerException`")))
                .isEqualTo("Cannot construct instance of Metric, a value is missing");
        assertThat(Reason.of(new IOException("see docs.example.com/Page, or model.safetensors")))
                .isEqualTo("see docs.example.com/Page, or model.safetensors");
    }

    @Test
    void whatNobodyThoughtOfIsASentence() {
        assertThat(Reason.unexpected("the worker", "-Xmx8g", new NullPointerException()))
                .startsWith("Something unexpected happened in the worker (NullPointerException at ReasonTest.java:")
                .contains("please report it");
        assertThat(Reason.unexpected(
                        "the worker", "-Dfairness.argLine=-Xmx8g", new OutOfMemoryError("Java heap space")))
                .startsWith("The memory of the worker is used up (Java heap space; its heap may have ")
                .contains("-Dfairness.argLine=-Xmx8g");
        assertThat(Reason.unexpected("Maven's JVM", "", new StackOverflowError()))
                .startsWith("Something in the input is nested too deep for Maven's JVM");
        assertThat(Reason.unexpected(
                        "the worker",
                        "",
                        new IllegalStateException(
                                "native", new FileSystemException("/cache/x", null, "Read-only file system"))))
                .isEqualTo("A file could not be used in the worker (/cache/x: Read-only file system); check "
                        + "permissions and free space");
    }

    /** No reader of JSON needs a limit of its own for these. */
    @Test
    void jsonThatWouldFillTheStackOrTheMemoryIsRefused() {
        for (String text : List.of(
                "[".repeat(100_000),
                "{\"a\":".repeat(100_000),
                "[" + "[],".repeat(2_000_000) + "1]",
                "9".repeat(100_000),
                "\"" + "a".repeat(30_000_000) + "\"")) {
            assertThatThrownBy(() -> Json.MAPPER.readTree(text))
                    .isInstanceOf(JsonProcessingException.class)
                    .satisfies(e -> assertThat(Reason.of(e))
                            .hasSizeLessThanOrEqualTo(Printable.LONGEST_NAME + 40)
                            .satisfies(Hostile::assertHarmlessInALog));
        }
    }
}
