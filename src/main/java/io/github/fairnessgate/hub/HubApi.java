package io.github.fairnessgate.hub;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.ModelReference;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the hub says about models and files. */
final class HubApi {

    static final String LINKED_ETAG = "X-Linked-Etag";

    /** Bytes of the names of some hundred thousand files. */
    private static final int LARGEST_ANSWER = 16_000_000;

    private static final String LINKED_SIZE = "X-Linked-Size";
    private static final String REPOSITORY_COMMIT = "X-Repo-Commit";
    private static final String ERROR_CODE = "X-Error-Code";

    private final HubSettings settings;
    private final HubHttp http;
    private final Retries retries;

    HubApi(HubSettings settings, HubHttp http, Retries retries) {
        this.settings = settings;
        this.http = http;
        this.retries = retries;
    }

    /**
     * A revision's commit, and the paths of its files.
     *
     * @param commit 40 hexadecimal digits
     */
    record Listing(String commit, Set<String> files) {}

    /**
     * A file as the hub knows it.
     *
     * @param size in bytes
     */
    record RemoteFile(String path, Checksum checksum, long size) {}

    /** @throws InvalidInputException if there is no such model or revision, or if it may not be read */
    Listing list(ModelReference.Hub model) {
        URI uri = URI.create(settings.endpoint() + "/api/models/" + model.repository() + "/revision/"
                + model.revision().replace("/", "%2F"));
        JsonNode answer = retries.run("asking for the files of " + model.text(), () -> {
            try (HubHttp.Answer response = http.get(uri, Map.of())) {
                requireOk(response, model, "");
                return json(response.content(LARGEST_ANSWER), model);
            }
        });
        String commit = answer.path("sha").asText();
        if (!model.at(commit).isPinned() || model.isPinned() && !commit.equals(model.revision())) {
            throw notAHub("it gave \"" + commit + "\" as the commit of " + model.text());
        }
        Set<String> files = new TreeSet<>();
        answer.path("siblings").forEach(file -> files.add(file.path("rfilename").asText()));
        return new Listing(commit, files);
    }

    private JsonNode json(byte[] answer, ModelReference.Hub model) {
        try {
            return Json.MAPPER.readTree(answer);
        } catch (IOException e) { // no JSON, or not even text; asking again would not help
            throw notAHub("its answer about " + model.text() + " is not JSON");
        }
    }

    /** @throws InvalidInputException if there is no such file, or if the hub does not say what is needed to check it */
    RemoteFile describe(ModelReference.Hub model, String path) {
        return retries.run("asking for " + path + " of " + model.text(), () -> {
            try (HubHttp.Answer answer = http.head(address(model, path))) {
                if (answer.status() >= 400 || answer.header(LINKED_ETAG).isEmpty()) {
                    requireOk(answer, model, path);
                }
                return described(answer, model, path);
            }
        });
    }

    private RemoteFile described(HubHttp.Answer answer, ModelReference.Hub model, String path) {
        Optional<String> commit = answer.header(REPOSITORY_COMMIT);
        if (commit.isPresent() && !commit.get().equals(model.revision())) {
            throw notAHub("it gave " + path + " of the commit " + commit.get() + " for " + model.text());
        }
        String etag = answer.header(LINKED_ETAG).or(() -> answer.header("ETag")).orElse("");
        Checksum checksum = Checksum.parse(etag)
                .orElseThrow(() -> notAHub("it gave the etag '" + etag + "' for " + path + " of " + model.text()
                        + ", which is neither a SHA-256 nor git's SHA-1, so that a download could not be checked"));
        String size = answer.header(LINKED_SIZE)
                .or(() -> answer.header("Content-Length"))
                .orElse("");
        if (!size.matches("\\d{1,18}")) {
            throw notAHub("it gave no length for " + path + " of " + model.text());
        }
        return new RemoteFile(path, checksum, Long.parseLong(size));
    }

    /** Where a file is downloaded. */
    URI address(ModelReference.Hub model, String path) {
        return URI.create(settings.endpoint() + "/" + model.repository() + "/resolve/" + model.revision() + "/" + path);
    }

    /**
     * Says in a sentence why something may not be had.
     *
     * @param path empty for the model as a whole
     */
    void requireOk(HubHttp.Answer answer, ModelReference.Hub model, String path) throws IOException {
        int status = answer.status();
        if (status == 200 || status == 206) {
            return;
        }
        String page = settings.endpoint() + "/" + model.repository();
        String code = answer.header(ERROR_CODE).orElse("");
        if (code.equals("GatedRepo")) {
            throw new InvalidInputException(
                    settings.token().isPresent()
                            ? "The owner of " + page
                                    + " gives the model only to those who accepted its licence, and the account of "
                                    + "the token has not (HTTP "
                                    + status + "); accept it on that page, or use a token that may read it."
                            : "The owner of " + page + " gives the model only to those who accepted its licence (HTTP "
                                    + status
                                    + "); accept it on that page, and set HF_TOKEN to a token of your account.");
        }
        if (status == 401 || status == 403) {
            throw new InvalidInputException(
                    settings.token().isPresent()
                            ? "The hub does not let the token read " + page + " (HTTP " + status
                                    + "); check the spelling, and that the token in HF_TOKEN (or in the file 'hf "
                                    + "auth login' wrote) is valid and may read this model."
                            : "There is no model at " + page + " that may be read without a token (HTTP " + status
                                    + "); check the spelling, or, if it is private, set HF_TOKEN or log in with "
                                    + "'hf auth login'.");
        }
        if (status == 404 && !path.isEmpty() && !code.equals("RepoNotFound") && !code.equals("RevisionNotFound")) {
            throw new InvalidInputException("The model " + model.text() + " has no file " + path
                    + " (HTTP 404), although the hub lists it; try again later.");
        }
        if (status == 404 && code.equals("RevisionNotFound")) {
            throw new InvalidInputException("The model at " + page + " has no revision " + model.revision()
                    + " (HTTP 404); " + page + "/commits/main lists the commits.");
        }
        if (status == 404) {
            throw new InvalidInputException("There is no model at " + page + " with the revision " + model.revision()
                    + " (HTTP 404); check the spelling of organisation, name and revision.");
        }
        throw new InvalidInputException("The hub refused " + answer.uri().getScheme() + "://"
                + answer.uri().getHost() + answer.uri().getPath() + " with HTTP " + status
                + "; check HF_ENDPOINT and the proxy.");
    }

    private InvalidInputException notAHub(String what) {
        return new InvalidInputException(settings.endpoint() + " does not behave like the Hugging Face hub: " + what
                + "; check HF_ENDPOINT, and that no proxy answers in its place.");
    }
}
