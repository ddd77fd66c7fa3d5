package io.github.fairnessgate.compress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.FileSums;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The bill of materials of a compressed model, in the form of CycloneDX 1.6 for machine learning: the model with its
 * model card, the model that it was made from, the text, and every file with its digest. It says what is known and
 * leaves out what is not. Equal folders and names give equal bytes: there is no time in it, and its serial number is
 * derived from the model's digest.
 */
public final class MlBom {

    /** The file in the compressed model's folder. */
    public static final String FILE = "mlbom.cdx.json";

    static final String OWN = "fairness-maven-plugin:";
    private static final String MODEL_REFERENCE = "model";
    private static final String ANCESTOR_REFERENCE = "input-model";

    private MlBom() {}

    /**
     * How a model is called.
     *
     * @param group Maven's groupId, if there is one
     * @param version if there is one
     * @param purl package URL, if it comes from a Maven repository or goes there
     */
    public record Identity(Optional<String> group, String name, Optional<String> version, Optional<String> purl) {

        /** A model that has no more than a name. */
        public static Identity named(String name) {
            return new Identity(Optional.empty(), name, Optional.empty(), Optional.empty());
        }

        /**
         * A model in a Maven repository, with a package URL of type {@code maven}.
         *
         * @param classifier empty for none
         */
        public static Identity maven(
                String groupId, String artifactId, String version, String extension, String classifier) {
            String purl = "pkg:maven/" + groupId + "/" + artifactId + "@" + version.replace("+", "%2B") + "?"
                    + (classifier.isEmpty() ? "" : "classifier=" + classifier + "&") + "type=" + extension;
            return new Identity(Optional.of(groupId), artifactId, Optional.of(version), Optional.of(purl));
        }

        /**
         * A model on the Hugging Face hub, with a package URL of type {@code huggingface}, which keeps the case of
         * names.
         *
         * @param organisation empty for none
         * @param commit 40 lower-case hexadecimal digits
         */
        public static Identity huggingFace(String organisation, String name, String commit) {
            String path = organisation.isEmpty() ? name : organisation + "/" + name;
            return new Identity(
                    Optional.of(organisation).filter(text -> !text.isEmpty()),
                    name,
                    Optional.of(commit),
                    Optional.of("pkg:huggingface/" + path + "@" + commit));
        }
    }

    /**
     * Writes the file into a finished folder; one that is there is replaced.
     *
     * @param folder with {@link CompressionReport#FILE}
     * @param model what the compressed model is called
     * @param ancestor what the input is called
     * @param licence what the input's folder says about its licence
     * @param plugin version of this plugin
     */
    public static void write(Path folder, Identity model, Identity ancestor, ModelLicence licence, String plugin) {
        CompressionReport report = CompressionReport.read(folder);
        ModelDirectory compressed = ModelDirectory.open(folder);
        Gpt2Config config = compressed.config();
        ObjectNode bom = Json.MAPPER.createObjectNode();
        bom.put("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
        bom.put("bomFormat", "CycloneDX");
        bom.put("specVersion", "1.6");
        bom.put(
                "serialNumber",
                "urn:uuid:" + UUID.nameUUIDFromBytes(report.output().digest().getBytes(StandardCharsets.UTF_8)));
        bom.put("version", 1);
        ObjectNode metadata = bom.putObject("metadata");
        tools(metadata.putObject("tools").putArray("components"), plugin, report.versions());
        model(metadata.putObject("component"), model, ancestor, licence, report, config);
        ArrayNode components = bom.putArray("components");
        if (readsText(report)) {
            texts(components, report);
        }
        files(components, folder);
        ArrayNode dependencies = bom.putArray("dependencies");
        ArrayNode uses = dependencies.addObject().put("ref", MODEL_REFERENCE).putArray("dependsOn");
        components.forEach(component -> uses.add(component.get("bom-ref").asText()));
        AtomicFiles.write(folder.resolve(FILE), (bom.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a document about a model is one that this plugin writes. */
    public static boolean isOurs(JsonNode bom) {
        return !properties(bom.at("/metadata/component"), "model:sha256").isEmpty();
    }

    /**
     * The values of a property of our own, in order.
     *
     * @param component that has properties
     */
    static List<String> properties(JsonNode component, String key) {
        List<String> values = new ArrayList<>();
        for (JsonNode property : component.path("properties")) {
            if (property.path("name").asText().equals(OWN + key)) {
                values.add(property.path("value").asText());
            }
        }
        return values;
    }

    private static void tools(ArrayNode tools, String plugin, Map<String, String> versions) {
        tools.addObject()
                .put("type", "application")
                .put("group", "io.github.fairnessgate")
                .put("name", "fairness-maven-plugin")
                .put("version", plugin);
        for (Map.Entry<String, String> library : versions.entrySet()) {
            if (!library.getKey().equals(CompressionReport.PLUGIN)) {
                tools.addObject()
                        .put("type", "library")
                        .put("name", library.getKey())
                        .put("version", library.getValue());
            }
        }
    }

    private static void model(
            ObjectNode component,
            Identity model,
            Identity ancestor,
            ModelLicence licence,
            CompressionReport report,
            Gpt2Config config) {
        component.put("type", "machine-learning-model");
        component.put("bom-ref", MODEL_REFERENCE);
        name(component, model);
        component.put(
                "description",
                "GPT-2 language model, compressed from " + ancestor.name() + " by the recipe "
                        + report.recipe().name());
        licence.write(component);
        ObjectNode input = component.putObject("pedigree").putArray("ancestors").addObject();
        input.put("type", "machine-learning-model");
        input.put("bom-ref", ANCESTOR_REFERENCE);
        name(input, ancestor);
        licence.write(input);
        ArrayNode inputProperties = input.putArray("properties");
        property(inputProperties, "model:sha256", report.input().digest());
        property(
                inputProperties,
                "model:parameters",
                Long.toString(report.input().parameters()));
        modelCard(component.putObject("modelCard"), report, config);
        ArrayNode properties = component.putArray("properties");
        property(properties, "model:sha256", report.output().digest());
        property(properties, "recipe", report.recipe().name());
        property(properties, "recipe:sha256", report.recipe().digest());
        property(properties, "seed", Long.toString(report.seed()));
        property(properties, "device", report.device());
        for (CompressionReport.AchievedStage achieved : report.stages()) {
            property(properties, "stage", achieved.stage().method());
        }
    }

    private static void name(ObjectNode component, Identity identity) {
        identity.group().ifPresent(group -> component.put("group", group));
        component.put("name", identity.name());
        identity.version().ifPresent(version -> component.put("version", version));
        identity.purl().ifPresent(purl -> component.put("purl", purl));
    }

    private static void modelCard(ObjectNode card, CompressionReport report, Gpt2Config config) {
        ObjectNode parameters = card.putObject("modelParameters");
        parameters.put("task", "text-generation");
        parameters.put("architectureFamily", "transformer");
        parameters.put("modelArchitecture", "GPT2LMHeadModel");
        if (readsText(report)) {
            ArrayNode datasets = parameters.putArray("datasets");
            for (int source = 0; source < report.text().sources().size(); source++) {
                datasets.addObject().put("ref", textReference(source));
            }
        }
        parameters.putArray("inputs").addObject().put("format", "tokens, at most " + config.positions());
        parameters.putArray("outputs").addObject().put("format", "logits of " + config.vocabulary() + " tokens");
        ArrayNode metrics = card.putObject("quantitativeAnalysis").putArray("performanceMetrics");
        metric(metrics, "parameters", report.output().parameters());
        metric(metrics, "zeros", report.output().zeros());
        metric(metrics, "bytes", report.output().bytes());
        metric(metrics, "layers", config.layers());
    }

    private static void metric(ArrayNode metrics, String type, long value) {
        metrics.addObject().put("type", type).put("value", Long.toString(value));
    }

    /**
     * Whether a stage was trained, calibrated or measured on the recipe's text: no quantization is, and no pruning of
     * weights by their magnitude.
     */
    private static boolean readsText(CompressionReport report) {
        return report.stages().stream().anyMatch(achieved -> achieved.stage().readsText());
    }

    private static String textReference(int source) {
        return "text-" + (source + 1);
    }

    /** What the model was trained or calibrated on. */
    private static void texts(ArrayNode components, CompressionReport report) {
        int number = 0;
        for (CompressionReport.Source source : report.text().sources()) {
            ObjectNode text = components.addObject();
            text.put("type", "data");
            text.put("bom-ref", textReference(number++));
            text.put("name", source.name());
            text.put("description", "text that the compression was trained or calibrated on");
            sha256(text, source.digest());
            text.putArray("data").addObject().put("type", "dataset").put("name", source.name());
        }
    }

    private static void files(ArrayNode components, Path folder) {
        FileSums.of(folder).forEach((name, digest) -> {
            if (!name.equals(FILE)) {
                ObjectNode file = components
                        .addObject()
                        .put("type", "file")
                        .put("bom-ref", "file:" + name)
                        .put("name", name);
                sha256(file, digest);
            }
        });
    }

    private static void sha256(ObjectNode component, String digest) {
        component.putArray("hashes").addObject().put("alg", "SHA-256").put("content", digest);
    }

    private static void property(ArrayNode properties, String name, String value) {
        properties.addObject().put("name", OWN + name).put("value", value);
    }
}
