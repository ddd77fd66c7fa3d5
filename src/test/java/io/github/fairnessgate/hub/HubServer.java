package io.github.fairnessgate.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A hub on this machine, with the part of the protocol that huggingface_hub 0.36 uses for models: one server for the
 * API and small files, and another one, on another port and therefore of another origin, that has the large files, to
 * which the first redirects.
 */
final class HubServer implements AutoCloseable {

    private static final Pattern API = Pattern.compile("/api/models/(.+)/revision/([^/]+)");
    private static final Pattern RESOLVE = Pattern.compile("/(.+)/resolve/([^/]+)/(.+)");

    /** A request as it came. */
    record Request(String method, String path, Map<String, List<String>> headers) {

        /** Null if the request has none. */
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().get(0))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** What happens instead of the answer. */
    @FunctionalInterface
    interface Fault {
        /** @param content what would have been sent; empty if it is not the content of a file */
        void answer(HttpExchange exchange, byte[] content) throws IOException;
    }

    private record Rule(String method, String path, Deque<Fault> faults) {}

    private final HttpServer hub;
    private final HttpServer storage;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "hub");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Map<String, byte[]>> commits = new ConcurrentHashMap<>();
    private final Map<String, String> revisions = new ConcurrentHashMap<>();
    private final Map<String, byte[]> large = new ConcurrentHashMap<>();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    HubServer() throws IOException {
        hub = server(this::answerHub);
        storage = server(this::answerStorage);
    }

    /** Answers one request. */
    @FunctionalInterface
    private interface Handler {
        void answer(HttpExchange exchange) throws IOException;
    }

    private HttpServer server(Handler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(),
                    Map.copyOf(exchange.getRequestHeaders())));
            try (exchange) {
                handler.answer(exchange);
            }
        });
        server.start();
        return server;
    }

    URI uri() {
        return uri(hub);
    }

    InetSocketAddress address() {
        return hub.getAddress();
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort());
    }

    /** Publishes what is in a folder. */
    HubServer publish(String repository, String commit, Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(path).toString(), Files.readAllBytes(path));
            }
        }
        commits.put(repository + "@" + commit, files);
        files.forEach((name, content) -> large.put(sha256(content), content));
        return this;
    }

    HubServer branch(String repository, String branch, String commit) {
        revisions.put(repository + "@" + branch, commit);
        return this;
    }

    /**
     * The next requests of this kind, as many as there are faults, are answered so; rules are looked at in the order in
     * which they were made.
     */
    HubServer fault(String method, String pathPart, Fault... faults) {
        rules.add(new Rule(method, pathPart, new ArrayDeque<>(List.of(faults))));
        return this;
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<Request> requests(String method, String pathPart) {
        return requests.stream()
                .filter(request ->
                        request.method().equals(method) && request.path().contains(pathPart))
                .toList();
    }

    static Fault status(int status, String... headers) {
        return (exchange, content) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    /** Sends the first bytes as if all would come, waits, and cuts the connection. */
    static Fault resetAfter(int bytes, Runnable wait) {
        return (exchange, content) -> {
            exchange.getResponseHeaders().set("ETag", etag(content));
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, bytes);
            exchange.getResponseBody().flush();
            wait.run();
        };
    }

    /** Sends something else in full, with its own length. */
    static Fault content(byte[] other) {
        return (exchange, content) -> {
            exchange.sendResponseHeaders(200, other.length);
            exchange.getResponseBody().write(other);
        };
    }

    /** The ETag of the storage, which is not that of the hub. */
    static String etag(byte[] content) {
        return "\"storage-" + content.length + "\"";
    }

    static String sha256(byte[] content) {
        return digest("SHA-256", content);
    }

    static String gitSha1(byte[] content) {
        byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + content.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        return digest("SHA-1", all);
    }

    private static String digest(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isFaulty(HttpExchange exchange, byte[] content) throws IOException {
        for (Rule rule : rules) {
            if (rule.method().equals(exchange.getRequestMethod())
                    && exchange.getRequestURI().getRawPath().contains(rule.path())) {
                Fault fault;
                synchronized (rule.faults()) {
                    fault = rule.faults().poll();
                }
                if (fault != null) {
                    fault.answer(exchange, content);
                    return true;
                }
            }
        }
        return false;
    }

    private void answerHub(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        Matcher api = API.matcher(path);
        Matcher resolve = RESOLVE.matcher(path);
        if (api.matches()) {
            if (!isFaulty(exchange, new byte[0])) {
                answerList(exchange, api.group(1), api.group(2).replace("%2F", "/"));
            }
        } else if (resolve.matches()) {
            answerFile(
                    exchange,
                    resolve.group(1).replaceFirst("^moved/", ""),
                    resolve.group(2).replace("%2F", "/"),
                    resolve.group(3));
        } else {
            status(404).answer(exchange, new byte[0]);
        }
    }

    private String commit(String repository, String revision) {
        return revisions.getOrDefault(repository + "@" + revision, revision);
    }

    private Fault missing(String repository) {
        boolean known = commits.keySet().stream().anyMatch(key -> key.startsWith(repository + "@"));
        return status(404, "X-Error-Code", known ? "RevisionNotFound" : "RepoNotFound");
    }

    private void answerList(HttpExchange exchange, String repository, String revision) throws IOException {
        String commit = commit(repository, revision);
        Map<String, byte[]> files = commits.get(repository + "@" + commit);
        if (files == null) {
            missing(repository).answer(exchange, new byte[0]);
            return;
        }
        ObjectNode answer = Json.MAPPER
                .createObjectNode()
                .put("id", repository)
                .put("modelId", repository)
                .put("sha", commit)
                .put("private", false)
                .put("downloads", 0)
                .put("likes", 0);
        answer.putArray("tags");
        files.keySet().forEach(file -> answer.withArray("siblings").addObject().put("rfilename", file));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        content(Json.MAPPER.writeValueAsBytes(answer)).answer(exchange, new byte[0]);
    }

    private void answerFile(HttpExchange exchange, String repository, String revision, String file) throws IOException {
        String commit = commit(repository, revision);
        Map<String, byte[]> files = commits.get(repository + "@" + commit);
        byte[] content = files == null ? null : files.get(file);
        if (isFaulty(exchange, content == null ? new byte[0] : content)) {
            return;
        }
        if (files == null) {
            missing(repository).answer(exchange, new byte[0]);
            return;
        }
        Headers headers = exchange.getResponseHeaders();
        headers.set("X-Repo-Commit", commit);
        if (content == null) {
            status(404, "X-Error-Code", "EntryNotFound").answer(exchange, new byte[0]);
        } else if (file.endsWith(".safetensors") || file.endsWith(".onnx")) {
            headers.set("X-Linked-Etag", "\"" + sha256(content) + "\"");
            headers.set("X-Linked-Size", Integer.toString(content.length));
            status(302, "Location", uri(storage) + "/large/" + sha256(content) + "?signature=1")
                    .answer(exchange, new byte[0]);
        } else if (file.equals("tokenizer.json")
                && !exchange.getRequestURI().getPath().startsWith("/moved/")) {
            // within the host, without the linked etag: so does a model that was renamed
            status(307, "Location", "/moved" + exchange.getRequestURI().getPath())
                    .answer(exchange, new byte[0]);
        } else {
            headers.set("ETag", "\"" + gitSha1(content) + "\"");
            send(exchange, content);
        }
    }

    private void answerStorage(HttpExchange exchange) throws IOException {
        byte[] content = large.get(exchange.getRequestURI().getPath().replaceFirst(".*/", ""));
        if (!isFaulty(exchange, content)) {
            exchange.getResponseHeaders().set("ETag", etag(content));
            send(exchange, content);
        }
    }

    /** Knows Range and If-Range. */
    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        String condition = exchange.getRequestHeaders().getFirst("If-Range");
        if (range == null || condition != null && !condition.equals(headers.getFirst("ETag"))) {
            exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
            return;
        }
        int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1"));
        if (from >= content.length) {
            status(416, "Content-Range", "bytes */" + content.length).answer(exchange, content);
            return;
        }
        headers.set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        exchange.sendResponseHeaders(206, content.length - from);
        exchange.getResponseBody().write(content, from, content.length - from);
    }

    @Override
    public void close() {
        hub.stop(0);
        storage.stop(0);
        threads.shutdownNow();
    }
}
