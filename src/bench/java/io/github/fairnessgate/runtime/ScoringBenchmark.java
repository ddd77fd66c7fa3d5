package io.github.fairnessgate.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.score.NgramScorer;
import io.github.fairnessgate.score.ToxicityScorer;
import io.github.fairnessgate.tensor.Tensor;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Sentences of CrowS-Pairs and StereoSet scored per second of processor time (log-likelihood of every text after
 * {@code <|endoftext|>}), beside lm-evaluation-harness and transformers on the same machine; the share that this is of
 * the rate of ONNX Runtime's own matrix products of the same shapes; and texts per second of the embedded toxicity
 * scorer.
 *
 * <pre>{@code java -XX:ActiveProcessorCount=1 ScoringBenchmark MODEL_DIRECTORY STEP [PYTHON SCRIPT]}</pre>
 *
 * <p>Every STEP-th pair and triplet is scored. SCRIPT is {@code src/test/fixtures/bench/scoring.py}. All use as many
 * threads as the JVM sees processors. The programs take turns, and the best of three rounds counts for each. It is an
 * error if a result differs by more than 1e-3.
 */
public final class ScoringBenchmark {

    private static final int ROUNDS = 3;
    /** Texts scored before the clock starts: enough for a batch of full size, whose memory is taken once. */
    private static final int WARM_UP = 64;

    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final double TOLERANCE = 1e-3;
    private static final int PRODUCT_ROWS = OnnxGpt2.BATCH_TOKENS;
    private static final int PRODUCT_RUNS = 8;
    private static final int TOXICITY_ROUNDS = 20;
    private static final String OWN = "fairness-maven-plugin";

    /** Names of what is measured beside this plugin, with the arguments that the script takes for them. */
    private static final Map<String, List<String>> OTHERS = new LinkedHashMap<>();

    static {
        OTHERS.put("lm-evaluation-harness, batches of 1 (its default)", List.of("harness", "1"));
        OTHERS.put("lm-evaluation-harness, batches of 16", List.of("harness", "16"));
        OTHERS.put("transformers, batches of 16 of like length", List.of("transformers", "16"));
    }

    /** What a program needed, in seconds of processor time, and the log-likelihood of every text. */
    private record Measured(double seconds, double[] scores) {}

    private ScoringBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        List<String> texts = texts(Integer.parseInt(arguments[1]));
        List<String> python = Arrays.asList(arguments).subList(2, arguments.length);
        Map<String, Double> best = new LinkedHashMap<>();
        double productRate = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Measured own = measure(directory, texts);
            best.merge(OWN, own.seconds(), Math::min);
            productRate = Math.max(productRate, productRate(ModelDirectory.open(directory)));
            if (!python.isEmpty()) {
                for (Map.Entry<String, List<String>> other : OTHERS.entrySet()) {
                    Measured theirs = measure(python, directory, other.getValue(), texts);
                    requireEqual(own.scores(), theirs.scores(), other.getKey());
                    best.merge(other.getKey(), theirs.seconds(), Math::min);
                }
            }
        }
        report(directory, texts, best, productRate);
    }

    private static void report(Path directory, List<String> texts, Map<String, Double> seconds, double productRate)
            throws IOException {
        double own = seconds.get(OWN);
        print("| %d texts, %d threads | texts/s | ratio |%n|---|---|---|%n", texts.size(), THREADS);
        seconds.forEach((name, needed) -> print("| %s | %.1f | %.2f |%n", name, texts.size() / needed, needed / own));
        List<Request> requests = requests(directory, texts);
        long given = requests.stream().mapToLong(Request::inputs).sum();
        long computed = PrefixRows.of(requests, OnnxGpt2.BATCH_TOKENS).stream()
                .mapToLong(PrefixRows.Row::tokens)
                .sum();
        ModelDirectory model = ModelDirectory.open(directory);
        double rate = computed * (productsOfLayers(model) + productsOfHead(model)) / own;
        print(
                "%d of %d tokens computed; their matrix products without attention: %.1f GFLOP/s, ONNX Runtime "
                        + "alone %.1f, share %.1f %%%n",
                computed, given, rate / 1e9, productRate / 1e9, 100 * rate / productRate);
        print("embedded toxicity scorer: %.0f texts/s%n", toxicityRate(texts));
    }

    /** Every {@code step}-th pair of CrowS-Pairs and triplet of StereoSet. */
    static List<String> texts(int step) throws IOException {
        return Stream.concat(
                        columns("crows-pairs/crows_pairs_anonymized.csv", step, "sent_more", "sent_less"),
                        columns("stereoset/intrasentence-dev.csv", step, "stereotype", "anti_stereotype", "unrelated"))
                .toList();
    }

    private static Stream<String> columns(String file, int step, String... names) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setAllowMissingColumnNames(true)
                .get();
        try (Reader reader =
                        new InputStreamReader(Suite.class.getResourceAsStream("data/" + file), StandardCharsets.UTF_8);
                CSVParser rows = format.parse(reader)) {
            List<CSVRecord> all = rows.getRecords();
            return IntStream.range(0, all.size())
                    .filter(i -> i % step == 0)
                    .mapToObj(all::get)
                    .flatMap(row -> Arrays.stream(names).map(row::get));
        }
    }

    private static Measured measure(Path directory, List<String> texts) {
        try (LanguageModel model = OnnxGpt2.open(ModelDirectory.open(directory), Device.CPU)) {
            model.logProbabilities(requests(model, texts.subList(0, Math.min(WARM_UP, texts.size()))), done -> {});
            long start = processorTime();
            List<float[]> scored = model.logProbabilities(requests(model, texts), done -> {});
            double seconds = secondsSince(start);
            return new Measured(
                    seconds, scored.stream().mapToDouble(ScoringBenchmark::sum).toArray());
        }
    }

    private static List<Request> requests(Path directory, List<String> texts) {
        try (LanguageModel model = OnnxGpt2.open(ModelDirectory.open(directory), Device.CPU)) {
            return requests(model, texts);
        }
    }

    private static List<Request> requests(LanguageModel model, List<String> texts) {
        List<Request> requests = new ArrayList<>();
        for (String text : texts) {
            requests.add(new Request(
                    IntStream.concat(IntStream.of(model.specialTokens().beginning()), Arrays.stream(model.encode(text)))
                            .toArray(),
                    1));
        }
        return requests;
    }

    private static double sum(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum();
    }

    private static Measured measure(List<String> python, Path directory, List<String> mode, List<String> texts)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(python);
        command.add(directory.toString());
        command.addAll(mode);
        command.add(Integer.toString(THREADS));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream input = process.getOutputStream()) {
            input.write(Json.MAPPER.writeValueAsBytes(texts));
        }
        byte[] output = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException("the script ended with exit code " + process.exitValue());
        }
        JsonNode result = Json.MAPPER.readTree(output);
        return new Measured(
                result.get("seconds").asDouble(), Json.MAPPER.convertValue(result.get("scores"), double[].class));
    }

    private static void requireEqual(double[] own, double[] theirs, String name) {
        for (int i = 0; i < own.length; i++) {
            if (!(Math.abs(own[i] - theirs[i]) <= TOLERANCE)) {
                throw new IllegalStateException(
                        "text " + i + " has the log-likelihood " + own[i] + ", but " + theirs[i] + " by " + name);
            }
        }
    }

    /**
     * Floating-point operations of the matrix products of all layers that a token goes through, without attention: two
     * for every weight.
     */
    private static double productsOfLayers(ModelDirectory model) {
        return linears(model).mapToDouble(ScoringBenchmark::products).sum();
    }

    private static double productsOfHead(ModelDirectory model) {
        return products(head(model));
    }

    private static double products(Tensor weight) {
        return 2. * weight.shape()[0] * weight.shape()[1];
    }

    private static Stream<Tensor> linears(ModelDirectory model) {
        return IntStream.range(0, model.config().layers())
                .boxed()
                .flatMap(layer -> Stream.of("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")
                        .map(name -> (Tensor) model.tensor("h." + layer + "." + name + ".weight")));
    }

    private static Tensor head(ModelDirectory model) {
        return (Tensor) model.tensor("wte.weight");
    }

    /**
     * Floating-point operations a second of the model's matrix products and nothing else: one graph with every weight
     * of the model, each multiplied with as many rows as a batch has at most, one after the other.
     */
    private static double productRate(ModelDirectory model) throws OrtException {
        OnnxGraphBuilder graph = new OnnxGraphBuilder(model.path());
        Map<Long, String> inputs = new LinkedHashMap<>();
        List<Object> firstRows = new ArrayList<>();
        linears(model)
                .forEach(weight -> firstRows.add(firstRow(
                        graph, graph.node("MatMul", rows(graph, inputs, weight.shape()[0]), graph.stored(weight)))));
        Tensor head = head(model);
        firstRows.add(firstRow(
                graph,
                graph.node(
                        "Gemm",
                        rows(graph, inputs, head.shape()[1]),
                        graph.stored(head),
                        OnnxGraphBuilder.integer("transB", 1))));
        firstRows.add(OnnxGraphBuilder.axis(0));
        graph.named("first_rows", "Concat", firstRows.toArray());
        graph.output("first_rows", "columns");
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> rows = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = Sessions.options(model.path(), Device.CPU);
                OrtSession session = environment.createSession(graph.serialize("products"), options)) {
            for (Map.Entry<Long, String> input : inputs.entrySet()) {
                rows.put(
                        input.getValue(),
                        OnnxTensor.createTensor(
                                environment, normalRows(input.getKey().intValue())));
            }
            session.run(rows).close();
            long start = processorTime();
            for (int run = 0; run < PRODUCT_RUNS; run++) {
                session.run(rows).close();
            }
            return PRODUCT_RUNS
                    * PRODUCT_ROWS
                    * (productsOfLayers(model) + productsOfHead(model))
                    / secondsSince(start);
        } finally {
            rows.values().forEach(OnnxTensor::close);
        }
    }

    /** The input whose rows are as wide as a weight is high. */
    private static String rows(OnnxGraphBuilder graph, Map<Long, String> inputs, long width) {
        return inputs.computeIfAbsent(width, wide -> graph.floats("rows." + wide, PRODUCT_ROWS, wide.intValue()));
    }

    /**
     * Standard normal numbers, float32 [{@link #PRODUCT_ROWS}, width]: zeros would need less power, and let a processor
     * run faster than it does.
     */
    private static float[][] normalRows(int width) {
        Random random = new Random(0);
        return IntStream.range(0, PRODUCT_ROWS)
                .mapToObj(row -> {
                    float[] values = new float[width];
                    for (int i = 0; i < width; i++) {
                        values[i] = (float) random.nextGaussian();
                    }
                    return values;
                })
                .toArray(float[][]::new);
    }

    /** What keeps a product from being dropped, and costs next to nothing. */
    private static String firstRow(OnnxGraphBuilder graph, String product) {
        return graph.node("Gather", product, graph.scalar(0), OnnxGraphBuilder.axis(0));
    }

    private static double toxicityRate(List<String> texts) throws IOException {
        try (ToxicityScorer scorer = NgramScorer.open()) {
            scorer.score(texts);
            long start = processorTime();
            for (int round = 0; round < TOXICITY_ROUNDS; round++) {
                scorer.score(texts);
            }
            return TOXICITY_ROUNDS * texts.size() / secondsSince(start);
        }
    }

    /** Nanoseconds that all threads of this process have had a processor. */
    private static long processorTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static double secondsSince(long processorTime) {
        return (processorTime() - processorTime) / 1e9;
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
