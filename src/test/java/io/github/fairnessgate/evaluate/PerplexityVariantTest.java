package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.PerplexityVariant.Rolling;
import io.github.fairnessgate.evaluate.PerplexityVariant.Strided;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PerplexityVariantTest {

    @Test
    void theIdOfAMetricNamesTheVariant() {
        assertThat(PerplexityVariant.of("perplexity.token/strided-1024-512"))
                .isEqualTo(new Strided(Optional.of(1024), Optional.of(512)));
        assertThat(PerplexityVariant.of("mine.token/strided-1024"))
                .isEqualTo(new Strided(Optional.of(1024), Optional.empty()));
        assertThat(PerplexityVariant.of("perplexity.token/strided"))
                .isEqualTo(new Strided(Optional.empty(), Optional.empty()));
        assertThat(PerplexityVariant.of("perplexity.word/lmeval")).isEqualTo(new Rolling(Rolling.Unit.WORD));
        assertThat(PerplexityVariant.of("perplexity.byte/lmeval")).isEqualTo(new Rolling(Rolling.Unit.BYTE));
    }

    @Test
    void anUnknownVariantSaysWhichThereAre() {
        for (String metric : List.of(
                "perplexity.word/rolling",
                "perplexity.token/strided-0-0",
                "perplexity.token/strided-x",
                "perplexity")) {
            assertThatThrownBy(() -> PerplexityVariant.of(metric))
                    .as(metric)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(metric)
                    .hasMessageContaining("word/lmeval");
        }
    }

    @Test
    void windowsThatSkipTokensOrHoldOneAreRefused() {
        assertThatThrownBy(() -> PerplexityVariant.of("perplexity.token/strided-512-1024"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("skips tokens");
        assertThatThrownBy(() -> PerplexityVariant.of("perplexity.token/strided-1-1"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("windows of one token");
    }

    @Test
    void whatIsMeasuredIsToldApartButTheDataAreTheSame() {
        List<Perplexity> suites = List.of(
                new Perplexity(),
                new Perplexity(List.of("perplexity.word/lmeval"), Subset.ALL),
                new Perplexity(List.of("perplexity.word/lmeval", "perplexity.token/strided"), Subset.ALL));
        assertThat(suites.stream().map(Perplexity::measured)).doesNotHaveDuplicates();
        assertThat(suites.stream().map(Perplexity::dataDigest).distinct()).hasSize(1);
        assertThat(new Perplexity(List.of("stereoset.ss/official", "perplexity.token/strided"), Subset.ALL).measured())
                .isEqualTo(new Perplexity().measured());
    }

    /** 50,000 tokens are 48 windows as long as GPT-2's. */
    @Test
    void aNumberOfTokensMeasuresAsMuchTextWhateverTheModelsContext() {
        Perplexity limited = new Perplexity(List.of("perplexity.token/strided"), Subset.ALL, OptionalInt.of(50_000));
        assertThat(limited.dataDigest())
                .isNotEqualTo(new Perplexity().dataDigest())
                .isNotEqualTo(new Perplexity(List.of(), Subset.ALL, OptionalInt.of(50_001)).dataDigest())
                .isNotEqualTo(new Perplexity(
                                List.of(), new Subset(OptionalInt.empty(), Optional.empty(), 1), OptionalInt.of(50_000))
                        .dataDigest());
        assertThat(limited.extents())
                .singleElement()
                .satisfies(extent -> assertThat(extent.items()).isEqualTo(48));
        assertThatThrownBy(() -> new Perplexity(List.of("perplexity.word/lmeval"), Subset.ALL, OptionalInt.of(50_000)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("The suite 'perplexity' is limited to 50000 tokens, which chooses windows of "
                        + "token/strided, but perplexity.word/lmeval reads whole documents; set limit, a number"
                        + " of documents, instead of tokens.");
    }
}
