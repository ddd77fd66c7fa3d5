package io.github.fairnessgate.compress;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Digests;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What decides the bytes of a compressed model: if two keys are equal, the one that is there need not be made again.
 */
public final class CompressionKey {

    private CompressionKey() {}

    private record Ingredients(
            int format,
            String model,
            CompressionReport.Source recipe,
            List<CompressionReport.Source> text,
            List<SortedMap<String, String>> data,
            String device,
            SortedMap<String, String> versions) {}

    /**
     * SHA-256 over the digests of the model, the recipe, every file of its text and of its stages' data, the device
     * class, and versions. Streams the text.
     *
     * @param model the model's digest
     * @param recipe with files for its Maven sources
     * @param versions of the plugin and of the libraries that compute, by name
     * @return 64 hexadecimal characters
     */
    public static String of(String model, Recipe recipe, Device device, Map<String, String> versions) {
        return of(
                model,
                recipe,
                recipe.textSources().stream()
                        .map(source -> new CompressionReport.Source(source.name(), source.digest()))
                        .toList(),
                device,
                versions);
    }

    /** The same with the text that was read. */
    static String of(
            String model,
            Recipe recipe,
            List<CompressionReport.Source> text,
            Device device,
            Map<String, String> versions) {
        List<SortedMap<String, String>> data = recipe.stages().stream()
                .<SortedMap<String, String>>map(stage -> new TreeMap<>(stage.data()))
                .toList();
        Ingredients ingredients = new Ingredients(
                Compressor.REPORT_VERSION,
                model,
                new CompressionReport.Source(recipe.name(), recipe.digest()),
                text,
                data,
                device.id(),
                new TreeMap<>(versions));
        try {
            return Digests.sha256(Json.MAPPER.writeValueAsBytes(ingredients));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("names and digests are always JSON", e);
        }
    }
}
