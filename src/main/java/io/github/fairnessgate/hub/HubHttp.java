package io.github.fairnessgate.hub;

import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests to the hub. Redirects are followed here, because the token must stay with the endpoint: large files lie on
 * other hosts, whose addresses are signed and need none.
 */
final class HubHttp {

    /** Between two readings of a body, and until the headers are there. */
    static final Duration STALL_LIMIT = Duration.ofSeconds(60);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
    private static final int MOST_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> TEMPORARY = Set.of(408, 429, 500, 502, 503, 504);
    private static final Pattern RATE_LIMIT_RESET = Pattern.compile(".*;\\s*t=(\\d{1,9}).*");
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}|\\[?(0{0,4}:){2,7}0{0,3}1(%\\w+)?]?");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private final HubSettings settings;
    private final HubProxies proxies;
    private final Duration stallLimit;
    private final HttpClient client;

    HubHttp(HubSettings settings, HubProxies proxies, Duration stallLimit) {
        this.settings = settings;
        this.proxies = proxies;
        this.stallLimit = stallLimit;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_LIMIT)
                .proxy(selector(proxies))
                .build();
    }

    private static ProxySelector selector(HubProxies proxies) {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(proxies.proxyFor(uri)
                        .map(proxy -> new Proxy(Proxy.Type.HTTP, proxy.address()))
                        .orElse(Proxy.NO_PROXY));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                // the request fails with the same exception
            }
        };
    }

    /**
     * What a server said.
     *
     * @param uri where, after all redirects
     * @param body fails when nothing comes for too long
     */
    record Answer(int status, HttpHeaders headers, URI uri, InputStream body) implements AutoCloseable {

        /**
         * The whole body.
         *
         * @param most so many bytes are read
         * @throws InvalidInputException if there are more
         */
        byte[] content(int most) throws IOException {
            byte[] content = body.readNBytes(most + 1);
            if (content.length > most) {
                throw new InvalidInputException(uri.getHost() + " answered with more than " + Bytes.text(most)
                        + ", which no answer of the Hugging Face hub needs; check HF_ENDPOINT, and that no "
                        + "proxy answers in its place.");
            }
            return content;
        }

        Optional<String> header(String name) {
            return headers.firstValue(name).map(String::strip).filter(text -> !text.isEmpty());
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /** The content of a file or of an answer of the API, from wherever it is redirected to. */
    Answer get(URI uri, Map<String, String> headers) throws IOException, InterruptedException {
        return send("GET", uri, headers, answer -> false);
    }

    /** What the endpoint knows about a file: redirects are followed up to the one that says it. */
    Answer head(URI uri) throws IOException, InterruptedException {
        return send(
                "HEAD",
                uri,
                Map.of(),
                answer -> answer.header(HubApi.LINKED_ETAG).isPresent());
    }

    private Answer send(String method, URI start, Map<String, String> headers, Predicate<Answer> isFinal)
            throws IOException, InterruptedException {
        URI uri = start;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            Answer answer = once(method, uri, headers);
            if (TEMPORARY.contains(answer.status())) {
                answer.close();
                throw TemporaryFailure.refused(uri.getHost() + " answered HTTP " + answer.status(), wait(answer));
            }
            if (answer.status() == 407) {
                answer.close();
                throw new InvalidInputException("The proxy for " + uri.getHost()
                        + " wants a user and a password (HTTP 407); give them in the proxy's entry in"
                        + " Maven's settings.xml, and for an https address set "
                        + "MAVEN_OPTS=-Djdk.http.auth.tunneling.disabledSchemes= as Java requires.");
            }
            if (!REDIRECTS.contains(answer.status()) || isFinal.test(answer)) {
                return answer;
            }
            answer.close();
            uri = target(uri, answer);
        }
        throw new IOException("more than " + MOST_REDIRECTS + " redirects from " + start.getHost());
    }

    private Answer once(String method, URI uri, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(stallLimit)
                .header("User-Agent", "fairness-maven-plugin")
                .header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        if (isEndpoint(uri) && settings.token().isPresent()) {
            requirePrivate(uri);
            request.header("Authorization", "Bearer " + settings.token().get());
        }
        // The client sends this to a proxy only. Its own authenticator would also want to answer the hub's 401, which
        // says that there is no such model.
        proxies.proxyFor(uri)
                .flatMap(HubProxies.HubProxy::credentials)
                .ifPresent(credentials -> request.header("Proxy-Authorization", basic(credentials)));
        HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        return new Answer(response.statusCode(), response.headers(), uri, new StallGuard(response.body(), stallLimit));
    }

    private static String basic(PasswordAuthentication credentials) {
        String both = credentials.getUserName() + ":" + new String(credentials.getPassword());
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    /** A token that crosses a network in plain text belongs to whoever listens. */
    private void requirePrivate(URI uri) {
        boolean staysHere = isLoopback(uri.getHost())
                && proxies.proxyFor(uri)
                        .map(proxy -> isLoopback(proxy.address().getHostString()))
                        .orElse(true);
        if (!uri.getScheme().equalsIgnoreCase("https") && !staysHere) {
            throw new InvalidInputException("The token of the hub would go to " + uri.getScheme() + "://"
                    + uri.getHost() + " in plain text, where anybody on"
                    + " the way can read it, so nothing was asked; give HF_ENDPOINT an https address, or, if no "
                    + "token is needed, unset HF_TOKEN and set"
                    + " HF_HUB_DISABLE_IMPLICIT_TOKEN=1.");
        }
    }

    /** By its spelling: what a name resolves to can change. */
    static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost") || LOOPBACK.matcher(host).matches();
    }

    private boolean isEndpoint(URI uri) {
        URI endpoint = settings.endpoint();
        return uri.getScheme().equalsIgnoreCase(endpoint.getScheme())
                && uri.getHost().equalsIgnoreCase(endpoint.getHost())
                && port(uri) == port(endpoint);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private static URI target(URI from, Answer answer) throws IOException {
        String location =
                answer.header("Location").orElseThrow(() -> new IOException(from.getHost() + " redirects to nowhere"));
        URI target;
        try {
            target = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException(from.getHost() + " redirects to what is not an address", e);
        }
        boolean web = target.getHost() != null
                && ("https".equalsIgnoreCase(target.getScheme()) || "http".equalsIgnoreCase(target.getScheme()));
        if (!web
                || from.getScheme().equalsIgnoreCase("https")
                        && !target.getScheme().equalsIgnoreCase("https")) {
            throw new InvalidInputException(from.getHost() + " redirects to " + target.getScheme() + "://"
                    + target.getHost() + ", which is not a safe address to download from; check HF_ENDPOINT.");
        }
        return target;
    }

    /** From Retry-After (seconds or a date), or the hub's own RateLimit header, in which t is seconds. */
    private static Optional<Duration> wait(Answer answer) {
        return answer.header("Retry-After")
                .flatMap(HubHttp::retryAfter)
                .or(() -> answer.header("RateLimit")
                        .map(RATE_LIMIT_RESET::matcher)
                        .filter(Matcher::matches)
                        .map(limit -> Duration.ofSeconds(Long.parseLong(limit.group(1)))));
    }

    private static Optional<Duration> retryAfter(String text) {
        if (SECONDS.matcher(text).matches()) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Duration wait = Duration.between(
                    ZonedDateTime.now(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
