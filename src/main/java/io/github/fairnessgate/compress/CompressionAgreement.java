package io.github.fairnessgate.compress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.model.ModelDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether the records of a compression say the same: {@link CompressionReport#FILE}, the bill of materials, and the
 * files that they are about. What differs is an {@link InvalidInputException} that names the field.
 */
public final class CompressionAgreement {

    private static final String REPORT = CompressionReport.FILE;

    private final String where;

    /** @param where what the records lie in, for messages */
    public CompressionAgreement(String where) {
        this.where = where;
    }

    /**
     * That a report is about a model.
     *
     * @param report {@link CompressionReport#FILE}
     * @param digest of the model
     */
    public void requireAbout(String report, String digest) {
        same(
                "output.digest of " + REPORT,
                parsed(report, REPORT).at("/output/digest").asText(),
                "the digest of the model",
                digest);
    }

    /** That a report counts the weights of a model as they are; reads all of them. */
    public void requireCounts(String report, ModelDirectory model) {
        JsonNode recorded = parsed(report, REPORT).path("output");
        try {
            JsonNode counted = Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(ModelSize.of(model)));
            for (Map.Entry<String, JsonNode> figure : counted.properties()) {
                same(
                        "output." + figure.getKey() + " of " + REPORT,
                        recorded.path(figure.getKey()),
                        "that of the model",
                        figure.getValue());
            }
        } catch (IOException e) {
            throw new IllegalStateException("numbers are always JSON", e);
        }
    }

    /**
     * That a bill of materials is about a model and lists its files as they are.
     *
     * @param bom the document
     * @param name of the document, for messages
     * @param digest of the model
     * @param files SHA-256 of the model's files, by path
     * @param listed paths that the document has to list, but for its own
     */
    public void requireFiles(
            String bom, String name, String digest, SortedMap<String, String> files, Collection<String> listed) {
        JsonNode document = parsed(bom, name);
        same(
                property("model:sha256") + " of " + name,
                properties(document.at("/metadata/component"), "model:sha256"),
                "the digest of the model",
                List.of(digest));
        SortedMap<String, String> known = files(document);
        known.forEach((path, sum) -> same(
                "the digest of the file " + path + " in " + name,
                sum,
                "that of the file",
                files.getOrDefault(path, "missing")));
        for (String path : listed) {
            if (!known.containsKey(path) && !path.equals(MlBom.FILE)) {
                throw differs(
                        "the digest of the file " + path + " in " + name,
                        "missing",
                        "that of the file",
                        files.get(path));
            }
        }
    }

    /**
     * That a bill of materials says what a report says.
     *
     * @param bom the document, with results or without
     * @param name of the document, for messages
     * @param report {@link CompressionReport#FILE}
     */
    public void requireSame(String bom, String name, String report) {
        JsonNode component = parsed(bom, name).at("/metadata/component");
        JsonNode record = parsed(report, REPORT);
        Map<String, String> properties = Map.of(
                "model:sha256",
                "output/digest",
                "recipe",
                "recipe/name",
                "recipe:sha256",
                "recipe/digest",
                "seed",
                "seed",
                "device",
                "device");
        new TreeMap<>(properties).forEach((key, path) -> sameProperty(component, key, name, record, path));
        JsonNode ancestor = component.at("/pedigree/ancestors/0");
        sameProperty(ancestor, "model:sha256", name, record, "input/digest");
        sameProperty(ancestor, "model:parameters", name, record, "input/parameters");
        same(
                property("stage") + " of " + name,
                properties(component, "stage"),
                "stages of " + REPORT,
                texts(record.path("stages"), "/stage/method"));
        JsonNode metrics = component.at("/modelCard/quantitativeAnalysis/performanceMetrics");
        for (String figure : List.of("parameters", "zeros", "bytes")) {
            same(
                    "the performance metric " + figure + " of " + name,
                    metric(metrics, figure),
                    "output." + figure + " of " + REPORT,
                    record.at("/output/" + figure).asText());
        }
        same(
                "the performance metric layers of " + name,
                metric(metrics, "layers"),
                "the number of output.layers of " + REPORT,
                Integer.toString(record.at("/output/layers").size()));
        requireSameTexts(parsed(bom, name), name, record);
        requireSameTools(parsed(bom, name), name, record);
    }

    private void requireSameTexts(JsonNode bom, String name, JsonNode record) {
        Iterator<JsonNode> sources = record.at("/text/sources").iterator();
        for (JsonNode component : bom.path("components")) {
            if (component.path("type").asText().equals("data")) {
                JsonNode source = sources.hasNext() ? sources.next() : MissingNode.getInstance();
                same(
                        "the name of " + component.path("bom-ref").asText() + " of " + name,
                        component.path("name").asText(),
                        "text.sources of " + REPORT,
                        source.path("name").asText());
                same(
                        "the digest of " + component.path("bom-ref").asText() + " of " + name,
                        sum(component),
                        "text.sources of " + REPORT,
                        source.path("digest").asText());
            }
        }
    }

    private void requireSameTools(JsonNode bom, String name, JsonNode record) {
        SortedMap<String, String> tools = new TreeMap<>();
        bom.at("/metadata/tools/components")
                .forEach(tool -> tools.put(
                        tool.path("name").asText(), tool.path("version").asText()));
        record.path("versions").properties().stream()
                .filter(version -> !version.getKey().equals(CompressionReport.PLUGIN))
                .forEach(version -> same(
                        "the version of " + version.getKey() + " in " + name,
                        tools.getOrDefault(version.getKey(), "missing"),
                        "versions of " + REPORT,
                        version.getValue().asText()));
    }

    private void sameProperty(JsonNode component, String key, String name, JsonNode record, String path) {
        same(
                property(key) + " of " + name,
                properties(component, key),
                path.replace('/', '.') + " of " + REPORT,
                List.of(record.at("/" + path).asText()));
    }

    private static String metric(JsonNode metrics, String type) {
        for (JsonNode metric : metrics) {
            if (metric.path("type").asText().equals(type)) {
                return metric.path("value").asText();
            }
        }
        return "missing";
    }

    private static List<String> texts(JsonNode array, String path) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.at(path).asText()));
        return texts;
    }

    private static SortedMap<String, String> files(JsonNode bom) {
        SortedMap<String, String> files = new TreeMap<>();
        for (JsonNode component : bom.path("components")) {
            if (component.path("type").asText().equals("file")) {
                files.put(component.path("name").asText(), sum(component));
            }
        }
        return files;
    }

    private static String sum(JsonNode component) {
        return component.at("/hashes/0/content").asText();
    }

    private static String property(String key) {
        return "the property " + MlBom.OWN + key;
    }

    private static List<String> properties(JsonNode component, String key) {
        return MlBom.properties(component, key);
    }

    private <T> void same(String what, T found, String other, T expected) {
        if (!found.equals(expected)) {
            throw differs(what, found, other, expected);
        }
    }

    private InvalidInputException differs(String what, Object found, String other, Object expected) {
        return new InvalidInputException(("%s: %s is %s, but %s is %s: one of them was changed after it was written."
                        + " Compress the model again, or remove %s and %s.")
                .formatted(where, what, shortened(found), other, shortened(expected), REPORT, MlBom.FILE));
    }

    private static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }

    private JsonNode parsed(String json, String name) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    "%s: %s is not JSON (%s); compress the model again.".formatted(where, name, Reason.of(e)), e);
        }
    }
}
