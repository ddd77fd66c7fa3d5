package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.report.SearchSamples;
import io.github.fairnessgate.search.CandidateResult;
import io.github.fairnessgate.search.CandidateResult.Measured;
import io.github.fairnessgate.search.CandidateResult.Problem;
import io.github.fairnessgate.search.SearchResult;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContestTest {

    @TempDir
    Path folder;

    private final RecordedMessages messages = new RecordedMessages();
    private Contest contest;

    @BeforeEach
    void begin() {
        Map<String, LocatedModel> models = new LinkedHashMap<>();
        LocatedModel model = new LocatedModel(TinyModels.create(folder), "model");
        List.of("small", "middle", "large").forEach(id -> models.put(id, model));
        contest = new Contest(
                messages, models, Map.of("never", new Problem(Problem.Kind.NOT_MADE, "it asks for too much")));
    }

    private static Attempt<Measured> measured(String id, double bytes) {
        return new Attempt<>(
                Optional.of(SearchSamples.measured(id, 0.5, 600, List.of(bytes), List.of(100.))), Optional.empty());
    }

    private static Map<String, Attempt<Measured>> found(Attempt<Measured> small) {
        Map<String, Attempt<Measured>> found = new LinkedHashMap<>();
        found.put("small", small);
        found.put("middle", measured("middle", 20));
        found.put("large", measured("large", 30));
        return found;
    }

    @Test
    void theBestGoOn() throws WorkerException {
        contest.screen(found(measured("small", 10)), 2, true);

        assertThat(contest.left().keySet()).containsExactly("small", "middle");
        assertThat(contest.result("large", "").screened()).hasSize(1);
        assertThat(contest.result("never", "").problem()).isPresent();
    }

    @Test
    void oneThatFailsIsNeverChosenAndTheOthersGoOn() throws WorkerException {
        contest.screen(found(measured("small", 10)), 3, true);
        contest.judge(found(Attempt.failed("The worker was stopped after 60 s.")));

        List<CandidateResult> results = List.of("small", "middle", "large", "never").stream()
                .map(id -> contest.result(id, id))
                .toList();
        SearchResult result = SearchResult.of(List.of(SearchSamples.BYTES), SearchSamples.thresholds(), results, 0);
        assertThat(result.chosen()).map(CandidateResult::id).contains("middle");
        assertThat(results.get(0).ended(Problem.Kind.FAILED)).isTrue();
        assertThat(results.get(0).latest()).isEmpty();
        assertThat(messages.lines())
                .containsExactly("WARN small failed, the others go on: The worker was stopped after 60 s.");
    }

    @Test
    void oneThatFailedInARoundIsNotInTheNext() throws WorkerException {
        contest.screen(found(Attempt.failed("The worker was stopped after 60 s.")), 3, true);

        assertThat(contest.left().keySet()).containsExactly("middle", "large");
    }

    @Test
    void ifAllFailTheSearchFails() {
        Attempt<Measured> failed = Attempt.failed("The worker was stopped after 60 s.");
        assertThatThrownBy(() -> contest.judge(Map.of("small", failed)))
                .isInstanceOf(WorkerException.class)
                .hasMessageContaining("None of the candidates small")
                .hasMessageContaining("stopped after 60 s");
    }
}
