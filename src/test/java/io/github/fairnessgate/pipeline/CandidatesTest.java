package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.search.CandidateResult.Problem;
import io.github.fairnessgate.search.SearchPlan;
import io.github.fairnessgate.search.SearchPlanReader;
import io.github.fairnessgate.worker.WorkerEndedException;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidatesTest {

    @TempDir
    Path folder;

    private Candidates.Made made(FakeHost host) throws Exception {
        Files.writeString(folder.resolve("search.yaml"), """
                version: 1
                recipes: [{recipe: int8, vary: {quantization.scheme: [int8, int4]}}]
                """);
        SearchPlan plan = SearchPlanReader.read("search.yaml", folder);
        LocatedModel model =
                new LocatedModel(TinyModels.builder().embedding(32).write(folder.resolve("model")), "model");
        Candidates candidates = new Candidates(
                host,
                new Workers(host, new ComputeSettings("cpu", null, null, 60, "none")),
                folder.resolve("target/search"),
                true);
        return candidates.make(plan.variants(), candidates.recipes(plan.variants(), model), model, Device.CPU);
    }

    private static String scheme(WorkerRequest request) {
        try {
            String recipe = Files.readString(Path.of(((WorkerRequest.Compress) request).recipe()));
            return recipe.contains("scheme: int4") ? "int4" : "int8";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRecipeThatDoesNotFitLeavesTheOthersAlone() throws Exception {
        FakeHost host = new FakeHost(folder, request -> {
            if (scheme(request).equals("int8")) {
                throw new UnfitException("recipe.yaml:5: nothing would be gained.");
            }
            throw new WorkerEndedException("The worker was stopped after 60 s.");
        });

        Candidates.Made made = made(host);

        assertThat(made.models()).isEmpty();
        assertThat(made.problems().values())
                .extracting(Problem::kind)
                .containsExactly(Problem.Kind.NOT_MADE, Problem.Kind.FAILED);
        assertThat(made.problems().values())
                .extracting(Problem::sentence)
                .contains("int8:6: nothing would be gained.")
                .contains("The worker was stopped after 60 s.");
        assertThat(host.messages().lines())
                .anyMatch(line -> line.startsWith("WARN") && line.contains("the search goes on"));
    }

    @Test
    void aFaultOfTheMachineEndsTheSearch() {
        assertThatThrownBy(() -> made(new FakeHost(folder, request -> {
                    throw new InvalidInputException("/full cannot be written: no space left; make room.");
                })))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no space left");
        assertThatThrownBy(() -> made(new FakeHost(folder, request -> {
                    throw new WorkerException("The worker could not be started.");
                })))
                .isInstanceOf(WorkerException.class)
                .hasMessageContaining("could not be started");
    }

    @Test
    void onlyCandidatesOfEarlierSearchesAreRemoved() throws Exception {
        Path users = Files.createDirectories(folder.resolve("target/search/int8-mine"));
        Files.writeString(users.resolve("recipe.yaml"), "version: 1\n");
        Path earlier = Files.createDirectories(folder.resolve("target/search/heads-30-0.9"));
        Files.writeString(earlier.resolve("recipe.yaml"), "# Candidate of fairness:search: heads-30\nversion: 1\n");

        made(new FakeHost(folder, request -> {
            throw new WorkerEndedException("The worker was stopped after 60 s.");
        }));

        assertThat(users).exists();
        assertThat(earlier).doesNotExist();
    }

    @Test
    void whatAWorkerMadeForATimedOutCandidateIsKept() throws Exception {
        FakeHost host = new FakeHost(folder, request -> {
            WorkerRequest.Compress compress = (WorkerRequest.Compress) request;
            try {
                Files.createDirectories(Path.of(compress.checkpoints()).resolve("stage-1"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            throw new WorkerEndedException("The worker was stopped after 60 s.");
        });

        made(host);

        try (var own = Files.list(folder.resolve("target/search"))) {
            assertThat(own.toList()).hasSize(2).allMatch(one -> Files.isDirectory(one.resolve("checkpoint/stage-1")));
        }
    }
}
