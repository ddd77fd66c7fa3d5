package io.github.fairnessgate.hub;

import com.sun.net.httpserver.HttpServer;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.fuzz.ByteMutator;
import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.LinesMutator;
import io.github.fairnessgate.fuzz.Target;
import io.github.fairnessgate.model.ModelReference;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The readers of what a hub answers; a server on this machine answers with the input. */
public final class HubReaders {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final ModelReference.Hub MODEL = new ModelReference.Hub("tiny", "gpt2", COMMIT);
    private static final String LISTING = """
            {"id": "tiny/gpt2", "sha": "%s", "private": false, "tags": [], "siblings": [{"rfilename": "config.json"}, {"rfilename": "model.safetensors"}]}
            """.formatted(COMMIT);
    private static final String HEADERS =
            "200\nX-Repo-Commit: %s\nX-Linked-Etag: \"%s\"\nX-Linked-Size: 1234\n".formatted(COMMIT, "ab".repeat(32));
    private static final String INDEX =
            "{\"metadata\": {}, \"weight_map\": {\"wte.weight\": \"model-00001-of-00002.safetensors\", "
                    + "\"wpe.weight\": \"model-00002-of-00002.safetensors\"}}";

    private final AtomicReference<byte[]> answer = new AtomicReference<>();
    private final HubApi api;

    private HubReaders() throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else every answer takes 40 ms
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = answer.get();
                if (exchange.getRequestMethod().equals("HEAD")) {
                    List<String> lines = new String(body, StandardCharsets.ISO_8859_1)
                            .lines()
                            .toList();
                    lines.stream()
                            .skip(1)
                            .filter(line -> line.matches("[A-Za-z-]+: ?[ -~]{0,4000}"))
                            .forEach(line -> exchange.getResponseHeaders()
                                    .add(
                                            line.substring(0, line.indexOf(':')),
                                            line.substring(line.indexOf(':') + 1)
                                                    .strip()));
                    exchange.sendResponseHeaders(
                            lines.isEmpty() || !lines.get(0).matches("[2345]\\d\\d")
                                    ? 200
                                    : Integer.parseInt(lines.get(0)),
                            -1);
                } else {
                    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                    exchange.getResponseBody().write(body);
                }
            }
        });
        server.start(); // until the JVM ends; its thread is a daemon's child
        URI uri = URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort());
        HubSettings settings = new HubSettings(uri, Optional.empty(), Path.of("unused"), false);
        api = new HubApi(
                settings,
                new HubHttp(settings, address -> Optional.empty(), HubHttp.STALL_LIMIT),
                new Retries(pause -> {}, Progress.NONE));
    }

    /** @param root where the readers' folders are made */
    public static List<Target> all(Path root) throws IOException {
        HubReaders hub = new HubReaders();
        return List.of(
                new Target(
                        "hub-listing",
                        "answer.json",
                        folder(root, "hub-listing"),
                        List.of(LISTING.getBytes(StandardCharsets.UTF_8)),
                        new JsonMutator().andBytes(),
                        file -> {
                            hub.answer.set(Files.readAllBytes(file));
                            return hub.api.list(MODEL).toString();
                        }),
                new Target(
                        "hub-headers",
                        "headers",
                        folder(root, "hub-headers"),
                        List.of(HEADERS.getBytes(StandardCharsets.UTF_8)),
                        new LinesMutator(new ByteMutator()),
                        file -> {
                            hub.answer.set(Files.readAllBytes(file));
                            return hub.api.describe(MODEL, "model.safetensors").toString();
                        }),
                new Target(
                        "hub-index",
                        "index.json",
                        folder(root, "hub-index"),
                        List.of(INDEX.getBytes(StandardCharsets.UTF_8)),
                        new JsonMutator().andBytes(),
                        file -> FileSet.shards(file).toString()),
                new Target(
                        "hub-token",
                        "token",
                        folder(root, "hub-token"),
                        List.of("hf_abcdef\n".getBytes(StandardCharsets.UTF_8)),
                        new ByteMutator(),
                        HubReaders::token),
                new Target(
                        "hub-reference",
                        "models--tiny--gpt2/refs/main",
                        Files.createDirectories(root.resolve("hub-reference/models--tiny--gpt2/refs"))
                                .getParent()
                                .getParent(),
                        List.of(COMMIT.getBytes(StandardCharsets.UTF_8)),
                        new ByteMutator(),
                        file -> new HubCache(root.resolve("hub-reference"), "tiny/gpt2", Files::createSymbolicLink)
                                .commitOf("main")
                                .toString()));
    }

    private static String token(Path file) {
        HubSettings settings = HubSettings.of(Map.of("HF_TOKEN_PATH", file.toString()), file.getParent());
        settings.token()
                .ifPresent(token -> HttpRequest.newBuilder(URI.create("http://localhost"))
                        .header("Authorization", "Bearer " + token));
        return settings.toString();
    }

    private static Path folder(Path root, String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }
}
