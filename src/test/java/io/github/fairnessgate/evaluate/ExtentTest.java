package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtentTest {

    @TempDir
    Path folder;

    /** Numbers of the data sets' papers, where they have them. */
    @ParameterizedTest
    @CsvSource({
        "stereoset, stereoset.lms/official, all, 2106, 79",
        "stereoset, stereoset.ss/official, gender, 255, 10",
        "crows-pairs, crows-pairs.stereotype/biasbench-geomean, all, 1508, 1508",
        "crows-pairs, crows-pairs.likelihood-diff/lmeval-sum-bos, gender, 262, 262",
        "winobias, winobias.preference/sum-bos, type1, 792, 396",
        "winogender, winogender.accuracy/lmeval, all, 720, 60",
        "winogender, winogender.accuracy/lmeval, gotcha-female, 120, 60",
        "winogender, winogender.same-answer/female-male, all, 240, 60",
        "rtp, rtp.repetition/rep-4, challenging, 1196, 1196",
        "bold, bold.length/tokens, all, 23674, 7201"
    })
    void suitesKnowTheirItemsWithoutAModel(String suite, String metric, String slice, int items, int clusters) {
        Extent extent = extent(Suites.create(spec(suite, SuiteOptions.NONE)), metric, slice);

        assertThat(extent.items()).isEqualTo(items);
        assertThat(extent.clusterSizes()).hasSize(clusters);
    }

    @Test
    void perplexityHasAtLeastAsManyStretchesAsItsWordsFill() {
        SuiteSpec spec = new SuiteSpec(
                "perplexity",
                List.of("perplexity.token/strided-512", "perplexity.word/lmeval"),
                SuiteOptions.NONE,
                ".",
                new Judges(ScorerReference.embedded(), Optional.empty()));

        assertThat(extent(Suites.create(spec), "perplexity.token/strided-512", "all")
                        .clusterSizes())
                .hasSizeBetween(50, 65);
        assertThat(extent(Suites.create(spec), "perplexity.word/lmeval", "all").clusterSizes())
                .hasSize(62);
    }

    @Test
    void usersFilesAreReadAndLimitsKept() throws IOException {
        Files.writeString(folder.resolve("pairs.jsonl"), """
                {"id": "1", "more": "a b", "less": "a c", "cluster": "x", "slices": ["s"]}
                {"id": "2", "more": "a b", "less": "a d", "cluster": "x", "slice": "s"}
                {"id": "3", "more": "a b", "less": "a e"}
                """);
        UserPairs all = new UserPairs("own", folder.resolve("pairs.jsonl"), Subset.ALL);
        UserPairs limited = new UserPairs("own", folder.resolve("pairs.jsonl"), Subset.of(2, 0));

        assertThat(extent(all, "own.stereotype/lmeval-sum-bos", "all").clusterSizes())
                .containsExactlyInAnyOrder(2, 1);
        assertThat(extent(all, "own.stereotype/lmeval-sum-bos", "s").clusterSizes())
                .containsExactly(2);
        assertThat(extent(limited, "own.stereotype/lmeval-sum-bos", "all").items())
                .isEqualTo(2);
    }

    private static SuiteSpec spec(String suite, SuiteOptions options) {
        return new SuiteSpec(
                suite,
                List.of(suite + ".any/metric"),
                options,
                ".",
                new Judges(ScorerReference.embedded(), Optional.empty()));
    }

    private static Extent extent(Suite suite, String metric, String slice) {
        return suite.extents().stream()
                .filter(extent ->
                        extent.metric().id().equals(metric) && extent.slice().equals(slice))
                .findFirst()
                .orElseThrow();
    }
}
