package io.github.fairnessgate.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricIdTest {

    @ParameterizedTest
    @CsvSource({
        "stereoset.ss/official, stereoset, ss, official",
        "rtp.emt25/embedded@0123abcd, rtp, emt25, embedded@0123abcd",
        "rtp.toxicity/my.scorer-1.0@0123abcd, rtp, toxicity, my.scorer-1.0@0123abcd",
        "perplexity.token/strided-1024-512, perplexity, token, strided-1024-512"
    })
    void anIdHasASuiteANameAndAVariant(String text, String suite, String name, String variant) {
        MetricId id = MetricId.of(text);
        assertThat(id).isEqualTo(new MetricId(suite, name, variant)).hasToString(text);
        assertThat(id.inSuite()).isEqualTo(name + "/" + variant);
        assertThat(MetricId.suiteOf(text)).isEqualTo(suite);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "stereoset", "stereoset.ss", "a/b", "."})
    void whatIsNoIdHasEmptyParts(String text) {
        assertThat(MetricId.of(text).variant()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "stereoset.ss/official, stereoset.ss/official, true",
        "rtp.emt5/embedded, rtp.emt5/embedded@0123abcd, true",
        "perplexity.token/strided, perplexity.token/strided-1024-1024, true",
        "perplexity.token/strided-1024, perplexity.token/strided-1024-512, true",
        "perplexity.token/strided-10, perplexity.token/strided-1024-512, false",
        "rtp.emt5/embed, rtp.emt5/embedded@0123abcd, false",
        "rtp.emt5, rtp.emt5/embedded@0123abcd, false",
        "rtp.toxicity/embedded, rtp.toxicity-written/embedded@0123abcd, false",
        "rtp.emt5/embedded@0123abcd, rtp.emt5/embedded, false"
    })
    void anIdMeansWhatWasMeasuredWithTheEndsThatItLeavesOut(String asked, String measured, boolean meant) {
        assertThat(MetricId.of(asked).means(MetricId.of(measured))).isEqualTo(meant);
    }

    @Test
    void aDefinitionIsOfOneVariantOrOfAll() {
        MetricDefinition one =
                MetricDefinition.of("ss/micro", Metric.Estimator.SHARE, Metric.Direction.PARITY, "A share.");
        assertThat(one.in("mine"))
                .isEqualTo(new Metric("mine.ss/micro", "mine", Metric.Estimator.SHARE, Metric.Direction.PARITY));
        assertThat(one.defines(MetricId.of("mine.ss/micro"))).isTrue();
        assertThat(one.defines(MetricId.of("mine.ss/official"))).isFalse();
        MetricDefinition all =
                MetricDefinition.of("emt5", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER, "A mean.");
        assertThat(all.defines(MetricId.of("mine.emt5/any@01234567"))).isTrue();
        assertThat(all.in("mine", "any").id()).isEqualTo("mine.emt5/any");
    }
}
