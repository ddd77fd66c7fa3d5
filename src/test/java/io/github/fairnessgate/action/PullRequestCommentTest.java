package io.github.fairnessgate.action;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.fairnessgate.action.Script.Step;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code PullRequestComment.java} against a server that speaks GitHub's interface for comments, and does so badly where
 * a test says so.
 */
class PullRequestCommentTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SOURCE =
            Path.of(".github/action/PullRequestComment.java").toAbsolutePath();
    private static final String MARKER = "<!-- fairness-maven-plugin: fairness -->";

    @TempDir
    static Path classes;

    @TempDir
    Path folder;

    /** A request: what was asked for, and with which body. */
    private record Call(String request, String body) {}

    /** What the server says instead of the truth. */
    private interface Fault {
        void answer(HttpExchange exchange) throws Exception;
    }

    private HttpServer server;
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final List<Map<String, Object>> comments = new ArrayList<>();

    @BeforeAll
    static void compile() {
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-Xlint:all", "-Werror", "-d", classes.toString(), SOURCE.toString()))
                .isZero();
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            try (exchange) {
                calls.add(new Call(
                        exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                        new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
                assertThat(exchange.getRequestHeaders().getFirst("Authorization"))
                        .isEqualTo("Bearer s3cret");
                Fault fault = faults.poll();
                if (fault == null) {
                    speak(exchange);
                } else {
                    fault.answer(exchange);
                }
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        server.start();
        event("a/b", "a/b");
        Files.createDirectory(folder.resolve("state"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aFailureIsToldOnceAndThenEdited() throws Exception {
        summary("one", "FAIL", "## \u274c Fairness: FAIL, 1 of 2 rules failed\n\n\"quoted\" and \\ and \ttab\n");
        String line =
                comment("FAIL", Map.of("FAIRNESS_ARTIFACT_URL", "https://github.com/a/b/actions/runs/1/artifacts/2"));
        assertThat(line).isEqualTo("Wrote a comment: https://github.com/a/b/pull/7#1");
        assertThat(comments).hasSize(1);
        assertThat(comments.get(0).get("body").toString())
                .isEqualTo(MARKER + "\n## \u274c Fairness: FAIL, 1 of 2 rules failed\n\n\"quoted\" and \\ and \ttab\n"
                        + "\n[All reports](https://github.com/a/b/actions/runs/1/artifacts/2), "
                        + "[run](https://github.com/a/b/actions/runs/1) of "
                        + "0123456789abcdef0123456789abcdef01234567\n");
        summary("one", "PASS", "## \u2705 Fairness: PASS, all 2 rules passed\n");
        assertThat(comment("PASS", Map.of())).isEqualTo("Edited the comment: https://github.com/a/b/pull/7#1");
        assertThat(comments).hasSize(1);
        assertThat(comments.get(0).get("body").toString()).contains("PASS").doesNotContain("FAIL");
    }

    @Test
    void aPassBeginsNoCommentUnlessAskedTo() throws Exception {
        summary("one", "PASS", "## \u2705 Fairness: PASS\n");
        assertThat(comment("PASS", Map.of())).isEqualTo("No comment: the gate passed.");
        assertThat(comments).isEmpty();
        comment("PASS", Map.of("FAIRNESS_COMMENT", "always"));
        assertThat(comments).hasSize(1);
    }

    @Test
    void theCommentIsFoundAmongHundredsAndWhatAPersonQuotedIsLeftAlone() throws Exception {
        IntStream.range(0, 230).forEach(i -> person("comment " + i));
        person(MARKER + "\nquoted");
        comment("FAIL", Map.of());
        assertThat(comments).hasSize(232);
        comment("FAIL", Map.of());
        assertThat(comments).hasSize(232);
        assertThat(comments.get(230).get("body")).isEqualTo(MARKER + "\nquoted");
        assertThat(calls).extracting(Call::request).last().asString().isEqualTo("PATCH /repos/a/b/issues/comments/232");
    }

    @Test
    void jobsOfOtherNamesHaveTheirOwn() throws Exception {
        comment("FAIL", Map.of());
        comment("FAIL", Map.of("FAIRNESS_COMMENT_NAME", "fairness-1 --> x"));
        assertThat(comments).hasSize(2);
        assertThat(comments.get(1).get("body").toString())
                .startsWith("<!-- fairness-maven-plugin: fairness-1 -- x -->".replace("1 --", "1 -"));
    }

    @Test
    void theWorstModuleComesFirst() throws Exception {
        summary("good", "PASS", "## good\n");
        summary("bad", "FAIL", "## bad\n");
        summary("open", "INCONCLUSIVE", "## open\n");
        comment("FAIL", Map.of());
        assertThat(comments.get(0).get("body").toString()).containsSubsequence("## bad", "## open", "## good");
    }

    @Test
    void aBuildThatBrokeIsToldToo() throws Exception {
        comment("ERROR", Map.of());
        assertThat(comments.get(0).get("body").toString())
                .contains("## \u274c Fairness: ERROR\n\nNo gate left a summary; [the "
                        + "run](https://github.com/a/b/actions/runs/1)");
    }

    @Test
    void forksGetASummaryAndNoRequest() throws Exception {
        event("fork/b", "a/b");
        String line = comment("FAIL", Map.of());
        assertThat(line)
                .startsWith("::warning title=Fairness%3A no comment::The pull request has no comment of this run: it "
                        + "comes from a fork");
        assertThat(folder.resolve("summary")).content().contains("it comes from a fork, whose runs may not write");
        assertThat(calls).isEmpty();
    }

    @Test
    void aPushHasNoPullRequest() throws Exception {
        Files.writeString(folder.resolve("event.json"), "{\"ref\": \"refs/heads/main\"}");
        assertThat(comment("FAIL", Map.of())).isEqualTo("No comment: this run is not about a pull request.");
        assertThat(calls).isEmpty();
    }

    @Test
    void aTokenThatMayNotWriteIsAWarningThatSaysWhatToDo() throws Exception {
        faults.add(exchange -> answer(exchange, 200, "[]"));
        faults.add(exchange ->
                answer(exchange, 403, "{\"message\": \"Resource not accessible by integration\\n::error::forged\"}"));
        String line = comment("FAIL", Map.of());
        assertThat(line)
                .isEqualTo("::warning title=Fairness%3A no comment::The pull request has no comment of this run: "
                        + "GitHub answered 403 to POST /issues/7/comments"
                        + " (Resource not accessible by integration ::error::forged). Give the job the "
                        + "permission pull-requests: write, or set comment to never.");
        faults.add(exchange -> answer(exchange, 404, "<html>"));
        assertThat(comment("FAIL", Map.of())).contains("GitHub answered 404 to GET /issues/7/comments. Give the job");
    }

    @Test
    void aServerInTroubleIsAskedThreeTimes() throws Exception {
        faults.add(exchange -> answer(exchange, 200, "[]"));
        faults.add(exchange -> {
            comments.add(bot(
                    1,
                    JSON.readTree(calls.stream().toList().get(1).body())
                            .get("body")
                            .asText()));
            answer(exchange, 502, "it was carried out all the same");
        });
        assertThat(comment("FAIL", Map.of())).startsWith("Edited the comment");
        assertThat(comments).hasSize(1);
        for (int attempt = 0; attempt < 3; attempt++) {
            faults.add(exchange -> answer(exchange, 500, ""));
        }
        String line = comment("FAIL", Map.of());
        assertThat(line).contains("GitHub answered 500 to GET /issues/7/comments, 3 times.");
    }

    @Test
    void aSlowServerIsNotWaitedFor() throws Exception {
        faults.add(exchange -> Thread.sleep(4000));
        String line = comment("FAIL", Map.of("FAIRNESS_COMMENT_SECONDS", "1"));
        assertThat(line).startsWith("Wrote a comment");
        assertThat(calls).hasSize(3);
    }

    @Test
    void hugeAndSenselessAnswersAreRefused() throws Exception {
        faults.add(exchange -> answer(exchange, 200, " ".repeat(17 << 20)));
        assertThat(comment("FAIL", Map.of()))
                .contains("GitHub's answer to GET /issues/7/comments is longer than 16777216 bytes.");
        for (String senseless : List.of("<html>", "[{\"body\": ", "[1, tru", "", "[" + "[".repeat(100_000))) {
            faults.add(exchange -> answer(exchange, 200, senseless));
            String line = comment("FAIL", Map.of());
            assertThat(line).contains("GitHub's answer is no JSON at character ");
        }
        faults.add(exchange -> answer(exchange, 200, "{}"));
        assertThat(comment("FAIL", Map.of())).contains("no list of comments");
    }

    @Test
    void aCommentThatWasDeletedMeanwhileIsWrittenAgain() throws Exception {
        comment("FAIL", Map.of());
        faults.add(this::speak);
        faults.add(exchange -> answer(exchange, 404, "{}"));
        assertThat(comment("FAIL", Map.of())).startsWith("Wrote a comment");
    }

    @Test
    void aLongSummaryLosesWhatIsFoldedAndThenItsEnd() throws Exception {
        summary(
                "one",
                "FAIL",
                "## head\n\n<details><summary>All</summary>\n\n" + "row\n".repeat(20_000) + "\n</details>\n\ntail\n");
        comment("FAIL", Map.of());
        assertThat(body())
                .contains("## head", "tail", "This comment is shortened")
                .doesNotContain("<details>", "row");
        summary("one", "FAIL", "## head\n\n```text\n" + "a line\n".repeat(20_000) + "```\n");
        comment("FAIL", Map.of());
        assertThat(body().length()).isBetween(60_000, 65_536);
        assertThat(body()).contains("a line\n```\n\nThis comment is shortened; the reports have the rest.\n");
    }

    @Test
    void theActionRunsItFromItsSource() throws Exception {
        Step step = new Script(folder, environment("FAIL", Map.of()))
                .run(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), SOURCE.toString()));
        assertThat(step.status()).isZero();
        assertThat(step.log()).startsWith("Wrote a comment");
        assertThat(Files.readString(Path.of("action.yml")))
                .contains("run: java \"$FAIRNESS_ACTION/.github/action/" + SOURCE.getFileName() + "\"");
    }

    private String body() {
        return comments.get(0).get("body").toString();
    }

    private String comment(String verdict, Map<String, String> more) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            Method run = loader.loadClass("PullRequestComment").getDeclaredMethod("run", Map.class);
            run.setAccessible(true);
            String line = (String) run.invoke(null, environment(verdict, more));
            assertThat(line).doesNotContain("s3cret", "\n");
            return line;
        }
    }

    private Map<String, String> environment(String verdict, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "FAIRNESS_COMMENT",
                "on-failure",
                "FAIRNESS_COMMENT_NAME",
                "fairness",
                "FAIRNESS_VERDICT",
                verdict,
                "FAIRNESS_STATE",
                folder.resolve("state").toString(),
                "GITHUB_TOKEN",
                "s3cret"));
        environment.putAll(Map.of(
                "GITHUB_API_URL",
                "http://localhost:" + server.getAddress().getPort(),
                "GITHUB_REPOSITORY",
                "a/b",
                "GITHUB_RUN_ID",
                "1",
                "GITHUB_SERVER_URL",
                "https://github.com",
                "GITHUB_EVENT_PATH",
                folder.resolve("event.json").toString(),
                "GITHUB_STEP_SUMMARY",
                folder.resolve("summary").toString()));
        environment.putAll(more);
        return environment;
    }

    private void event(String head, String base) throws IOException {
        Files.writeString(folder.resolve("event.json"), """
                {"action": "opened", "number": 7, "pull_request": {"number": 7, "draft": false, "body": null, "title": "\\u00e4 \\"x\\" \\n",
                 "head": {"sha": "0123456789abcdef0123456789abcdef01234567", "repo": {"full_name": "%s"}}, "base": {"repo": {"full_name": "%s"}}}}
                """.formatted(head, base));
    }

    private void summary(String module, String verdict, String text) throws IOException {
        Path target = Files.createDirectories(folder.resolve(module).resolve("target"));
        Files.writeString(target.resolve("summary.md"), text);
        Files.writeString(
                folder.resolve("state/ledger"),
                verdict + "\t" + target.resolve("report.json") + "\t\n",
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND);
    }

    private void person(String body) {
        comments.add(new HashMap<>(
                Map.of("id", comments.size() + 1, "body", body, "user", Map.of("login", "somebody", "type", "User"))));
    }

    private static Map<String, Object> bot(int id, String body) {
        return new HashMap<>(Map.of(
                "id",
                id,
                "body",
                body,
                "html_url",
                "https://github.com/a/b/pull/7#" + id,
                "user",
                Map.of("login", "github-actions[bot]", "type", "Bot")));
    }

    /** As GitHub would. */
    private void speak(HttpExchange exchange) throws Exception {
        String path = exchange.getRequestURI().getPath();
        if (exchange.getRequestMethod().equals("GET") && path.equals("/repos/a/b/issues/7/comments")) {
            int page = Integer.parseInt(exchange.getRequestURI().getQuery().replaceAll(".*&page=", ""));
            answer(
                    exchange,
                    200,
                    JSON.writeValueAsString(
                            comments.stream().skip((page - 1) * 100L).limit(100).toList()));
            return;
        }
        JsonNode body = JSON.readTree(
                        calls.stream().toList().get(calls.size() - 1).body())
                .get("body");
        if (exchange.getRequestMethod().equals("POST") && path.equals("/repos/a/b/issues/7/comments")) {
            comments.add(bot(comments.size() + 1, body.asText()));
            answer(exchange, 201, JSON.writeValueAsString(comments.get(comments.size() - 1)));
        } else if (exchange.getRequestMethod().equals("PATCH") && path.startsWith("/repos/a/b/issues/comments/")) {
            Map<String, Object> comment = comments.get(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)) - 1);
            comment.put("body", body.asText());
            answer(exchange, 200, JSON.writeValueAsString(comment));
        } else {
            answer(exchange, 405, "{}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
