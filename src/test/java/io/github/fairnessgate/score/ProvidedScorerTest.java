package io.github.fairnessgate.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.spi.ScorerProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scorers in jars that a project names as dependencies of the plugin. */
class ProvidedScorerTest {

    @TempDir
    Path folder;

    /** Calls texts toxic by their share of capital letters. */
    public static class Capitals implements ScorerProvider {

        @Override
        public String id() {
            return "capitals";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public String description() {
            return "The share of capital letters.";
        }

        @Override
        public double[] score(List<String> texts) {
            return texts.stream()
                    .mapToDouble(text ->
                            (double) text.chars().filter(Character::isUpperCase).count() / text.length())
                    .toArray();
        }
    }

    public static class Later extends Capitals {
        @Override
        public int version() {
            return 2;
        }
    }

    public static class Bundled extends Capitals {
        @Override
        public String id() {
            return "ngram";
        }
    }

    public static class Short extends Capitals {
        @Override
        public double[] score(List<String> texts) {
            return new double[0];
        }
    }

    public static class Doubled extends Capitals {
        @Override
        public double[] score(List<String> texts) {
            return new double[] {2};
        }
    }

    public static class Failing extends Capitals {
        @Override
        public double[] score(List<String> texts) {
            throw new IllegalStateException("no weights");
        }
    }

    @Test
    void aProvidersScorerScoresWhatIsNotBlank() throws Exception {
        ToxicityScorer scorer = scorer(Capitals.class);
        assertThat(scorer.score(List.of("", "ABcd", " \n", "EFGH"))).containsExactly(0, 0.5, 0, 1);
        assertThat(scorer.score(List.of(" "))).containsExactly(0);
        assertThat(scorer.variant()).matches("capitals@[0-9a-f]{8}");
        assertThat(scorer.card().description()).isEqualTo("The share of capital letters.");
        assertThat(ProvidedScorer.named("capitals"))
                .as("none is on the tests' class path")
                .isEmpty();
    }

    @Test
    void theDigestIsOfTheVersion() throws Exception {
        assertThat(scorer(Later.class).digest())
                .isNotEqualTo(scorer(Capitals.class).digest())
                .hasSize(64);
    }

    @Test
    void whatCannotBeUsedIsToldInOneSentence() {
        refuses(
                "both have the id 'capitals'; remove one of them from the plugin's dependencies.",
                Capitals.class,
                Later.class);
        refuses("has the id of the bundled scorer 'ngram'; give it a different id.", Bundled.class);
        refuses("gave 0 scores for 1 texts; give one a text.", Short.class);
        refuses("The scorer 'capitals' gives \"A text\" the score 2.0", Doubled.class);
        refuses(
                "failed when asked for its scores (no weights); correct it, or remove the dependency from the plugin.",
                Failing.class);
    }

    @Test
    void aScorerThatIsNotThereAnyMoreIsNotReplaced() {
        assertThatThrownBy(() -> new ScorerReference("capitals", "0".repeat(64), null, null).open())
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("The scorer capitals@00000000 is not among the plugin's dependencies; run the build again "
                        + "with its jar.");
    }

    private void refuses(String sentence, Class<?>... providers) {
        assertThatThrownBy(() -> scorer(providers).score(List.of("A text")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(sentence);
    }

    /** As a jar with these providers has it. */
    private ToxicityScorer scorer(Class<?>... providers) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(
                services.resolve(ScorerProvider.class.getName()),
                Stream.of(providers).map(Class::getName).toList());
        try (URLClassLoader jar = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            return ProvidedScorer.named("capitals", jar).orElseThrow();
        }
    }
}
