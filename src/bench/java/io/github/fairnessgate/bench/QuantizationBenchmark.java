package io.github.fairnessgate.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.artifact.DType;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.SafetensorsWriter;
import io.github.fairnessgate.compress.Quantization;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * What each quantization of a model costs and gains: bytes, the error of token log-probabilities, and processor time of scoring and of
 * generation, all schemes in turns within one process. Texts are every seventh triplet of StereoSet.
 *
 * <p>Arguments: the model's folder, an empty folder to write to, and how many rounds.
 */
public final class QuantizationBenchmark {

    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private QuantizationBenchmark() {
    }

    /** A form of the model, open. */
    private record Candidate(String name, ModelDirectory directory, LanguageModel model) {
    }

    public static void main(String[] arguments) throws IOException {
        ModelDirectory source = ModelDirectory.open(Path.of(arguments[0]));
        int rounds = Integer.parseInt(arguments[2]);
        List<Candidate> candidates = new ArrayList<>();
        forms().forEach((name, form) -> candidates.add(open(name, write(source, Path.of(arguments[1]).resolve(name), form))));
        List<Request> requests = requests(candidates.get(0).model());
        List<Prompt> prompts = IntStream.range(0, 4).mapToObj(i -> new Prompt("p" + i, requests.get(3 * i).tokens())).toList();
        double[][] seconds = new double[candidates.size()][2];
        List<List<float[]>> results = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) { // the first is not counted
            results.clear();
            for (int i = 0; i < candidates.size(); i++) {
                LanguageModel model = candidates.get(i).model();
                long start = SYSTEM.getProcessCpuTime();
                results.add(model.logProbabilities(requests, done -> { }));
                long middle = SYSTEM.getProcessCpuTime();
                model.generate(prompts, new Sampling(1, 25, 20, 0.9, 1), done -> { });
                long end = SYSTEM.getProcessCpuTime();
                if (round > 0) {
                    seconds[i][0] += (middle - start) / 1e9 / rounds;
                    seconds[i][1] += (end - middle) / 1e9 / rounds;
                }
            }
        }
        for (int i = 0; i < candidates.size(); i++) {
            print(candidates.get(i), results.get(0), results.get(i), seconds[0], seconds[i]);
        }
    }

    private static void print(Candidate candidate, List<float[]> expected, List<float[]> actual, double[] plainSeconds, double[] seconds) {
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
        System.out.printf("%-26s %,12d bytes; log-probabilities of %d tokens: mean absolute error %.5f, largest %.4f, mean %+.5f; "
                        + "scoring %.2f s (%.2f times), generation %.2f s (%.2f times)%n",
                candidate.name(), candidate.directory().weightBytes(), count, sum / count, largest, shift / count,
                seconds[0], plainSeconds[0] / seconds[0], seconds[1], plainSeconds[1] / seconds[1]);
    }

    /** In the order of the table; the first is what the others are compared with. */
    private static Map<String, Quantization.Form> forms() {
        Map<String, Quantization.Form> forms = new LinkedHashMap<>();
        forms.put("float32", null);
        forms.put("float16", new Quantization.ToFloat16());
        for (int bits : new int[] {8, 4}) {
            for (int blockSize : new int[] {16, 32, 64, 128}) {
                forms.put("int" + bits + "-block" + blockSize, new Quantization.ToBlocks(bits, blockSize, DType.F16));
            }
        }
        forms.put("int8-block32-rest-float32", new Quantization.ToBlocks(8, 32, DType.F32));
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
            SafetensorsWriter.write(folder.resolve("model.safetensors"), source.config().tensorShapes(),
                    name -> source.tensor(name).toFloats(), DType.F32);
        } else {
            form.write(source, folder);
        }
        return ModelDirectory.open(folder);
    }

    private static Candidate open(String name, ModelDirectory directory) {
        return new Candidate(name, directory, OnnxGpt2.open(directory, Device.CPU));
    }

    private static List<Request> requests(LanguageModel model) throws IOException {
        List<Request> requests = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(OnnxGpt2.class.getResourceAsStream(
                "/io/github/fairnessgate/evaluate/data/stereoset/intrasentence-dev.csv"), StandardCharsets.UTF_8))) {
            for (CSVRecord triplet : CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get().parse(reader)) {
                if (triplet.getRecordNumber() % 7 == 0) {
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
