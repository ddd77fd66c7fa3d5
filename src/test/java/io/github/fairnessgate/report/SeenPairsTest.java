package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.ThresholdsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenPairsTest {

    private static final String MODEL =
            "{'digest': 'd', 'parameters': 1, 'zeros': 0, 'bytes': 4, 'outside': {'parameters': 1, 'zeros': 0, 'bytes': 4},"
                    + " 'layers': [{'heads': 1, 'neurons': 1, 'parameters': 1, 'zeros': 0, 'bytes': 4}]}";
    private static final String PROTECTION =
            "{'method': 'quantization', 'scheme': 'int4', 'blockSize': 32, 'activations': 'int8',"
                    + " 'embedding': 'int8', 'rest': 'float16', 'bytesBefore': 4, 'bytesAfter': 2, 'weights': [], 'protection': {'pairs':"
                    + " PAIRS, 'digest': 'p', 'pairCount': 30, 'share': 0.2, 'reliability': {'splits': 20, 'mean': 0.9, 'lowest': 0.8,"
                    + " 'highest': 1}, 'expectedChange': 0.2, 'expectedChangeProtected': 0.1, 'matrices': []}}";
    private static final String RULES = """
            version: 1
            suites:
              mine: {pairs: pairs.jsonl}
            rules:
              - {metric: stereoset.ss/micro, maxIncrease: 3, role: fairness}
              - {metric: winobias.preference/sum-bos, slice: SLICE, maxIncrease: 8, role: fairness}
              - {metric: winobias.margin/sum-bos, role: exploratory}
              - {metric: mine.preference/sum-bos, maxIncrease: 8, role: fairness}
            """;

    @TempDir
    Path folder;

    @Test
    void aRuleOnPairsThatChoseTheProtectedLayersIsNamed() throws IOException {
        write("'builtin:winobias-dev'");
        assertThat(warnings("type1", Map.of()))
                .containsExactly(
                        "The quantization of the recipe chose by the pairs builtin:winobias-dev, and the rule on"
                                + " winobias.preference/sum-bos, slice type1, judges by the same pairs, which flatters the candidate;"
                                + " judge by slice: test.");
    }

    @Test
    void otherPairsAreNotNamed() throws IOException {
        write("'builtin:winobias-dev'");
        assertThat(warnings("test", Map.of("mine", "q", "stereoset", "s"))).isEmpty();
        assertThat(SeenPairs.warnings(folder, "another", rules("dev"), Map.of()))
                .isEmpty();
    }

    @Test
    void aFileOfTheUserIsKnownByItsBytesUnderAnyName() throws IOException {
        write("'/private/pairs.jsonl\\n[INFO] PASS'");
        assertThat(warnings("test", Map.of("mine", "p")))
                .singleElement()
                .asString()
                .contains("the rule on mine.preference/sum-bos judges by the same pairs", "choose by other pairs")
                .doesNotContain("\n");
    }

    private List<String> warnings(String slice, Map<String, String> data) {
        return SeenPairs.warnings(folder, "d", rules(slice), data);
    }

    private static List<Rule> rules(String slice) {
        return ThresholdsReader.read(RULES.replace("SLICE", slice), "thresholds.yaml")
                .rules();
    }

    private void write(String pairs) throws IOException {
        String report =
                ("{'version': 1, 'recipe': {'name': 'r', 'digest': 'd'}, 'seed': 1, 'text': {'sources': [{'name': 't',"
                                + " 'digest': 'd'}], 'digest': 'd', 'documents': 1, 'tokens': 2}, 'device': 'cpu', 'versions': {}, 'input':"
                                + " MODEL, 'output': MODEL, 'stages': [{'seed': 1, 'stage': STAGE, 'output': MODEL}]}")
                        .replace("STAGE", PROTECTION.replace("PAIRS", pairs))
                        .replace("MODEL", MODEL)
                        .replace('\'', '"');
        Files.writeString(folder.resolve("compression.json"), report);
    }
}
