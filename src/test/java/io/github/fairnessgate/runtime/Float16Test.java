package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.runtime.Generator.Decoding;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import io.github.fairnessgate.tensor.DType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The graphs whose products are float16, for GPUs, on the CPU, where they are rounded likewise. */
@Tag("native")
class Float16Test {

    @TempDir
    Path folder;

    /** A model whose weights are float16 in the file: what differs is the arithmetic alone. */
    @Test
    void sentencesOfStereoSetAreScoredAsInFloat32WithinAHundredthOfANat() throws IOException {
        ModelDirectory model = reference();
        List<Request> requests = sentences(model);
        List<float[]> single = score(model, EvaluationPrecision.FLOAT32, requests);
        List<float[]> half = score(model, EvaluationPrecision.FLOAT16, requests);
        double sum = 0;
        long tokens = 0;
        for (int i = 0; i < requests.size(); i++) {
            double ofSentence = 0;
            for (int token = 0; token < single.get(i).length; token++) {
                double error = half.get(i)[token] - single.get(i)[token];
                ofSentence += error;
                sum += Math.abs(error);
                tokens++;
            }
            assertThat(ofSentence / single.get(i).length).isBetween(-0.01, 0.01);
        }
        // by the rounding of products, which is there, and no more
        assertThat(sum / tokens).isBetween(1e-4, 2e-3);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void theWeightsMayBeOfAnyType(DType type) {
        ModelDirectory model = TinyModels.builder()
                .embedding(16)
                .heads(4)
                .prunedHeads(List.of(List.of(2), List.of()))
                .dtype(type)
                .write(folder.resolve("tiny"));
        List<Request> requests = IntStream.range(0, 20)
                .mapToObj(i -> new Request(new Random(i).ints(12, 0, 257).toArray(), 1))
                .toList();
        List<float[]> single = score(model, EvaluationPrecision.FLOAT32, requests);
        List<float[]> half = score(model, EvaluationPrecision.FLOAT16, requests);
        for (int i = 0; i < requests.size(); i++) {
            for (int token = 0; token < single.get(i).length; token++) {
                assertThat(half.get(i)[token]).isBetween(single.get(i)[token] - 0.02f, single.get(i)[token] + 0.02f);
            }
        }
    }

    /**
     * Draws are another matter: where thousands of tokens have a chance, an error of 1e-4 in the sum of their
     * probabilities often leads to the next one.
     */
    @Test
    void theLikeliestTokensAreThoseOfFloat32() {
        ModelDirectory model = reference();
        Random random = new Random(5);
        List<Prompt> prompts = IntStream.range(0, 40)
                .mapToObj(i -> new Prompt(
                        "prompt " + i,
                        random.ints(1 + random.nextInt(40), 0, 8192).toArray()))
                .toList();
        Sampling greedy = new Sampling(1, 3, 12, 1e-9, 1);
        List<List<int[]>> single = generate(model, EvaluationPrecision.FLOAT32, prompts, greedy);
        List<List<int[]>> half = generate(model, EvaluationPrecision.FLOAT16, prompts, greedy);
        assertThat(IntStream.range(0, 40)
                        .filter(i -> half.get(i).stream()
                                .allMatch(text ->
                                        Arrays.equals(text, single.get(i).get(0))))
                        .count())
                .isGreaterThanOrEqualTo(38);
        assertThat(half.stream().filter(texts -> texts.get(0).length == 12).count())
                .isGreaterThan(30);
    }

    @Test
    void theSameChanceGivesTheSameTextsAgainAndOtherPromptsDoNotMatter() {
        ModelDirectory model = reference();
        List<Prompt> prompts = IntStream.range(0, 5)
                .mapToObj(i ->
                        new Prompt("prompt " + i, new Random(i).ints(7, 0, 8192).toArray()))
                .toList();
        Sampling sampling = new Sampling(3, 4, 10, 0.9, 1);
        List<List<int[]>> all = generate(model, EvaluationPrecision.FLOAT16, prompts, sampling);
        for (int i = 0; i < 5; i++) {
            assertThat(generate(model, EvaluationPrecision.FLOAT16, prompts.subList(i, i + 1), sampling)
                            .get(0))
                    .containsExactlyElementsOf(all.get(i));
        }
    }

    private ModelDirectory reference() {
        return ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
    }

    private static List<float[]> score(
            ModelDirectory directory, EvaluationPrecision precision, List<Request> requests) {
        try (LanguageModel model = OnnxGpt2.open(directory, Device.CPU, precision, Progress.NONE)) {
            return model.logProbabilities(requests, done -> {});
        }
    }

    private static List<List<int[]>> generate(
            ModelDirectory model, EvaluationPrecision precision, List<Prompt> prompts, Sampling sampling) {
        try (Generator generator =
                new Generator(model, Device.CPU, precision, Decoding.LOOPED, 1, 1L << 30, new Halving(line -> {}))) {
            return generator.generate(prompts, sampling, done -> {});
        }
    }

    /** Every twentieth triplet. */
    private static List<Request> sentences(ModelDirectory directory) throws IOException {
        try (LanguageModel model = OnnxGpt2.open(directory, Device.CPU);
                BufferedReader reader = new BufferedReader(new InputStreamReader(
                        OnnxGpt2.class.getResourceAsStream(
                                "/io/github/fairnessgate/evaluate/data/stereoset/intrasentence-dev.csv"),
                        StandardCharsets.UTF_8))) {
            return CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get().parse(reader).stream()
                    .filter(triplet -> triplet.getRecordNumber() % 20 == 0)
                    .flatMap(triplet -> Stream.of("stereotype", "anti_stereotype", "unrelated")
                            .map(triplet::get))
                    .map(text -> new Request(model.encode("<|endoftext|>" + text), 1))
                    .toList();
        }
    }
}
