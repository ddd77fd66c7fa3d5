package io.github.fairnessgate.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.artifact.AtomicFiles;
import io.github.fairnessgate.artifact.Digests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Evaluations of one model on one suite, found by content: model, data, suite version, device class,
 * precision and the versions of the plugin and of the libraries that compute. Time stamps and paths play no part.
 */
public final class EvaluationCache {

    private static final String ROLE = "result";

    private final Path directory;

    public EvaluationCache(Path directory) {
        this.directory = directory;
    }

    /** An evaluation that is whole; one that was damaged counts as absent, and {@code progress} is told. */
    public Optional<Evaluation> find(Suite suite, Provenance provenance, Progress progress) {
        Path entry = directory.resolve(key(suite, provenance));
        if (!Files.isDirectory(entry)) {
            return Optional.empty();
        }
        try {
            return Optional.of(EvaluationFiles.read(entry, ROLE));
        } catch (InvalidInputException damaged) {
            progress.info("A cached evaluation is damaged and will be made again: " + damaged.getMessage());
            return Optional.empty();
        }
    }

    /** Keeps an evaluation of one suite. */
    public void keep(Suite suite, Evaluation evaluation) {
        AtomicFiles.writeFolder(directory.resolve(key(suite, evaluation.provenance())),
                aside -> EvaluationFiles.write(aside, ROLE, evaluation));
    }

    private static String key(Suite suite, Provenance provenance) {
        SortedMap<String, Object> content = new TreeMap<>();
        content.put("suite", suite.id());
        content.put("suiteVersion", suite.version());
        content.put("data", suite.dataDigest());
        if (!suite.measured().isEmpty()) {
            content.put("measured", suite.measured());
        }
        content.put("model", provenance.model());
        content.put("device", provenance.device());
        content.put("precision", provenance.precision());
        content.put("versions", provenance.versions());
        try {
            return Digests.sha256(Json.MAPPER.writeValueAsBytes(content));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of text can always be written as JSON", e);
        }
    }
}
