package io.github.fairnessgate.result;

import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.report.ChangedLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The pull request that a job of GitHub Actions is for, as the checkout knows it. {@code actions/checkout} checks out
 * the merge of the pull request into its target, so the difference to the first parent is what the pull request
 * changes. That parent is only there with a {@code fetch-depth} of 2 or more.
 */
final class PullRequest {

    private static final int SECONDS = 20;

    private final Map<String, String> environment;
    private final Path scratch;

    /** @param scratch an existing folder, for what Git prints */
    PullRequest(Map<String, String> environment, Path scratch) {
        this.environment = environment;
        this.scratch = scratch;
    }

    /**
     * What it changes. Nothing is known without Git, of another event, of another commit than the event's, or without
     * that commit's parent: annotations are where the rules are then.
     */
    ChangedLines changes() {
        String checkout = environment.getOrDefault("GITHUB_WORKSPACE", "");
        if (!environment.getOrDefault("GITHUB_EVENT_NAME", "").equals("pull_request")
                || checkout.isEmpty()
                || !git(checkout, "rev-parse", "--verify", "HEAD")
                        .map(String::strip)
                        .equals(Optional.ofNullable(environment.get("GITHUB_SHA")))) {
            return ChangedLines.NONE;
        }
        return git(
                        checkout,
                        "-c",
                        "core.quotePath=false",
                        "diff",
                        "--unified=0",
                        "--no-color",
                        "--no-ext-diff",
                        "--no-textconv",
                        "--no-renames",
                        "--src-prefix=a/",
                        "--dst-prefix=b/",
                        "HEAD^1",
                        "HEAD",
                        "--")
                .map(ChangedLines::in)
                .orElse(ChangedLines.NONE);
    }

    private Optional<String> git(String checkout, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", checkout));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(scratch, "git-", ".txt");
            try {
                Process git = new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                git.getOutputStream().close();
                if (!git.waitFor(SECONDS, TimeUnit.SECONDS)) {
                    git.destroyForcibly();
                    return Optional.empty();
                }
                return git.exitValue() == 0
                        ? Optional.of(
                                new String(BoundedFiles.bytes(output, BoundedFiles.LARGEST), StandardCharsets.UTF_8))
                        : Optional.empty();
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
