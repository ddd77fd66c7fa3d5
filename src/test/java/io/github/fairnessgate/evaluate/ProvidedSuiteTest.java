package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.SentenceScores.Continuation;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.metric.Metric.Range;
import io.github.fairnessgate.metric.MetricDefinition;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.spi.Question;
import io.github.fairnessgate.spi.Question.Passage;
import io.github.fairnessgate.spi.SuiteProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Suites in jars that a project names as dependencies of the plugin. */
@Tag("native")
class ProvidedSuiteTest {

    @TempDir
    Path folder;

    /** A suite of six pairs, of which the second sentence has a context. */
    public static class Pairs implements SuiteProvider {

        @Override
        public String id() {
            return "stance";
        }

        @Override
        public int version() {
            return 3;
        }

        @Override
        public List<MetricDefinition> metrics() {
            return List.of(
                    MetricDefinition.of(
                            "agrees/sum",
                            Estimator.SHARE,
                            Direction.PARITY,
                            "Share of pairs in which the model agrees."),
                    MetricDefinition.of(
                            "gap/sum", Estimator.MEAN, Direction.LOWER_IS_BETTER, "Mean difference, in nats."));
        }

        @Override
        public List<Question> questions() {
            return IntStream.range(0, 6)
                    .mapToObj(i -> new Question(
                            "q" + i,
                            "c" + i / 2,
                            List.of(i < 3 ? "low" : "high"),
                            List.of(
                                    new Passage("more", "It is " + i + " o'clock."),
                                    new Passage("less", "It is", " " + i + " o'clock."))))
                    .toList();
        }

        @Override
        public Map<String, Double> outcomes(Question question, Map<String, Double> likelihoods) {
            double gap = likelihoods.get("more") - likelihoods.get("less");
            return Map.of("agrees/sum", gap > 0 ? 1. : 0., "gap/sum", gap);
        }
    }

    public static class SameId extends Pairs {}

    public static class Bundled extends Pairs {
        @Override
        public String id() {
            return "bold";
        }
    }

    public static class Shouting extends Pairs {
        @Override
        public String id() {
            return "STANCE";
        }
    }

    public static class Broken extends Pairs {
        public Broken() {
            throw new IllegalStateException("no data");
        }
    }

    public static class WithoutMetrics extends Pairs {
        @Override
        public List<MetricDefinition> metrics() {
            return List.of();
        }
    }

    public static class WithPerplexity extends Pairs {
        @Override
        public List<MetricDefinition> metrics() {
            return List.of(MetricDefinition.of("loss/sum", Estimator.PERPLEXITY, Direction.LOWER_IS_BETTER, "Loss."));
        }
    }

    public static class WithoutVariant extends Pairs {
        @Override
        public List<MetricDefinition> metrics() {
            return List.of(MetricDefinition.of("loss", Estimator.MEAN, Direction.LOWER_IS_BETTER, "Loss."));
        }
    }

    public static class WithPercentages extends Pairs {
        @Override
        public List<MetricDefinition> metrics() {
            return List.of(MetricDefinition.of("agrees/sum", Estimator.SHARE, Direction.PARITY, "Share.")
                    .within(new Range(0, 100)));
        }
    }

    public static class Twins extends Pairs {
        @Override
        public List<Question> questions() {
            return Stream.concat(super.questions().stream(), super.questions().stream())
                    .toList();
        }
    }

    public static class Failing extends Pairs {
        @Override
        public List<Question> questions() {
            throw new IllegalStateException("no data");
        }
    }

    public static class Halves extends Pairs {
        @Override
        public Map<String, Double> outcomes(Question question, Map<String, Double> likelihoods) {
            return Map.of("agrees/sum", 0.5, "gap/sum", 0.);
        }
    }

    public static class Forgetful extends Pairs {
        @Override
        public Map<String, Double> outcomes(Question question, Map<String, Double> likelihoods) {
            return Map.of("agrees/sum", 1.);
        }
    }

    @Test
    void aProvidersSuiteHasItsMetricsAndItsItems() throws Exception {
        KnownSuite known = suites(Pairs.class).get("stance");
        assertThat(known.metrics()).extracting(MetricDefinition::sentence).contains("Mean difference, in nats.");
        Suite suite = suite(Pairs.class, SuiteOptions.NONE);
        assertThat(suite.version()).isEqualTo(3);
        assertThat(suite.hasContrast()).isTrue();
        assertThat(suite.extents()).hasSize(6).extracting(Extent::items).containsExactly(6, 3, 3, 6, 3, 3);
        try (LanguageModel model = model()) {
            SuiteResult result = suite.evaluate(model, Progress.NONE);
            double[] more = SentenceScores.sumAfterBeginning(
                    model,
                    IntStream.range(0, 6)
                            .mapToObj(i -> "It is " + i + " o'clock.")
                            .toList(),
                    done -> {});
            double[] less = SentenceScores.sumOfContinuation(
                    model,
                    IntStream.range(0, 6)
                            .mapToObj(i -> new Continuation("It is", " " + i + " o'clock."))
                            .toList(),
                    done -> {});
            for (int i = 0; i < 6; i++) {
                Item item = result.items().get(i);
                assertThat(item.scores()).containsEntry("more", more[i]).containsEntry("less", less[i]);
                assertThat(item.texts())
                        .containsEntry("more", "It is " + i + " o'clock.")
                        .containsEntry("less", "It is " + i + " o'clock.");
                assertThat(item.outcomes()).containsEntry("stance.gap/sum", more[i] - less[i]);
            }
            assertThat(result.values()).hasSize(6);
        }
    }

    @Test
    void aLimitChoosesAmongTheQuestionsAndChangesTheDigest() throws Exception {
        Suite few = suite(Pairs.class, new SuiteOptions(OptionalInt.of(4), 1, OptionalInt.empty(), Optional.empty()));
        assertThat(few.extents().get(0).items()).isEqualTo(4);
        assertThat(few.dataDigest())
                .isNotEqualTo(suite(Pairs.class, SuiteOptions.NONE).dataDigest());
    }

    @Test
    void whatCannotBeUsedIsToldInOneSentence() {
        assertThatThrownBy(() -> suites(Pairs.class, SameId.class))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("The suite providers " + Pairs.class.getName() + " and " + SameId.class.getName()
                        + " both have the id 'stance'; remove one of them from the plugin's dependencies.");
        refuses("has the id of the bundled suite 'bold'; give it a different id.", Bundled.class);
        refuses("has the id \"STANCE\"; use lower-case letters, digits and hyphens.", Shouting.class);
        refuses("A suite among the plugin's dependencies cannot be used: ", Broken.class);
        refuses("no data", Broken.class);
        refuses("has no metrics; name at least one.", WithoutMetrics.class);
        refuses(
                "has the metric \"loss/sum\" with the estimator PERPLEXITY; use SHARE, CLUSTER_SHARE or MEAN.",
                WithPerplexity.class);
        refuses("has the metric \"loss\" without a variant; name it as metric/variant.", WithoutVariant.class);
        refuses(
                "failed when asked for its metrics (stance.agrees/sum is a SHARE and cannot have the range 0 to 100)",
                WithPercentages.class);
        refuses("has two questions with the id \"q0\"; give each its own.", Twins.class);
        refuses(
                "failed when asked for its questions (no data); correct it, or remove the dependency from the plugin.",
                Failing.class);
    }

    @Test
    void outcomesThatCannotBeEndTheMeasurement() throws Exception {
        try (LanguageModel model = model()) {
            assertThatThrownBy(() -> suite(Halves.class, SuiteOptions.NONE).evaluate(model, Progress.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageEndingWith("gave the question \"q0\" the outcome 0.5 for agrees/sum, which is 0 or 1.");
            assertThatThrownBy(() -> suite(Forgetful.class, SuiteOptions.NONE).evaluate(model, Progress.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageEndingWith("gave the question \"q0\" no outcome for gap/sum, which is a finite number.");
        }
    }

    private void refuses(String sentence, Class<?> provider) {
        assertThatThrownBy(() -> suite(provider, SuiteOptions.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(sentence);
    }

    private Suite suite(Class<?> provider, SuiteOptions options) throws Exception {
        return (Suite) suites(provider)
                .values()
                .iterator()
                .next()
                .maker()
                .apply(new SuiteSpec("stance", List.of(), options, ".", Judges.only(ScorerReference.ngram())));
    }

    /** As a jar with these providers has them. */
    private SortedMap<String, KnownSuite> suites(Class<?>... providers) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(
                services.resolve(SuiteProvider.class.getName()),
                Stream.of(providers).map(Class::getName).toList());
        try (URLClassLoader jar = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            return ProvidedSuite.in(jar, Set.of("bold"));
        }
    }

    private LanguageModel model() throws Exception {
        return OnnxGpt2.open(
                ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder.resolve("model"))), Device.CPU);
    }
}
