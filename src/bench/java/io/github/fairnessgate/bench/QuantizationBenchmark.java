package io.github.fairnessgate.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.compress.Quantization;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.tensor.Activations;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * What each quantization of a model costs and gains: bytes, the error of token log-probabilities, and processor time of
 * scoring, of generating 100 texts together and of generating one text, all schemes in turns within one process. Texts
 * are triplets of StereoSet.
 *
 * <pre>{@code java QuantizationBenchmark MODEL FOLDER ROUNDS EVERY [FORM...]}</pre>
 *
 * <p>FOLDER is empty or absent. EVERY 7 scores each seventh triplet. FORM is the beginning of a form's name; without
 * any, all are measured.
 */
public final class QuantizationBenchmark {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final String PLAIN = "float32";
    /** Tokens of the text that is generated alone. */
    private static final int ALONE = 60;
    /**
     * A nucleus of one token, so that it is the model that takes the time and not the sampler, which has much to do for
     * random weights.
     */
    private static final double LIKELIEST = 1e-9;

    private QuantizationBenchmark() {}

    /** A form of the model, open. */
    private record Candidate(String name, ModelDirectory directory, LanguageModel model) {}

    public static void main(String[] arguments) throws IOException {
        ModelDirectory source = ModelDirectory.open(Path.of(arguments[0]));
        int rounds = Integer.parseInt(arguments[2]);
        List<Candidate> candidates = new ArrayList<>();
        List<String> wanted = Arrays.asList(arguments).subList(4, arguments.length);
        Map<String, Quantization.Form> forms = forms();
        forms.keySet()
                .removeIf(name -> !name.equals(PLAIN)
                        && !wanted.isEmpty()
                        && wanted.stream().noneMatch(name::startsWith));
        forms.forEach((name, form) ->
                candidates.add(open(name, write(source, Path.of(arguments[1]).resolve(name), form))));
        List<Request> requests = requests(candidates.get(0).model(), Integer.parseInt(arguments[3]));
        List<Prompt> prompts = IntStream.range(0, 4)
                .mapToObj(i -> new Prompt("p" + i, requests.get(3 * i).tokens()))
                .toList();
        double[][] seconds = new double[candidates.size()][3];
        List<List<float[]>> results = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) { // the first is not counted
            results.clear();
            for (int i = 0; i < candidates.size(); i++) {
                LanguageModel model = candidates.get(i).model();
                long start = SYSTEM.getProcessCpuTime();
                results.add(model.logProbabilities(requests, done -> {}));
                long middle = SYSTEM.getProcessCpuTime();
                model.generate(prompts, new Sampling(1, 25, 20, 0.9, 1), done -> {});
                long last = SYSTEM.getProcessCpuTime();
                model.generate(prompts.subList(0, 1), new Sampling(1, 1, ALONE, LIKELIEST, 1), done -> {});
                long end = SYSTEM.getProcessCpuTime();
                if (round > 0) {
                    seconds[i][0] += (middle - start) / 1e9 / rounds;
                    seconds[i][1] += (last - middle) / 1e9 / rounds;
                    seconds[i][2] += (end - last) / 1e9 / rounds;
                }
            }
        }
        for (int i = 0; i < candidates.size(); i++) {
            print(candidates.get(i), results.get(0), results.get(i), seconds[0], seconds[i]);
        }
    }

    private static void print(
            Candidate candidate,
            List<float[]> expected,
            List<float[]> actual,
            double[] plainSeconds,
            double[] seconds) {
        double sum = 0;
        double largest = 0;
        double shift = 0;
        int count = 0;
        for (int request = 0; request < expected.size(); request++) {
            for (int token = 0; token < expected.get(request).length; token++) {
                double error = actual.get(request)[token] - expected.get(request)[token];
                sum += Math.abs(error);
                shift += error;
                largest = Math.max(largest, Math.abs(error));
                count++;
            }
        }
        System.out.printf(
                "%-26s %,12d bytes; log-probabilities of %d tokens: mean absolute error %.5f, largest %.4f, mean "
                        + "%+.5f; "
                        + "scoring %.2f s (%.2f times), generation %.2f s (%.2f times), of one text %.2f s (%.2f "
                        + "times)%n",
                candidate.name(),
                candidate.directory().weightBytes(),
                count,
                sum / count,
                largest,
                shift / count,
                seconds[0],
                plainSeconds[0] / seconds[0],
                seconds[1],
                plainSeconds[1] / seconds[1],
                seconds[2],
                plainSeconds[2] / seconds[2]);
    }

    /** In the order of the table; the first is what the others are compared with. */
    private static Map<String, Quantization.Form> forms() {
        Map<String, Quantization.Form> forms = new LinkedHashMap<>();
        forms.put(PLAIN, null);
        forms.put("float16", new Quantization.ToFloat16());
        for (int bits : new int[] {8, 4}) {
            for (int blockSize : new int[] {16, 32, 64, 128}) {
                forms.put(
                        "int" + bits + "-block" + blockSize + "-float32",
                        new Quantization.ToBlocks(
                                bits, blockSize, Activations.FLOAT32, false, DType.F16, Optional.empty()));
                if (blockSize <= 32) {
                    forms.put(
                            "int" + bits + "-block" + blockSize + "-int8",
                            new Quantization.ToBlocks(
                                    bits, blockSize, Activations.INT8, false, DType.F16, Optional.empty()));
                    forms.put(
                            "int" + bits + "-block" + blockSize + "-int8-embedding",
                            new Quantization.ToBlocks(
                                    bits, blockSize, Activations.INT8, true, DType.F16, Optional.empty()));
                }
            }
        }
        forms.put(
                "int8-block32-float32-embedding",
                new Quantization.ToBlocks(8, 32, Activations.FLOAT32, true, DType.F16, Optional.empty()));
        forms.put(
                "int8-block32-float32-rest-float32",
                new Quantization.ToBlocks(8, 32, Activations.FLOAT32, false, DType.F32, Optional.empty()));
        forms.put("int8-dynamic", new Quantization.ToColumns(DType.F16));
        return forms;
    }

    private static ModelDirectory write(ModelDirectory source, Path folder, Quantization.Form form) {
        try {
            Files.createDirectories(folder);
            source.config().write(folder.resolve("config.json"));
            for (Path file : source.tokenizerFiles()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        if (form == null) {
            SafetensorsWriter.write(
                    folder.resolve("model.safetensors"),
                    source.config().tensorShapes(),
                    name -> source.tensor(name).toFloats(),
                    DType.F32);
        } else {
            form.write(source, Set.of(), folder);
        }
        return ModelDirectory.open(folder);
    }

    private static Candidate open(String name, ModelDirectory directory) {
        return new Candidate(name, directory, OnnxGpt2.open(directory, Device.CPU));
    }

    private static List<Request> requests(LanguageModel model, int every) throws IOException {
        List<Request> requests = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                OnnxGpt2.class.getResourceAsStream(
                        "/io/github/fairnessgate/evaluate/data/stereoset/intrasentence-dev.csv"),
                StandardCharsets.UTF_8))) {
            for (CSVRecord triplet : CSVFormat.RFC4180
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get()
                    .parse(reader)) {
                if (triplet.getRecordNumber() % every == 0) {
                    for (String column : List.of("stereotype", "anti_stereotype", "unrelated")) {
                        int[] tokens = model.encode("<|endoftext|>" + triplet.get(column));
                        requests.add(new Request(tokens, 1));
                    }
                }
            }
        }
        return requests;
    }
}
