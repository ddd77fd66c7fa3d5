package io.github.fairnessgate.hub;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the hub is, who asks, and where files are kept, by the environment variables that huggingface_hub reads.
 *
 * @param endpoint {@code https://huggingface.co}, or a mirror; without a slash at the end
 * @param token who asks; empty for anybody
 * @param cache the folder with {@code models--organisation--name}
 * @param offline whether only what is in the cache may be used
 */
public record HubSettings(URI endpoint, Optional<String> token, Path cache, boolean offline) {

    private static final String ENDPOINT = "HF_ENDPOINT";
    private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

    /**
     * What the environment says.
     *
     * @param environment {@code HF_ENDPOINT}; {@code HF_TOKEN}, else the file {@code HF_TOKEN_PATH}, else {@code token}
     *     in {@code HF_HOME}; {@code HF_HUB_CACHE}, else {@code hub} in {@code HF_HOME}; {@code HF_HOME}, else
     *     {@code huggingface} in {@code XDG_CACHE_HOME}, else in {@code ~/.cache}; {@code HF_HUB_OFFLINE};
     *     {@code HF_HUB_DISABLE_IMPLICIT_TOKEN}
     * @param home the user's home folder
     * @throws InvalidInputException if a value cannot be used
     */
    public static HubSettings of(Map<String, String> environment, Path home) {
        Path huggingFace = path(environment, "HF_HOME", home)
                .orElseGet(() -> path(environment, "XDG_CACHE_HOME", home)
                        .orElse(home.resolve(".cache"))
                        .resolve("huggingface"));
        Path cache = path(environment, "HF_HUB_CACHE", home)
                .or(() -> path(environment, "HUGGINGFACE_HUB_CACHE", home))
                .orElse(huggingFace.resolve("hub"));
        boolean offline =
                isTrue(value(environment, "HF_HUB_OFFLINE").or(() -> value(environment, "TRANSFORMERS_OFFLINE")));
        Path tokenFile = path(environment, "HF_TOKEN_PATH", home).orElse(huggingFace.resolve("token"));
        return new HubSettings(
                endpoint(value(environment, ENDPOINT).orElse(DEFAULT_ENDPOINT)),
                token(environment, tokenFile),
                cache,
                offline);
    }

    /** The same, but nothing may be fetched. */
    public HubSettings withoutNetwork() {
        return new HubSettings(endpoint, token, cache, true);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "HubSettings[" + endpoint + ", " + (token.isPresent() ? "a token" : "no token") + ", " + cache
                + (offline ? ", offline]" : "]");
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static boolean isTrue(Optional<String> value) {
        return value.map(text -> text.toUpperCase(Locale.ROOT))
                .filter(TRUE::contains)
                .isPresent();
    }

    private static Optional<Path> path(Map<String, String> environment, String name, Path home) {
        return value(environment, name)
                .map(text -> text.equals("~")
                        ? home
                        : text.startsWith("~/") ? home.resolve(text.substring(2)) : Path.of(text))
                .map(Path::toAbsolutePath);
    }

    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text.replaceFirst("/+$", ""));
            if (uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw notAnEndpoint(e);
        }
        throw notAnEndpoint(null);
    }

    /** Does not repeat the value, which may hold a password. */
    private static InvalidInputException notAnEndpoint(Exception cause) {
        return new InvalidInputException(
                "The environment variable " + ENDPOINT + " is not the address of a hub; it must be like "
                        + DEFAULT_ENDPOINT + ", with http or https and a host, and without user, query or fragment.",
                cause);
    }

    private static Optional<String> token(Map<String, String> environment, Path file) {
        Optional<String> given = value(environment, "HF_TOKEN").or(() -> value(environment, "HUGGING_FACE_HUB_TOKEN"));
        if (given.isPresent()) {
            return Optional.of(usable(given.get(), "The environment variable HF_TOKEN"));
        }
        if (isTrue(value(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN")) || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(BoundedFiles.text(file, BoundedFiles.LARGEST_WRITTEN)
                            .strip())
                    .filter(text -> !text.isEmpty())
                    .map(text -> usable(text, file.toString()));
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }

    /** A token is never shown, not even one that is wrong. */
    private static String usable(String token, String where) {
        if (!token.matches("[!-~]+")) {
            throw new InvalidInputException(
                    where + " holds something that cannot be a token: a blank, a line break or a letter outside ASCII;"
                            + " copy the token again, or remove it.");
        }
        return token;
    }
}
