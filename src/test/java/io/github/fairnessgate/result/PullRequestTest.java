package io.github.fairnessgate.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.report.ChangedLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkout as GitHub's own action makes it: the merge of a pull request into a branch that went on meanwhile. */
class PullRequestTest {

    @TempDir
    Path folder;

    private Path checkout;

    @BeforeEach
    void merge() throws Exception {
        checkout = Files.createDirectory(folder.resolve("checkout"));
        git("init", "-q", "-b", "main");
        write("thresholds.yaml", "1\n2\n3\n4\n5\n");
        write("gone.yaml", "1\n");
        commit("base");
        git("checkout", "-q", "-b", "change");
        write("thresholds.yaml", "1\n2\n3\nfour\n5\n");
        write("src/my recipe.yaml", "new\n");
        Files.delete(checkout.resolve("gone.yaml"));
        commit("change");
        git("checkout", "-q", "main");
        write("of others.yaml", "1\n");
        commit("others");
        git("merge", "-q", "--no-ff", "--no-edit", "change");
    }

    @Test
    void whatThePullRequestChangesIsWhatItsMergeChanges() throws Exception {
        assertThat(changes(Map.of()).files()).containsExactly("src/my recipe.yaml", "thresholds.yaml");
        try (var left = Files.list(folder)) {
            assertThat(left).as("nothing is left behind").containsExactly(checkout);
        }
    }

    @Test
    void nothingIsKnownOfOtherEventsOtherCommitsAndShallowCheckouts() throws Exception {
        assertThat(changes(Map.of("GITHUB_EVENT_NAME", "push")).files()).isEmpty();
        assertThat(changes(Map.of("GITHUB_SHA", git("rev-parse", "HEAD^1"))).files())
                .isEmpty();
        assertThat(changes(Map.of("GITHUB_WORKSPACE", "")).files()).isEmpty();
        assertThat(changes(Map.of("GITHUB_WORKSPACE", folder.resolve("absent").toString()))
                        .files())
                .isEmpty();
        Path shallow = folder.resolve("shallow");
        git("clone", "-q", "--depth=1", checkout.toUri().toString(), shallow.toString());
        assertThat(changes(Map.of("GITHUB_WORKSPACE", shallow.toString())).files())
                .isEmpty();
    }

    private ChangedLines changes(Map<String, String> others) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "GITHUB_EVENT_NAME",
                "pull_request",
                "GITHUB_WORKSPACE",
                checkout.toString(),
                "GITHUB_SHA",
                git("rev-parse", "HEAD")));
        environment.putAll(others);
        return new PullRequest(environment, folder).changes();
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(checkout.resolve(file).getParent());
        Files.writeString(checkout.resolve(file), text);
    }

    private void commit(String message) throws Exception {
        git("add", "-A");
        git("commit", "-q", "-m", message);
    }

    private String git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("git", "-C", checkout.toString(), "-c", "user.name=t", "-c", "user.email=t@example.org"));
        command.addAll(List.of("-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(git.getInputStream().readAllBytes()).strip();
        assertThat(git.waitFor()).as(output).isZero();
        return output;
    }
}
