package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Hostile;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.search.CandidateResult;
import io.github.fairnessgate.search.CandidateResult.Problem;
import io.github.fairnessgate.search.Objective;
import io.github.fairnessgate.search.SearchResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchFilesTest {

    private static final String X = Hostile.TEXT;

    @TempDir
    Path folder;

    private SearchFiles write(SearchFiles.Form form, List<Objective> objectives, CandidateResult... candidates) {
        return SearchFiles.write(
                folder,
                form,
                new SearchFiles.Origin("1.0", Identity.UNKNOWN, "thresholds.yaml"),
                SearchResult.of(objectives, SearchSamples.thresholds(), List.of(candidates), 0));
    }

    private SearchFiles search(CandidateResult... candidates) {
        return write(SearchFiles.Form.SEARCH, List.of(SearchSamples.BYTES), candidates);
    }

    private static CandidateResult judged(String id, int preferred, double bytes) {
        return SearchSamples.judged(id, "recipe " + id, preferred, List.of(bytes), List.of(100.));
    }

    private JsonNode json(String name) throws IOException {
        return Json.MAPPER.readTree(folder.resolve(name + ".json").toFile());
    }

    private String page(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".html"));
    }

    @Test
    void theBestThatPassesIsChosen() throws IOException {
        SearchFiles files = search(
                judged("smallest", 700, 10),
                judged("small", 600, 20),
                judged("large", 600, 30),
                SearchSamples.screened("dropped", "x", 640, List.of(40.)),
                SearchSamples.lost("never", "x", Problem.Kind.NOT_MADE, "asks for too much"));

        assertThat(files.sentence())
                .isEqualTo("small (recipe small) is the best of 4 candidates: it keeps the rule; Size in bytes: 20.0 "
                        + "instead of 100; 1 more could not be made");
        assertThat(json("search").at("/chosen").asText()).isEqualTo("small");
        assertThat(json("search").at("/candidates/4/notMade").asText()).isEqualTo("asks for too much");
        assertThat(json("search").at("/candidates/0/judged/original/0").asDouble())
                .isEqualTo(100);
        assertThat(json("search").at("/candidates/2/dominatedBy").asText()).isEqualTo("small");
        assertThat(page("search"))
                .contains("FOUND", files.sentence(), "dropped after round 1", "not made")
                .doesNotContain("class=\"warning\"");
        assertThat(files.lines()).hasSizeGreaterThan(5).anyMatch(line -> line.startsWith("small  "));
    }

    @Test
    void ifNoneKeepsTheLimitsTheClosestIsNamed() throws IOException {
        SearchFiles files = search(judged("far", 700, 10), judged("near", 660, 20));

        assertThat(files.sentence())
                .startsWith("No finalist keeps the rule; the closest is near (recipe near): ")
                .contains("uses 120 % of its limit: compress less, or tolerate more");
        assertThat(json("search").has("chosen")).isFalse();
        assertThat(page("search")).contains("NOTHING FOUND");
    }

    @Test
    void whatFailedIsSaidLoudlyAndNeverChosen() throws IOException {
        SearchFiles files = search(
                judged("small", 600, 20),
                SearchSamples.lost("smaller", "recipe", Problem.Kind.FAILED, "The worker was stopped after 60 s."));

        assertThat(files.sentence()).startsWith("small ").endsWith("; 1 more failed");
        assertThat(files.warnings())
                .containsExactly("smaller (recipe) failed, so nobody knows whether it would be better: "
                        + "The worker was stopped after 60 s.");
        assertThat(page("search")).contains("class=\"warning\" role=\"alert\">smaller (recipe) failed");
        assertThat(json("search").at("/candidates/1/failed").asText()).contains("stopped after 60 s");
    }

    @Test
    void dataThatAnEarlierSearchHasSeenAreAWarning() throws IOException {
        SearchFiles files = SearchFiles.write(
                folder,
                SearchFiles.Form.SEARCH,
                new SearchFiles.Origin("1.0", Identity.UNKNOWN, "thresholds.yaml"),
                SearchResult.of(
                        List.of(SearchSamples.BYTES),
                        SearchSamples.thresholds(),
                        List.of(judged("small", 600, 20)),
                        3));

        assertThat(files.warnings()).singleElement().asString().startsWith("Earlier searches tried 3 candidates");
        assertThat(page("search")).contains("class=\"warning\" role=\"alert\">Earlier searches tried 3");
        assertThat(json("search").at("/warnings/0").asText())
                .isEqualTo(files.warnings().get(0));
    }

    @Test
    void latencyIsTheChosenCandidatesOwnBesideTheOriginalInTheSameTurns() throws IOException {
        SearchFiles files = write(
                SearchFiles.Form.SEARCH,
                List.of(SearchSamples.DECODE),
                SearchSamples.judged("fast", "x", 600, List.of(0.5), List.of(8.)),
                SearchSamples.judged("slow", "x", 600, List.of(0.75), List.of(4.)));

        assertThat(files.sentence()).contains("0.500 instead of 8.00");
        assertThat(page("search"))
                .contains("0.500 (x0.500)", "0.750 (x0.750)", "in the same turns")
                .contains("divided by the original&#39;s");
    }

    @Test
    void aComparisonHasNoSides() throws IOException {
        SearchFiles files = write(
                SearchFiles.Form.COMPARISON,
                List.of(SearchSamples.BYTES),
                judged("c1", 600, 20),
                judged("c2", 700, 10));

        assertThat(files.page()).isEqualTo(folder.resolve("comparison.html"));
        assertThat(page("comparison"))
                .contains("Candidates, rule by rule", "chance helped to choose it")
                .doesNotContain("FOUND");
        assertThat(json("comparison").at("/candidates/1/judged/verdict").asText())
                .isEqualTo("FAIL");
        SearchFiles.delete(folder, SearchFiles.Form.COMPARISON);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void numbersThatAreNoneAreStillJson() throws IOException {
        search(judged("endless", 600, Double.POSITIVE_INFINITY), judged("good", 600, 20));

        assertThat(json("search").at("/candidates/0/judged/objectives/0").isNull())
                .isTrue();
        assertThat(json("search").at("/chosen").asText()).isEqualTo("good");
    }

    @Test
    void hostileTextSaysNothingAndRunsNothing() throws IOException {
        SearchFiles files = SearchFiles.write(
                folder,
                SearchFiles.Form.SEARCH,
                new SearchFiles.Origin(X, new Identity(X, X, X, X, X, X), X),
                SearchResult.of(
                        List.of(new Objective(X, X)),
                        SearchSamples.thresholds(),
                        List.of(
                                SearchSamples.judged("a", X, 600, List.of(1.), List.of(2.)),
                                SearchSamples.screened("b", X, 640, List.of(1.)),
                                SearchSamples.lost("c", X, Problem.Kind.FAILED, X),
                                SearchSamples.lost("d", X, Problem.Kind.NOT_MADE, X)),
                        3));

        Hostile.assertHarmless(page("search"));
        assertThat(page("search")).doesNotContain("<img").contains("&lt;img src=x onerror=alert(1)&gt;");
        assertThat(json("search").isObject()).isTrue();
        assertThat(files.lines()).allSatisfy(Hostile::assertHarmlessInALog);
    }
}
