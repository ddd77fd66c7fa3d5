package io.github.fairnessgate.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HubTest {

    private static final String REPOSITORY = "tiny/gpt2";
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final ModelReference.Hub MODEL = new ModelReference.Hub("tiny", "gpt2", COMMIT);
    private static final String WEIGHTS = "/large/";
    private static final Duration STALL_LIMIT = Duration.ofMillis(200);

    @TempDir
    Path folder;

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private HubServer server;
    private ModelDirectory original;
    private byte[] weights;
    private Path cache;

    @BeforeEach
    void publish() throws IOException {
        original = TinyModels.create(folder.resolve("original"));
        Files.writeString(original.path().resolve("README.md"), "---\nlicense: mit\n---\n");
        Files.writeString(original.path().resolve("pytorch_model.bin"), "a pickle, which nobody wants");
        weights = Files.readAllBytes(original.path().resolve("model.safetensors"));
        cache = folder.resolve("cache");
        server = new HubServer().publish(REPOSITORY, COMMIT, original.path()).branch(REPOSITORY, "main", COMMIT);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HubSettings settings() {
        return new HubSettings(server.uri(), Optional.empty(), cache, false);
    }

    private Hub hub(HubSettings settings) {
        Progress progress = new Progress() {
            @Override
            public void step(String task, long done, long total) {
                assertThat(done).isBetween(0L, total);
                if (done > total / 2) { // the small files come first and are far less than half
                    begun.countDown();
                }
            }

            @Override
            public void info(String message) {
                messages.add(message);
            }
        };
        return new Hub(
                settings,
                uri -> Optional.empty(),
                progress,
                waits::add,
                HubHttp.STALL_LIMIT,
                Files::createSymbolicLink);
    }

    private Hub.Snapshot load() {
        return hub(settings()).snapshot(MODEL, FileSet.LANGUAGE_MODEL, false);
    }

    private void assertWhole(Hub.Snapshot snapshot) {
        assertThat(ModelDirectory.open(snapshot.folder()).digest()).isEqualTo(original.digest());
        assertThat(snapshot.model()).isEqualTo(MODEL);
        assertThat(snapshot.folder()).isEqualTo(models().resolve("snapshots").resolve(COMMIT));
        assertThat(blobs()).noneMatch(name -> name.endsWith(".incomplete"));
    }

    private Path models() {
        return cache.resolve("models--tiny--gpt2");
    }

    private List<String> blobs() {
        if (!Files.isDirectory(models().resolve("blobs"))) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(models().resolve("blobs"))) {
            return paths.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(this::load).isInstanceOf(InvalidInputException.class).hasMessageContainingAll(parts);
        assertThat(models().resolve("snapshots").resolve(COMMIT).resolve("model.safetensors"))
                .doesNotExist();
        assertThat(blobs()).doesNotContain(HubServer.sha256(weights));
    }

    private Path leave(byte[] incomplete) throws IOException {
        Files.createDirectories(models().resolve("blobs"));
        return Files.write(models().resolve("blobs").resolve(HubServer.sha256(weights) + ".incomplete"), incomplete);
    }

    private void awaitBegun() {
        try {
            begun.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aModelIsDownloadedIntoTheLayoutOfHuggingFacesTools() throws IOException {
        Hub.Snapshot snapshot = load();

        assertWhole(snapshot);
        assertThat(blobs())
                .containsExactlyInAnyOrder(
                        HubServer.sha256(weights),
                        gitSha1("config.json"),
                        gitSha1("tokenizer.json"),
                        gitSha1("README.md"));
        assertThat(Files.readSymbolicLink(snapshot.folder().resolve("model.safetensors")))
                .isEqualTo(Path.of("../../blobs", HubServer.sha256(weights)));
        assertThat(models().resolve(".no_exist").resolve(COMMIT).resolve("vocab.json"))
                .isEmptyFile();
        assertThat(snapshot.folder().resolve("pytorch_model.bin")).doesNotExist();
        assertThat(waits).isEmpty();
    }

    private String gitSha1(String file) throws IOException {
        return HubServer.gitSha1(Files.readAllBytes(original.path().resolve(file)));
    }

    @Test
    void whatIsThereNeedsNoConnection() {
        load();
        int before = server.requests().size();

        assertWhole(load());
        assertThat(server.requests()).hasSize(before);
        assertWhole(hub(settings().withoutNetwork()).snapshot(MODEL, FileSet.LANGUAGE_MODEL, false));
        assertThat(messages).noneMatch(message -> message.startsWith("Offline"));
    }

    /** As huggingface_hub 0.36 leaves it: it does not note what it did not ask for. */
    @Test
    void aModelThatPythonDownloadedIsFoundOffline() throws IOException {
        Path snapshot = Files.createDirectories(models().resolve("snapshots").resolve(COMMIT));
        Files.createDirectories(models().resolve("blobs"));
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            byte[] content = Files.readAllBytes(original.path().resolve(file));
            String name = file.equals("model.safetensors") ? HubServer.sha256(content) : HubServer.gitSha1(content);
            Files.write(models().resolve("blobs").resolve(name), content);
            Files.createSymbolicLink(snapshot.resolve(file), Path.of("../../blobs", name));
        }
        Files.createDirectories(models().resolve("refs"));
        Files.writeString(models().resolve("refs/main"), COMMIT);

        assertWhole(hub(settings().withoutNetwork()).snapshot(MODEL, FileSet.LANGUAGE_MODEL, false));
        assertWhole(hub(settings().withoutNetwork()).snapshot(MODEL.at("main"), FileSet.LANGUAGE_MODEL, true));
        assertThat(server.requests()).isEmpty();
        assertThat(messages)
                .anyMatch(message -> message.startsWith("Offline: the cache does not say whether")
                        && message.contains("vocab.json"));

        assertWhole(load());
        assertThat(server.requests("GET", "/resolve/"))
                .extracting(HubServer.Request::path)
                .containsExactly("/tiny/gpt2/resolve/" + COMMIT + "/README.md");
    }

    @Test
    void aCacheThatHasEverythingMayBeReadOnly() throws IOException {
        load();
        Path noted = models().resolve(".no_exist");
        AtomicFiles.delete(noted);
        Files.writeString(noted, "a file where a folder should be cannot be written into, not even by root");

        assertWhole(load());
        assertThat(messages).anyMatch(message -> message.startsWith("The hub will be asked again in the next build"));
    }

    @Test
    void offlineWithoutTheModelIsOneSentence() throws IOException {
        assertThatThrownBy(() -> hub(settings().withoutNetwork()).snapshot(MODEL, FileSet.LANGUAGE_MODEL, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(MODEL.text(), "it has no config.json", "HF_HUB_OFFLINE");
        assertThatThrownBy(
                        () -> hub(settings().withoutNetwork()).snapshot(MODEL.at("main"), FileSet.LANGUAGE_MODEL, true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("it says of no commit that main led to it");
        assertThat(server.requests()).isEmpty();

        load();
        Files.delete(models().resolve("blobs").resolve(HubServer.sha256(weights)));
        assertThatThrownBy(() -> hub(settings().withoutNetwork()).snapshot(MODEL, FileSet.LANGUAGE_MODEL, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("it has no model.safetensors");
        assertWhole(load());
    }

    /** Jackson takes this for UTF-32, which it is not. */
    @Test
    void anAnswerThatIsNotTextIsNotAskedForAgain() {
        server.fault("GET", "/api/models/", HubServer.content(new byte[] {'{', 0, 0, 0, 0, 'm', '`', 'n'}));
        assertRefused("does not behave like the Hugging Face hub", "not JSON");
        assertThat(waits).isEmpty();
    }

    @Test
    void aBranchIsRefusedUnlessItIsAllowed() {
        assertThatThrownBy(() -> hub(settings()).snapshot(MODEL.at("main"), FileSet.LANGUAGE_MODEL, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("hf://tiny/gpt2@main", "can change", "fairness.allowMovingRevision");
        assertThat(server.requests()).isEmpty();

        assertWhole(hub(settings()).snapshot(MODEL.at("main"), FileSet.LANGUAGE_MODEL, true));
        assertThat(models().resolve("refs/main")).hasContent(COMMIT);
        assertThat(messages).contains("hf://tiny/gpt2@main is the commit " + COMMIT);
    }

    @Test
    void aBranchThatMovedLeadsToItsNewCommit() throws IOException {
        ModelReference.Hub branch = MODEL.at("refs/pr/1");
        server.branch(REPOSITORY, "refs/pr/1", COMMIT);
        assertWhole(hub(settings()).snapshot(branch, FileSet.LANGUAGE_MODEL, true));

        String newCommit = "f".repeat(40);
        ModelDirectory changed = TinyModels.builder().seed(2).write(folder.resolve("changed"));
        server.publish(REPOSITORY, newCommit, changed.path()).branch(REPOSITORY, "refs/pr/1", newCommit);

        Hub.Snapshot snapshot = hub(settings()).snapshot(branch, FileSet.LANGUAGE_MODEL, true);
        assertThat(snapshot.model()).isEqualTo(MODEL.at(newCommit));
        assertThat(ModelDirectory.open(snapshot.folder()).digest())
                .isEqualTo(changed.digest())
                .isNotEqualTo(original.digest());
        assertThat(models().resolve("refs/refs/pr/1")).hasContent(newCommit);
        assertThat(server.requests("GET", "/" + newCommit + "/config.json")).isEmpty(); // the same bytes as before
    }

    @Test
    void aBrokenConnectionIsContinuedWhereItBroke() {
        server.fault("GET", WEIGHTS, HubServer.resetAfter(weights.length - 100, this::awaitBegun));

        assertWhole(load());
        List<HubServer.Request> tries = server.requests("GET", WEIGHTS);
        assertThat(tries).hasSize(2);
        assertThat(tries.get(1).header("Range")).matches("bytes=[1-9]\\d*-");
        assertThat(tries.get(1).header("If-Range")).isEqualTo(HubServer.etag(weights));
        assertThat(waits).containsExactly(Retries.FIRST_WAIT);
    }

    @Test
    void aServerThatFallsSilentIsLeftAndAskedAgain() {
        CountDownLatch end = new CountDownLatch(1);
        server.fault("GET", WEIGHTS, HubServer.resetAfter(weights.length / 2, () -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));

        assertWhole(new Hub(
                        settings(),
                        uri -> Optional.empty(),
                        Progress.NONE,
                        waits::add,
                        STALL_LIMIT,
                        Files::createSymbolicLink)
                .snapshot(MODEL, FileSet.LANGUAGE_MODEL, false));
        assertThat(server.requests("GET", WEIGHTS)).hasSizeGreaterThan(1);
        end.countDown();
    }

    @Test
    void whatAKilledBuildLeftIsContinued() throws IOException {
        leave(Arrays.copyOf(weights, 1000));

        assertWhole(load());
        assertThat(server.requests("GET", WEIGHTS))
                .singleElement()
                .satisfies(request -> assertThat(request.header("Range")).isEqualTo("bytes=1000-"));
    }

    @Test
    void whatAnotherToolLeftAndIsWrongIsThrownAway() throws IOException {
        leave(new byte[1000]);

        assertWhole(load());
        assertThat(server.requests("GET", WEIGHTS))
                .extracting(request -> request.header("Range"))
                .containsExactly("bytes=1000-", null);
    }

    @Test
    void whatIsCompleteButNotYetMovedIsTaken() throws IOException {
        leave(weights);

        assertWhole(load());
        assertThat(server.requests("GET", WEIGHTS)).isEmpty();
    }

    @Test
    void whatIsTooLongIsDownloadedAgain() throws IOException {
        leave(Arrays.copyOf(weights, weights.length + 1));

        assertWhole(load());
        assertThat(server.requests("GET", WEIGHTS))
                .singleElement()
                .satisfies(request -> assertThat(request.header("Range")).isNull());
    }

    @Test
    void aServerThatIgnoresRangesSendsAllAgain() throws IOException {
        leave(Arrays.copyOf(weights, 1000));
        server.fault("GET", WEIGHTS, HubServer.content(weights));

        assertWhole(load());
        assertThat(server.requests("GET", WEIGHTS)).hasSize(1);
    }

    /** One server that keeps to If-Range and one that does not, and one that mistakes the part. */
    static Stream<Arguments> serversThatChange() {
        return Stream.of(
                Arguments.of(
                        (HubServer.Fault) (exchange, content) -> {
                            exchange.getResponseHeaders().set("ETag", "\"other\"");
                            HubServer.content(content).answer(exchange, content);
                        },
                        2),
                Arguments.of((HubServer.Fault) (exchange, content) -> sendPart(exchange, content, "\"other\"", 0), 3),
                Arguments.of(
                        (HubServer.Fault)
                                (exchange, content) -> sendPart(exchange, content, HubServer.etag(content), 1),
                        3),
                Arguments.of(HubServer.status(416), 3));
    }

    private static void sendPart(HttpExchange exchange, byte[] content, String etag, int shift) throws IOException {
        int from =
                Integer.parseInt(exchange.getRequestHeaders().getFirst("Range").replaceAll("\\D", "")) + shift;
        exchange.getResponseHeaders().set("ETag", etag);
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        exchange.sendResponseHeaders(206, content.length - from);
        exchange.getResponseBody().write(content, from, content.length - from);
    }

    @ParameterizedTest
    @MethodSource("serversThatChange")
    void twoVersionsOfAFileAreNeverMixed(HubServer.Fault second, int requests) {
        server.fault("GET", WEIGHTS, HubServer.resetAfter(weights.length - 100, this::awaitBegun), second);

        assertWhole(load());
        assertThat(server.requests("GET", WEIGHTS)).hasSize(requests);
    }

    @Test
    void wrongContentIsThrownAway() {
        byte[] wrong = weights.clone();
        wrong[wrong.length - 1] ^= 1;
        server.fault("GET", WEIGHTS, HubServer.content(wrong));

        assertRefused(
                "The SHA-256 of model.safetensors", HubServer.sha256(wrong), HubServer.sha256(weights), "discarded");
        assertThat(blobs()).noneMatch(name -> name.endsWith(".incomplete"));
        assertWhole(load());
    }

    @Test
    void wrongContentOfASmallFileIsThrownAway() throws IOException {
        byte[] wrong = Files.readAllBytes(original.path().resolve("config.json"));
        wrong[5] ^= 1;
        server.fault("GET", "config.json", HubServer.content(wrong));

        assertRefused("The git SHA-1 of config.json", gitSha1("config.json"));
    }

    @Test
    void aFileThatIsTooLongIsRefusedInTheEnd() {
        HubServer.Fault longer = HubServer.content(Arrays.copyOf(weights, weights.length + 7));
        server.fault("GET", WEIGHTS, longer, longer, longer, longer, longer, longer);

        assertRefused("more came than the " + weights.length + " bytes");
        assertThat(waits).hasSize(Retries.MOST_TRIES - 1);
    }

    @Test
    void aFileThatIsTooShortIsRefusedInTheEnd() {
        HubServer.Fault shorter = HubServer.content(Arrays.copyOf(weights, weights.length - 7));
        server.fault("GET", WEIGHTS, shorter, shorter, shorter, shorter, shorter, shorter);

        assertRefused("the connection ended after " + (weights.length - 7) + " of " + weights.length + " bytes");
        assertThat(waits).hasSize(Retries.MOST_TRIES - 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | RepoNotFound     | false | There is no model at",
                "404 | ''               | false | check the spelling of organisation, name and revision",
                "404 | RevisionNotFound | false | has no revision " + COMMIT,
                "401 | RepoNotFound     | false | that may be read without a token (HTTP 401)",
                "401 | ''               | true  | does not let the token read",
                "401 | GatedRepo        | false | accept it on that page, and set HF_TOKEN",
                "403 | GatedRepo        | true  | the account of the token has not (HTTP 403)",
                "403 | ''               | false | set HF_TOKEN",
                "418 | ''               | false | with HTTP 418; check HF_ENDPOINT and the proxy"
            })
    void whatMayNotBeHadIsSaidInOneSentence(int status, String code, boolean withToken, String sentence) {
        server.fault("GET", "/api/models/", HubServer.status(status, "X-Error-Code", code));
        HubSettings settings =
                new HubSettings(server.uri(), withToken ? Optional.of("hf_secret") : Optional.empty(), cache, false);

        assertThatThrownBy(() -> hub(settings).snapshot(MODEL, FileSet.LANGUAGE_MODEL, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(sentence)
                .hasMessageNotContaining("hf_secret");
        assertThat(waits).isEmpty();
    }

    @Test
    void aFileMayBeRefusedAlthoughTheListIsPublic() {
        server.fault("HEAD", "config.json", HubServer.status(403, "X-Error-Code", "GatedRepo"));

        assertRefused("only to those who accepted its licence");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | Retry-After | 7                             | 7",
                "503 | Retry-After | Thu, 01 Jan 1970 00:00:00 GMT | 0",
                "429 | RateLimit   | \"api\";r=0;t=55              | 55",
                "502 | X-Nothing   | x                             | 1"
            })
    void aBusyHubIsGivenTheTimeThatItAsksFor(int status, String header, String value, long seconds) {
        server.fault("GET", "/api/models/", HubServer.status(status, header, value));

        assertWhole(load());
        assertThat(waits).containsExactly(Duration.ofSeconds(seconds));
    }

    @Test
    void largeFilesAreWaitedForToo() {
        server.fault("GET", WEIGHTS, HubServer.status(429, "Retry-After", "3"))
                .fault("HEAD", "config.json", HubServer.status(500));

        assertWhole(load());
        assertThat(waits).containsExactly(Retries.FIRST_WAIT, Duration.ofSeconds(3));
    }

    @Test
    void whoWantsToBeLeftAloneForLongIsNotWaitedFor() {
        server.fault("GET", "/api/models/", HubServer.status(429, "Retry-After", "3600"));

        assertRefused("HTTP 429", "asks to wait 3600 s before the next try", "HF_TOKEN");
        assertThat(waits).isEmpty();
    }

    @Test
    void theWaitsDoubleAndEnd() {
        HubServer.Fault broken = HubServer.status(503);
        server.fault("GET", "/api/models/", broken, broken, broken, broken, broken, broken);

        assertRefused("HTTP 503", "5 more tries failed in the same way");
        assertThat(waits).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L);
    }

    @Test
    void noHubAtAllIsOneSentence() {
        server.close();

        assertRefused(
                "Cannot continue asking for the files of " + MODEL.text(),
                "check the network, the proxy and HF_ENDPOINT");
    }

    @Test
    void whatAnswersInPlaceOfAHubIsNotBelieved() {
        server.fault(
                "GET",
                "/api/models/",
                HubServer.content("<html>log in to this network</html>".getBytes(StandardCharsets.UTF_8)),
                HubServer.content(
                        ("{\"sha\": \"" + "f".repeat(40) + "\", \"siblings\": []}").getBytes(StandardCharsets.UTF_8)));

        assertRefused("does not behave like the Hugging Face hub", "not JSON");
        assertRefused("does not behave like the Hugging Face hub", "f".repeat(40));
        server.fault("HEAD", "config.json", HubServer.status(200, "ETag", "\"5-1\"", "Content-Length", "10"));
        assertRefused("the etag '\"5-1\"' for config.json", "could not be checked");
        server.fault(
                "HEAD",
                "config.json",
                HubServer.status(200, "ETag", "\"" + "a".repeat(40) + "\"", "X-Repo-Commit", "f".repeat(40)));
        assertRefused("of the commit " + "f".repeat(40));
    }

    @Test
    void theTokenStaysWithTheHub() {
        HubSettings settings = new HubSettings(server.uri(), Optional.of("hf_secret"), cache, false);

        assertWhole(hub(settings).snapshot(MODEL, FileSet.LANGUAGE_MODEL, false));
        assertThat(server.requests("GET", WEIGHTS))
                .singleElement()
                .satisfies(
                        request -> assertThat(request.header("Authorization")).isNull());
        assertThat(server.requests())
                .filteredOn(request -> !request.path().contains(WEIGHTS))
                .allSatisfy(
                        request -> assertThat(request.header("Authorization")).isEqualTo("Bearer hf_secret"));
        assertThat(messages).noneMatch(message -> message.contains("hf_secret"));
        assertThat(settings.toString()).doesNotContain("hf_secret");
    }

    @ParameterizedTest
    @CsvSource({
        "http://hub.example, true",
        "http://127.0.0.1.hub.example, true",
        "http://[fe80::1]:80, true",
        "http://localhost.hub.example, true",
        "http://10.0.0.1, true",
        "http://localhost:1, false",
        "http://127.0.0.1:1, false",
        "http://[::1]:1, false",
        "https://127.0.0.1:1, false"
    })
    void aTokenDoesNotCrossANetworkInPlainText(String endpoint, boolean refused) {
        HubSettings settings = new HubSettings(URI.create(endpoint), Optional.of("hf_secret"), cache, false);
        List<URI> asked = new CopyOnWriteArrayList<>();
        Hub hub = new Hub(
                settings,
                uri -> {
                    asked.add(uri);
                    return Optional.empty();
                },
                Progress.NONE,
                waits::add,
                HubHttp.STALL_LIMIT,
                Files::createSymbolicLink);

        assertThatThrownBy(() -> hub.snapshot(MODEL, FileSet.LANGUAGE_MODEL, false))
                .isInstanceOf(InvalidInputException.class)
                .satisfies(refusal -> {
                    assertThat(refusal.getMessage().contains("in plain text"))
                            .as(refusal.getMessage())
                            .isEqualTo(refused);
                    assertThat(refusal.getMessage()).doesNotContain("hf_secret");
                });
        assertThat(waits).hasSize(refused ? 0 : Retries.MOST_TRIES - 1); // nothing was tried, or nobody listens
    }

    @Test
    void norThroughAProxyElsewhere() {
        HubSettings settings = new HubSettings(server.uri(), Optional.of("hf_secret"), cache, false);
        Hub hub = new Hub(
                settings,
                uri -> Optional.of(new HubProxies.HubProxy(
                        InetSocketAddress.createUnresolved("proxy.example", 80), Optional.empty())),
                Progress.NONE,
                waits::add,
                HubHttp.STALL_LIMIT,
                Files::createSymbolicLink);

        assertThatThrownBy(() -> hub.snapshot(MODEL, FileSet.LANGUAGE_MODEL, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("in plain text");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aHubThatAnswersWithoutEndIsLeft() {
        server.fault("GET", "/api/models/", (exchange, content) -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] many = "{\"siblings\": [],".repeat(10_000).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 1_000; i++) {
                exchange.getResponseBody().write(many);
            }
        });

        assertRefused("answered with more than 16.0 MB, which no answer of the Hugging Face hub needs");
    }

    /** Each byte comes in time; all of them never would. */
    @Test
    void aHubThatAnswersAByteNowAndThenIsLeft() {
        HubServer.Fault trickle = (exchange, content) -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                pause(10);
            }
        };
        server.fault("GET", "/api/models/", trickle, trickle, trickle, trickle, trickle, trickle);

        assertThatThrownBy(() -> new Hub(
                                settings(),
                                uri -> Optional.empty(),
                                Progress.NONE,
                                waits::add,
                                STALL_LIMIT,
                                Files::createSymbolicLink)
                        .snapshot(MODEL, FileSet.LANGUAGE_MODEL, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("bytes came in");
        assertThat(waits).hasSize(Retries.MOST_TRIES - 1);
    }

    @Test
    void aDownloadThatTricklesIsLeftToo() {
        HubServer.Fault trickle = (exchange, content) -> {
            exchange.sendResponseHeaders(200, content.length);
            for (byte one : content) {
                exchange.getResponseBody().write(one);
                exchange.getResponseBody().flush();
                pause(10);
            }
        };
        server.fault("GET", WEIGHTS, trickle, trickle, trickle, trickle, trickle, trickle);

        assertThatThrownBy(() -> new Hub(
                                settings(),
                                uri -> Optional.empty(),
                                Progress.NONE,
                                waits::add,
                                STALL_LIMIT,
                                Files::createSymbolicLink)
                        .snapshot(MODEL, FileSet.LANGUAGE_MODEL, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("bytes came in");
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void redirectsThatGoInCirclesOrAwayFromTheWebEnd() {
        HubServer.Fault circle = HubServer.status(302, "Location", "/api/models/" + REPOSITORY + "/revision/" + COMMIT);
        HubServer.Fault[] circles = new HubServer.Fault[100];
        Arrays.fill(circles, circle);
        server.fault("GET", "/api/models/", circles);
        assertRefused("more than 10 redirects");

        server.fault("HEAD", "config.json", HubServer.status(302, "Location", "file:///etc/passwd"));
        assertThatThrownBy(() -> new HubHttp(settings(), uri -> Optional.empty(), HubHttp.STALL_LIMIT)
                        .head(URI.create(server.uri() + "/" + REPOSITORY + "/resolve/" + COMMIT + "/config.json")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not a safe address");
    }

    @Test
    void buildsAtOnceDownloadOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Hub.Snapshot> task = this::load;
            for (Future<Hub.Snapshot> snapshot : threads.invokeAll(List.of(task, task, task, task))) {
                assertWhole(snapshot.get());
            }
        } finally {
            threads.shutdown();
        }
        assertThat(server.requests("GET", WEIGHTS)).hasSize(1);
    }

    @Test
    void whereLinksCannotBeMadeThereAreCopies() {
        Hub withoutLinks = new Hub(
                settings(), uri -> Optional.empty(), Progress.NONE, waits::add, HubHttp.STALL_LIMIT, (link, target) -> {
                    throw new UnsupportedOperationException();
                });

        Hub.Snapshot snapshot = withoutLinks.snapshot(MODEL, FileSet.LANGUAGE_MODEL, false);
        assertWhole(snapshot);
        assertThat(snapshot.folder().resolve("model.safetensors"))
                .isRegularFile()
                .satisfies(file -> assertThat(Files.isSymbolicLink(file)).isFalse());
        assertWhole(hub(settings().withoutNetwork()).snapshot(MODEL, FileSet.LANGUAGE_MODEL, false));
    }

    @Test
    void aDamagedCacheIsNotBelieved() throws IOException {
        load();
        Path blob = models().resolve("blobs").resolve(HubServer.sha256(weights));
        byte[] damaged = weights.clone();
        damaged[100] ^= 1;
        Files.write(blob, damaged);

        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(blob.toString(), "is damaged", "delete it");
        Files.delete(blob);
        assertWhole(load());
    }

    @Test
    void shardsAreDownloadedWithTheirIndex() throws IOException {
        Files.delete(original.path().resolve("model.safetensors"));
        Files.write(original.path().resolve("model-00001-of-00001.safetensors"), weights);
        StringBuilder index = new StringBuilder();
        TinyModels.builder()
                .weights()
                .keySet()
                .forEach(name -> index.append(index.isEmpty() ? "" : ", ")
                        .append('"')
                        .append(name)
                        .append("\": \"model-00001-of-00001.safetensors\""));
        Files.writeString(original.path().resolve("model.safetensors.index.json"), "{\"weight_map\": {" + index + "}}");
        original = ModelDirectory.open(original.path());
        server.publish(REPOSITORY, COMMIT, original.path());

        assertWhole(load());
        int before = server.requests().size();
        assertWhole(load());
        assertThat(server.requests()).hasSize(before);
    }

    @Test
    void whereThereIsNothingElseAPickleIsDownloaded() throws IOException {
        Files.delete(original.path().resolve("model.safetensors"));
        Files.writeString(original.path().resolve("training_args.bin"), "nothing of the model");
        server.publish(REPOSITORY, COMMIT, original.path());

        Path snapshot = load().folder();
        assertThat(snapshot.resolve("pytorch_model.bin")).hasContent("a pickle, which nobody wants");
        assertThat(snapshot.resolve("training_args.bin")).doesNotExist();
        int before = server.requests().size();
        assertThat(load().folder()).isEqualTo(snapshot);
        assertThat(server.requests()).hasSize(before);
        assertThat(hub(settings().withoutNetwork())
                        .snapshot(MODEL, FileSet.LANGUAGE_MODEL, false)
                        .folder())
                .isEqualTo(snapshot);
    }

    @Test
    void soAreItsShards() throws IOException {
        Files.delete(original.path().resolve("model.safetensors"));
        Files.move(
                original.path().resolve("pytorch_model.bin"),
                original.path().resolve("pytorch_model-00001-of-00001.bin"));
        Files.writeString(
                original.path().resolve("pytorch_model.bin.index.json"),
                "{\"weight_map\":{\"wte.weight\":\"pytorch_model-00001-of-00001.bin\"}}");
        server.publish(REPOSITORY, COMMIT, original.path());

        assertThat(load().folder().resolve("pytorch_model-00001-of-00001.bin")).exists();
        assertThatThrownBy(() -> hub(settings()).snapshot(MODEL, FileSet.SAFE_LANGUAGE_MODEL, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fairness.allowPickle is false");
    }

    @Test
    void wherePicklesAreNotAllowedTheyAreRefusedBeforeAnythingIsDownloaded() throws IOException {
        Files.delete(original.path().resolve("model.safetensors"));
        server.publish(REPOSITORY, COMMIT, original.path());

        assertThatThrownBy(() -> hub(settings()).snapshot(MODEL, FileSet.SAFE_LANGUAGE_MODEL, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("has no model.safetensors", "no pickles", "fairness.allowPickle is false");
        assertThat(server.requests("GET", "/resolve/")).isEmpty();
    }

    @Test
    void anAdapterIsNamedBeforeAnythingIsDownloaded() throws IOException {
        Path adapter = Files.createDirectory(folder.resolve("adapter"));
        Files.writeString(adapter.resolve("adapter_config.json"), "{}");
        Files.writeString(adapter.resolve("adapter_model.safetensors"), "x");
        server.publish(REPOSITORY, COMMIT, adapter);

        assertRefused("has no config.json", "it is a PEFT adapter", "merge_and_unload", "give the merged folder");
        assertThat(server.requests("GET", "/resolve/")).isEmpty();
    }

    @Test
    void whereTheyAreNotAllowedSafetensorsAreStillFound() {
        assertWhole(hub(settings()).snapshot(MODEL, FileSet.SAFE_LANGUAGE_MODEL, false));
    }

    @Test
    void aModelWithoutAnOrganisationHasAFolderOfItsOwn() throws IOException {
        server.publish("gpt2", COMMIT, original.path());

        Hub.Snapshot snapshot =
                hub(settings()).snapshot(new ModelReference.Hub("", "gpt2", COMMIT), FileSet.LANGUAGE_MODEL, false);
        assertThat(snapshot.folder())
                .isEqualTo(cache.resolve("models--gpt2/snapshots").resolve(COMMIT));
        assertThat(ModelDirectory.open(snapshot.folder()).digest()).isEqualTo(original.digest());
    }

    @Test
    void ofAClassifierTheGraphIsDownloaded() throws IOException {
        Files.createDirectories(original.path().resolve("onnx"));
        Files.writeString(original.path().resolve("onnx/model.onnx"), "graph");
        Files.writeString(original.path().resolve("onnx/model.onnx_data"), "weights");
        Files.writeString(original.path().resolve("onnx/model_int8.onnx"), "another");
        server.publish(REPOSITORY, COMMIT, original.path());

        Path found =
                hub(settings()).snapshot(MODEL, FileSet.TEXT_CLASSIFIER, false).folder();
        assertThat(found.resolve("onnx/model.onnx")).hasContent("graph");
        assertThat(found.resolve("onnx/model.onnx_data")).hasContent("weights");
        assertThat(found.resolve("config.json")).isRegularFile();
        assertThat(found.resolve("onnx/model_int8.onnx")).doesNotExist();
        assertThat(found.resolve("model.safetensors")).doesNotExist();
        int before = server.requests().size();
        hub(settings()).snapshot(MODEL, FileSet.TEXT_CLASSIFIER, false);
        assertThat(server.requests()).hasSize(before);
    }

    /** The server takes requests for any host, as a proxy gets them. */
    @Test
    void aProxyGetsItsPasswordAndTheHubDoesNot() {
        HubProxies.HubProxy proxy = new HubProxies.HubProxy(
                InetSocketAddress.createUnresolved(
                        server.address().getHostString(), server.address().getPort()),
                Optional.of(new PasswordAuthentication("me", "secret".toCharArray())));
        URI endpoint = URI.create("http://hub.invalid");
        HubProxies proxies = uri -> uri.getHost().equals("hub.invalid") ? Optional.of(proxy) : Optional.empty();

        assertWhole(new Hub(
                        new HubSettings(endpoint, Optional.empty(), cache, false),
                        proxies,
                        Progress.NONE,
                        waits::add,
                        HubHttp.STALL_LIMIT,
                        Files::createSymbolicLink)
                .snapshot(MODEL, FileSet.LANGUAGE_MODEL, false));
        assertThat(server.requests())
                .filteredOn(request -> !request.path().contains(WEIGHTS))
                .allSatisfy(request -> assertThat(request.header("Host")).isEqualTo("hub.invalid"))
                .allSatisfy(request ->
                        assertThat(request.header("Proxy-Authorization")).isEqualTo("Basic bWU6c2VjcmV0"));
        assertThat(server.requests("GET", WEIGHTS))
                .singleElement()
                .satisfies(request ->
                        assertThat(request.header("Proxy-Authorization")).isNull());
    }

    @Test
    void aProxyThatWantsAPasswordIsNamed() {
        server.fault("GET", "/api/models/", HubServer.status(407, "Proxy-Authenticate", "Basic realm=\"proxy\""));

        assertRefused("The proxy for", "wants a user and a password", "settings.xml");
    }
}
