package io.github.fairnessgate.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.ExceptionUse;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.statistics.Interval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The bill of materials of a candidate in the form of CycloneDX 1.6, with its results: that of the compressed model
 * where there is one, with performance metrics and considerations added to its model card; else one of the same form
 * that says what is known.
 */
final class ResultsBom {

    private static final String OWN = "fairness-maven-plugin:";
    private static final String MODEL = "model";
    /** Of numbers; more would differ between machines. */
    private static final MathContext DIGITS = new MathContext(6);

    private ResultsBom() {}

    /**
     * The document.
     *
     * @param thresholdsDigest SHA-256 of the thresholds
     * @param reportDigest SHA-256 of {@code report.json}, of which the serial number is made
     */
    static ObjectNode of(Evidence evidence, Report report, String thresholdsDigest, String reportDigest) {
        ObjectNode bom = evidence.compression().map(made -> parsed(made.bom())).orElseGet(() -> model(evidence));
        bom.put(
                "serialNumber",
                "urn:uuid:"
                        + UUID.nameUUIDFromBytes(
                                (evidence.candidateModel().digest() + reportDigest).getBytes(StandardCharsets.UTF_8)));
        ObjectNode component = (ObjectNode) bom.at("/metadata/component");
        ObjectNode card = child(component, "modelCard");
        metrics(list(child(card, "quantitativeAnalysis"), "performanceMetrics"), report.gate());
        considerations(child(card, "considerations"), evidence, report.gate());
        ArrayNode properties = list(component, "properties");
        property(properties, "verdict", report.gate().verdict().name());
        property(properties, "baseline:sha256", evidence.baselineModel().digest());
        property(properties, "thresholds", evidence.thresholdsName());
        property(properties, "thresholds:sha256", thresholdsDigest);
        return bom;
    }

    private static ObjectNode parsed(String bom) {
        try {
            JsonNode json = Json.MAPPER.readTree(bom);
            if (json instanceof ObjectNode document
                    && document.at("/metadata/component").isObject()) {
                return document;
            }
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    "The candidate's bill of materials is not JSON: " + Reason.of(e) + "; compress the model again.",
                    e);
        }
        throw new InvalidInputException(
                "The candidate's bill of materials has no /metadata/component; compress the model again.");
    }

    /** Of a model that was not compressed by this plugin. */
    private static ObjectNode model(Evidence evidence) {
        ObjectNode bom = Json.MAPPER.createObjectNode();
        bom.put("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
        bom.put("bomFormat", "CycloneDX");
        bom.put("specVersion", "1.6");
        bom.put("version", 1);
        ObjectNode metadata = bom.putObject("metadata");
        metadata.putObject("tools")
                .putArray("components")
                .addObject()
                .put("type", "application")
                .put("group", "io.github.fairnessgate")
                .put("name", "fairness-maven-plugin")
                .put("version", evidence.build());
        ObjectNode component = metadata.putObject("component");
        component
                .put("type", "machine-learning-model")
                .put("bom-ref", MODEL)
                .put("name", evidence.candidateModel().source());
        property(
                component.putArray("properties"),
                "model:sha256",
                evidence.candidateModel().digest());
        ArrayNode files = bom.putArray("components");
        ArrayNode uses =
                bom.putArray("dependencies").addObject().put("ref", MODEL).putArray("dependsOn");
        evidence.candidateModel().files().forEach((name, digest) -> {
            ObjectNode file = files.addObject()
                    .put("type", "file")
                    .put("bom-ref", "file:" + name)
                    .put("name", name);
            file.putArray("hashes").addObject().put("alg", "SHA-256").put("content", digest);
            uses.add("file:" + name);
        });
        return bom;
    }

    /** The candidate's value of every rule, and what changed. */
    private static void metrics(ArrayNode metrics, GateResult gate) {
        for (RuleResult result : gate.results()) {
            if (!Double.isFinite(result.candidate())) {
                continue; // not defined
            }
            ObjectNode value = metric(metrics, result, "", result.candidate());
            result.candidateAlone().ifPresent(alone -> interval(value, alone.interval()));
            result.change()
                    .ifPresent(change -> interval(
                            metric(
                                    metrics,
                                    result,
                                    switch (change.kind()) {
                                        case HARM_INCREASE -> ", increase of harm over the original";
                                        case SIGNED_CHANGE -> ", change from the original";
                                        case RATIO -> ", ratio to the original";
                                    },
                                    change.estimate()),
                            change.interval()));
        }
    }

    private static ObjectNode metric(ArrayNode metrics, RuleResult result, String what, double value) {
        return metrics.addObject()
                .put("type", result.metric().id() + what)
                .put("value", rounded(value))
                .put("slice", result.rule().slice());
    }

    private static void interval(ObjectNode metric, Interval interval) {
        if (Double.isFinite(interval.low()) && Double.isFinite(interval.high())) {
            metric.putObject("confidenceInterval")
                    .put("lowerBound", rounded(interval.low()))
                    .put("upperBound", rounded(interval.high()));
        }
    }

    private static String rounded(double number) {
        return new BigDecimal(number).round(DIGITS).stripTrailingZeros().toPlainString();
    }

    private static void considerations(ObjectNode considerations, Evidence evidence, GateResult gate) {
        ArrayNode tradeoffs = considerations.putArray("performanceTradeoffs");
        ArrayNode ethical = considerations.putArray("ethicalConsiderations");
        ethical.addObject()
                .put("name", "Compression can change what a language model says about people")
                .put(
                        "mitigationStrategy",
                        "Compared with the original model %s (sha256 %s) item by item, by the thresholds %s: %s, %s."
                                .formatted(
                                        evidence.baselineModel().source(),
                                        evidence.baselineModel().digest(),
                                        evidence.thresholdsName(),
                                        gate.verdict(),
                                        GateMessages.headline(gate)));
        for (ExceptionUse use : gate.exceptions()) {
            if (use.state() == ExceptionUse.State.USED) {
                AcceptedException exception = use.exception();
                ethical.addObject()
                        .put("name", "Accepted although the thresholds are not kept: " + exception.subject())
                        .put("mitigationStrategy", "Until %s: %s".formatted(exception.until(), exception.reason()));
            }
        }
        ArrayNode assessments = considerations.putArray("fairnessAssessments");
        for (RuleResult result : gate.results()) {
            if (result.rule().role() == Rule.Role.CAPABILITY) {
                tradeoffs.add(sentence(result));
            } else {
                assessments
                        .addObject()
                        .put("groupAtRisk", group(result))
                        .put("harms", RuleText.of(result).line())
                        .put("mitigationStrategy", verdict(result));
            }
        }
    }

    private static String group(RuleResult result) {
        return result.rule().slice().equals(Evaluation.ALL)
                ? "all that " + result.metric().suite() + " is about"
                : result.rule().slice();
    }

    private static String sentence(RuleResult result) {
        return RuleText.of(result).line() + "; " + verdict(result);
    }

    private static String verdict(RuleResult result) {
        return result.verdict().map(Verdict::name).orElse("reported only") + ": " + result.reason();
    }

    private static ObjectNode child(ObjectNode parent, String key) {
        return parent.get(key) instanceof ObjectNode present ? present : parent.putObject(key);
    }

    private static ArrayNode list(ObjectNode parent, String key) {
        return parent.get(key) instanceof ArrayNode present ? present : parent.putArray(key);
    }

    private static void property(ArrayNode properties, String name, String value) {
        properties.addObject().put("name", OWN + name).put("value", value);
    }
}
