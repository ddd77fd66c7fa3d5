import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells a pull request what its gates came to: one comment, which later runs edit. Run as {@code java PullRequestComment.java} in the folder of the build. Whatever goes
 * wrong is a warning, because the verdict is another step's.
 *
 * <ul>
 * <li>{@code FAIRNESS_COMMENT}: always, or on-failure: no comment begins with a PASS, but one that is there is edited
 * <li>{@code FAIRNESS_COMMENT_NAME}: tells the comments of several jobs apart
 * <li>{@code FAIRNESS_STATE}: the folder whose ledger names the reports
 * <li>{@code FAIRNESS_VERDICT}, {@code FAIRNESS_ARTIFACT_URL}: what the steps before say
 * <li>{@code FAIRNESS_COMMENT_SECONDS}: that a request may take; 20 by default
 * <li>{@code GITHUB_TOKEN} and the variables of a runner
 * </ul>
 */
final class PullRequestComment {

    /** GitHub's limit, in characters. */
    private static final int LONGEST = 65_536;
    private static final int ATTEMPTS = 3;

    private PullRequestComment() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.out.println(run(System.getenv()));
    }

    /** @return a line for the log */
    static String run(Map<String, String> environment) throws IOException, InterruptedException {
        try {
            return tell(environment);
        } catch (CannotTell e) {
            String text = "The pull request has no comment of this run: " + e.getMessage();
            String summary = environment.getOrDefault("GITHUB_STEP_SUMMARY", "");
            if (!summary.isEmpty()) {
                Files.writeString(Path.of(summary), "\n" + Comment.plain(text) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
            return "::warning title=Fairness%3A no comment::" + text.replace("%", "%25");
        }
    }

    /** @return what was done, in a sentence */
    private static String tell(Map<String, String> environment) throws IOException, InterruptedException {
        Optional<PullRequest> pullRequest = PullRequest.of(environment);
        if (pullRequest.isEmpty()) {
            return "No comment: this run is not about a pull request.";
        }
        if (pullRequest.get().fork()) {
            throw new CannotTell("it comes from a fork, whose runs may not write. The job's summary says the same.");
        }
        Comment comment = Comment.of(environment, pullRequest.get());
        boolean begin = environment.get("FAIRNESS_COMMENT").equals("always") || !environment.getOrDefault("FAIRNESS_VERDICT", "").equals("PASS");
        Comments comments = new Comments(environment, pullRequest.get().number());
        for (int attempt = 1;; attempt++) {
            try {
                // Looked for again at every attempt: a request without an answer may have been carried out.
                return comments.write(comment, begin);
            } catch (Passing e) {
                if (attempt == ATTEMPTS) {
                    throw new CannotTell(e.getMessage() + ", " + ATTEMPTS + " times.");
                }
                Thread.sleep(1000L * attempt);
            }
        }
    }

    /** There is no comment, and this is why: what was seen and what to do. */
    private static final class CannotTell extends RuntimeException {

        private static final long serialVersionUID = 1;

        CannotTell(String message) {
            super(message);
        }
    }

    /** What may be over at the next attempt. */
    private static final class Passing extends RuntimeException {

        private static final long serialVersionUID = 1;

        Passing(String message) {
            super(message);
        }
    }

    /** @param head the commit that was pushed; the run's own may be one that GitHub merged */
    private record PullRequest(long number, String head, boolean fork) {

        static Optional<PullRequest> of(Map<String, String> environment) throws IOException {
            String event = environment.getOrDefault("GITHUB_EVENT_PATH", "");
            if (event.isEmpty() || !Files.isRegularFile(Path.of(event))) {
                return Optional.empty();
            }
            Object pullRequest = Json.member(Json.read(Files.readString(Path.of(event))), "pull_request");
            if (!(Json.member(pullRequest, "number") instanceof Double number)) {
                return Optional.empty();
            }
            Object head = Json.member(pullRequest, "head");
            Object from = Json.member(Json.member(head, "repo"), "full_name");
            Object to = Json.member(Json.member(Json.member(pullRequest, "base"), "repo"), "full_name");
            return Optional.of(new PullRequest(number.longValue(), Json.member(head, "sha") instanceof String sha ? sha : "", from == null || !from.equals(to)));
        }
    }

    /** @param marker its first line, by which it is found again */
    private record Comment(String marker, String text) {

        static Comment of(Map<String, String> environment, PullRequest pullRequest) throws IOException {
            String marker = "<!-- fairness-maven-plugin: " + environment.getOrDefault("FAIRNESS_COMMENT_NAME", "").replaceAll("[^A-Za-z0-9._ -]", "-").replaceAll("--+", "-") + " -->";
            String verdict = environment.getOrDefault("FAIRNESS_VERDICT", "");
            String run = environment.getOrDefault("GITHUB_SERVER_URL", "") + "/" + environment.getOrDefault("GITHUB_REPOSITORY", "") + "/actions/runs/"
                    + environment.getOrDefault("GITHUB_RUN_ID", "");
            String artifact = environment.getOrDefault("FAIRNESS_ARTIFACT_URL", "");
            String foot = "\n" + (artifact.isEmpty() ? "" : "[All reports](" + artifact + "), ") + "[run](" + run + ")"
                    + (pullRequest.head().isEmpty() ? "" : " of " + pullRequest.head()) + "\n";
            List<String> summaries = summaries(Path.of(environment.get("FAIRNESS_STATE"), "ledger"));
            String body = summaries.isEmpty() ? "## \u274c Fairness: " + plain(verdict) + "\n\nNo gate left a summary; [the run](" + run + ") says what happened.\n"
                    : String.join("\n", summaries);
            return new Comment(marker, marker + "\n" + shortened(body, LONGEST - marker.length() - foot.length() - 200) + foot);
        }

        /** The summary beside each report, the worst first. */
        private static List<String> summaries(Path ledger) throws IOException {
            Map<Path, String> verdicts = new LinkedHashMap<>();
            if (Files.isRegularFile(ledger)) {
                for (String line : Files.readAllLines(ledger)) {
                    String[] fields = line.split("\t");
                    if (fields.length > 1 && fields[1].endsWith("report.json")) {
                        verdicts.put(Path.of(fields[1]).resolveSibling("summary.md"), fields[0]);
                    }
                }
            }
            List<String> order = List.of("FAIL", "INCONCLUSIVE", "PASS");
            List<String> texts = new ArrayList<>();
            for (Path file : verdicts.keySet().stream().filter(Files::isRegularFile).sorted(Comparator.comparing(file -> order.indexOf(verdicts.get(file)))).toList()) {
                texts.add(Files.readString(file));
            }
            return texts;
        }

        /** First without what is folded, then without its last lines. */
        private static String shortened(String text, int limit) {
            if (text.length() <= limit) {
                return text;
            }
            String open = text.replaceAll("(?s)<details>.*?</details>\n?", "");
            if (open.length() > limit) {
                open = open.substring(0, open.lastIndexOf('\n', limit) + 1);
                if (open.split("```", -1).length % 2 == 0) {
                    open += "```\n";
                }
            }
            return open + "\nThis comment is shortened; the reports have the rest.\n";
        }

        static String plain(String text) {
            return text.replaceAll("[^\\p{Print}]|[\\\\`*_\\[\\]<>&|#@]", " ");
        }
    }

    /** GitHub's interface for the comments of a pull request. */
    private static final class Comments {

        private static final int PAGE = 100;
        private static final int PAGES = 30;
        private static final int BYTES = 16 << 20;

        private final HttpClient client = HttpClient.newHttpClient();
        private final Map<String, String> environment;
        private final String repository;
        private final long number;
        private final Duration limit;

        Comments(Map<String, String> environment, long number) {
            this.environment = environment;
            this.repository = environment.get("GITHUB_API_URL") + "/repos/" + environment.get("GITHUB_REPOSITORY");
            this.number = number;
            this.limit = Duration.ofSeconds(Long.parseLong(environment.getOrDefault("FAIRNESS_COMMENT_SECONDS", "20")));
        }

        String write(Comment comment, boolean begin) throws InterruptedException {
            String body = "{\"body\":" + Json.text(comment.text()) + "}";
            Optional<Long> existing = find(comment.marker());
            if (existing.isPresent()) {
                Answer edited = send("PATCH", "/issues/comments/" + existing.get(), body);
                if (edited.status() != 404) {
                    return "Edited the comment: " + edited.expect(200).address();
                }
                // Somebody deleted it meanwhile.
            }
            if (!begin) {
                return "No comment: the gate passed.";
            }
            return "Wrote a comment: " + send("POST", "/issues/" + number + "/comments", body).expect(201).address();
        }

        /** Only bots' comments: a person may quote one. */
        private Optional<Long> find(String marker) throws InterruptedException {
            for (int page = 1; page <= PAGES; page++) {
                if (!(send("GET", "/issues/" + number + "/comments?per_page=" + PAGE + "&page=" + page, null).expect(200).content() instanceof List<?> comments)) {
                    throw new CannotTell("GitHub answered with something that is no list of comments.");
                }
                for (Object comment : comments) {
                    if (Json.member(comment, "body") instanceof String body && body.startsWith(marker) && "Bot".equals(Json.member(Json.member(comment, "user"), "type"))
                            && Json.member(comment, "id") instanceof Double id) {
                        return Optional.of(id.longValue());
                    }
                }
                if (comments.size() < PAGE) {
                    return Optional.empty();
                }
            }
            throw new CannotTell("it has more than " + PAGE * PAGES + " comments, among which an earlier one cannot be looked for.");
        }

        private Answer send(String method, String path, String body) throws InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(URI.create(repository + path)).timeout(limit).header("Accept", "application/vnd.github+json")
                    .header("Authorization", "Bearer " + environment.getOrDefault("GITHUB_TOKEN", "")).header("X-GitHub-Api-Version", "2022-11-28")
                    .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build();
            String place = method + " " + path.replaceAll("\\?.*", "");
            HttpResponse<InputStream> response;
            byte[] bytes;
            try {
                response = client.send(request, BodyHandlers.ofInputStream());
                try (InputStream content = response.body()) {
                    bytes = content.readNBytes(BYTES + 1);
                }
            } catch (IOException e) {
                throw new Passing("GitHub did not answer " + place + " (" + e.getClass().getSimpleName() + ")");
            }
            if (bytes.length > BYTES) {
                throw new CannotTell("GitHub's answer to " + place + " is longer than " + BYTES + " bytes.");
            }
            if (response.statusCode() >= 500) {
                throw new Passing("GitHub answered " + response.statusCode() + " to " + place);
            }
            return new Answer(place, response.statusCode(), new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private record Answer(String place, int status, String text) {

        Answer expect(int wanted) {
            if (status == wanted) {
                return this;
            }
            Object message = null;
            try {
                message = Json.member(Json.read(text), "message");
            } catch (CannotTell e) {
                // The status says enough.
            }
            String said = message instanceof String line ? " (" + Comment.plain(line.substring(0, Math.min(line.length(), 200))) + ")" : "";
            throw new CannotTell("GitHub answered " + status + " to " + place + said + "."
                    + (status == 401 || status == 403 || status == 404 ? " Give the job the permission pull-requests: write, or set comment to never." : ""));
        }

        Object content() {
            return Json.read(text);
        }

        String address() {
            return Json.member(content(), "html_url") instanceof String address && address.matches("https?://[\\w./:#-]+") ? address : "its address is unknown";
        }
    }

    /** As much of JSON as is needed here: objects, lists, strings, doubles, booleans and null. */
    private static final class Json {

        private static final int DEEPEST = 100;

        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        static Object read(String text) {
            Json json = new Json(text);
            try {
                Object value = json.value(0);
                if (json.next() == 0) {
                    return value;
                }
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                // It ends too early, or a number is none.
            }
            throw new CannotTell("GitHub's answer is no JSON at character " + json.at + ".");
        }

        static Object member(Object object, String name) {
            return object instanceof Map<?, ?> members ? members.get(name) : null;
        }

        static String text(String text) {
            StringBuilder quoted = new StringBuilder("\"");
            for (char c : text.toCharArray()) {
                if (c == '"' || c == '\\') {
                    quoted.append('\\').append(c);
                } else if (c < ' ') {
                    quoted.append("\\u%04x".formatted((int) c));
                } else {
                    quoted.append(c);
                }
            }
            return quoted.append('"').toString();
        }

        /** The next character that is no space; 0 at the end. */
        private char next() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private boolean take(char c) {
            boolean there = next() == c;
            at += there ? 1 : 0;
            return there;
        }

        private void expect(char c) {
            if (!take(c)) {
                throw new IndexOutOfBoundsException();
            }
        }

        private Object value(int depth) {
            if (depth > DEEPEST) {
                throw new IndexOutOfBoundsException();
            }
            char first = next();
            if (take('{')) {
                Map<String, Object> members = new LinkedHashMap<>();
                while (!take('}')) {
                    if (!members.isEmpty()) {
                        expect(',');
                    }
                    expect('"');
                    String name = string();
                    expect(':');
                    members.put(name, value(depth + 1));
                }
                return members;
            }
            if (take('[')) {
                List<Object> values = new ArrayList<>();
                while (!take(']')) {
                    if (!values.isEmpty()) {
                        expect(',');
                    }
                    values.add(value(depth + 1));
                }
                return values;
            }
            if (take('"')) {
                return string();
            }
            int start = at;
            while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String word = text.substring(start, at);
            return switch (first) {
                case 't', 'f' -> Boolean.valueOf(word);
                case 'n' -> null;
                default -> Double.valueOf(word);
            };
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
                if (c != '\\') {
                    string.append(c);
                    continue;
                }
                char escape = text.charAt(at++);
                switch (escape) {
                    case 'n' -> string.append('\n');
                    case 't' -> string.append('\t');
                    case 'r' -> string.append('\r');
                    case 'b' -> string.append('\b');
                    case 'f' -> string.append('\f');
                    case 'u' -> {
                        string.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                        at += 4;
                    }
                    default -> string.append(escape);
                }
            }
            return string.toString();
        }
    }
}
