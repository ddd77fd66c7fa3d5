package io.github.fairnessgate.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.ModelSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * How the candidate was made, as its {@code compression.json} says.
 *
 * @param recipe its name
 * @param methods of the stages, in order
 * @param facts sizes before and after
 * @param layers of the candidate
 */
public record CompressionSummary(String recipe, List<String> methods, List<Fact> facts, List<Layer> layers) {

    private static final int STEPS = 10;

    /** A number before and after, as text. */
    public record Fact(String name, String before, String after) {}

    /**
     * A layer of the candidate.
     *
     * @param number from 0
     * @param sparsity share of zeros, in percent, as text
     * @param shade the same from 0 to 10, for the heat map
     */
    public record Layer(
            int number, int heads, int neurons, String parameters, String sparsity, int shade, String bytes) {}

    /**
     * The summary in a model's folder; nothing if it was not compressed by this plugin, or if the file is about another
     * model.
     *
     * @param folder the candidate
     * @param digest of the candidate
     * @throws InvalidInputException if there is a file that is not JSON, or that lacks something
     */
    public static Optional<CompressionSummary> of(Path folder, String digest) {
        return CompressionReport.about(folder, digest).map(CompressionSummary::of);
    }

    /**
     * The same with how fast both models are. Measured with a clock, so it stands in no report that has to be the same
     * bytes every time.
     *
     * @param digest of the candidate
     * @param measurements the file beside the folder; if there is none, or if it is about another model or not measured
     *     yet, nothing is added
     * @throws InvalidInputException if it is no JSON, or lacks something
     */
    public static Optional<CompressionSummary> of(Path folder, String digest, Path measurements) {
        return of(folder, digest)
                .map(summary -> Files.isRegularFile(measurements) ? summary.with(measurements, digest) : summary);
    }

    private CompressionSummary with(Path measurements, String digest) {
        JsonNode measured = read(measurements);
        JsonNode speed = measured.path("speed");
        if (!measured.path("output").asText().equals(digest) || !speed.isObject()) {
            return this;
        }
        try {
            List<Fact> more = new ArrayList<>(facts);
            more.add(speed(
                    String.format(
                            Locale.ROOT,
                            "milliseconds to the first token after %d tokens",
                            speed.required("promptTokens").asInt()),
                    "%,.1f",
                    speed,
                    "firstTokenMilliseconds"));
            more.add(speed("tokens written a second, one text alone", "%,.0f", speed, "tokensPerSecond"));
            return new CompressionSummary(recipe, methods, more, layers);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    measurements + " is not what this version of the plugin writes: " + Reason.of(e)
                            + "; compress the model again.",
                    e);
        }
    }

    private static Fact speed(String name, String format, JsonNode speed, String key) {
        return new Fact(
                name,
                String.format(
                        Locale.ROOT,
                        format,
                        speed.required("before").required(key).asDouble()),
                String.format(
                        Locale.ROOT,
                        format,
                        speed.required("after").required(key).asDouble()));
    }

    private static JsonNode read(Path file) {
        try {
            return Json.MAPPER.readTree(file.toFile());
        } catch (IOException e) {
            throw new InvalidInputException(file + " is not JSON: " + Reason.of(e) + "; compress the model again.", e);
        }
    }

    private static CompressionSummary of(CompressionReport report) {
        ModelSize before = report.input();
        ModelSize after = report.output();
        List<Fact> facts = List.of(
                new Fact("bytes of weights", grouped(before.bytes()), grouped(after.bytes())),
                new Fact("parameters", grouped(before.parameters()), grouped(after.parameters())),
                new Fact(
                        "zeros among them",
                        percent(sparsity(before.zeros(), before.parameters())),
                        percent(sparsity(after.zeros(), after.parameters()))),
                new Fact(
                        "layers",
                        Integer.toString(before.layers().size()),
                        Integer.toString(after.layers().size())),
                new Fact("attention heads", sum(before, ModelSize.Layer::heads), sum(after, ModelSize.Layer::heads)),
                new Fact(
                        "feed-forward neurons",
                        sum(before, ModelSize.Layer::neurons),
                        sum(after, ModelSize.Layer::neurons)));
        List<Layer> layers = new ArrayList<>();
        for (ModelSize.Layer layer : after.layers()) {
            double sparsity = sparsity(layer.zeros(), layer.parameters());
            layers.add(new Layer(
                    layers.size(),
                    layer.heads(),
                    layer.neurons(),
                    grouped(layer.parameters()),
                    percent(sparsity),
                    (int) Math.round(sparsity * STEPS),
                    grouped(layer.bytes())));
        }
        return new CompressionSummary(
                report.recipe().name(),
                report.stages().stream()
                        .map(achieved -> achieved.stage().method())
                        .toList(),
                facts,
                layers);
    }

    private static String sum(ModelSize model, ToLongFunction<ModelSize.Layer> count) {
        return grouped(model.layers().stream().mapToLong(count).sum());
    }

    private static double sparsity(long zeros, long parameters) {
        return (double) zeros / parameters;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
