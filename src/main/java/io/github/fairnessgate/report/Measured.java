package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.file.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a test of the gate was made with. It says something about a verdict only if that was reached with the same.
 *
 * @param build version of this plugin, and which build of a snapshot
 * @param thresholds SHA-256 of their text
 * @param model digest of the baseline
 * @param device class of it, {@code cpu} or {@code cuda}, and the precision where that is not float32
 * @param data digest of every suite's data, of how it is run and of who judges it, by suite
 * @param versions of the libraries that computed
 */
public record Measured(
        String build,
        String thresholds,
        String model,
        String device,
        SortedMap<String, String> data,
        SortedMap<String, String> versions) {

    public Measured {
        data = new TreeMap<>(data);
        versions = new TreeMap<>(versions);
    }

    /**
     * Of a baseline and thresholds.
     *
     * @param thresholds their text
     * @param baseline as it was first looked at
     */
    public static Measured of(String build, String thresholds, Evaluation baseline) {
        return new Measured(
                build,
                Digests.sha256(thresholds.getBytes(StandardCharsets.UTF_8)),
                baseline.provenance().model(),
                baseline.provenance().computing(),
                baseline.provenance().data(),
                baseline.provenance().versions());
    }

    /**
     * What is other than in a verdict, as the end of a sentence that begins "is".
     *
     * @param verdict may be of further suites
     * @return empty if nothing is
     */
    Optional<String> differenceFrom(Measured verdict) {
        if (!model.equals(verdict.model)) {
            return Optional.of("about a different model (sha256 " + model + ")");
        }
        if (!thresholds.equals(verdict.thresholds)) {
            return Optional.of("about different thresholds (sha256 " + thresholds + ")");
        }
        if (!build.equals(verdict.build)) {
            return Optional.of("from a different version of the plugin (" + build + ")");
        }
        for (Map.Entry<String, String> suite : data.entrySet()) {
            if (!suite.getValue().equals(verdict.data.get(suite.getKey()))) {
                return Optional.of("about different data, or from a different scorer (" + suite.getKey() + ")");
            }
        }
        return device.equals(verdict.device) && versions.equals(verdict.versions)
                ? Optional.empty()
                : Optional.of("measured differently (on %s, %s)".formatted(device, versions));
    }
}
