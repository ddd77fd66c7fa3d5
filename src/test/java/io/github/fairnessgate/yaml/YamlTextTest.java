package io.github.fairnessgate.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: 1\nb: [x, y]\n",
                "text: maven:org.example:corpus:1.0\n",
                "stages:\n  - method: head-pruning\n    heads: 0.3\n  - method: distillation\n    loss: {ce: 0.5, clm: 1e-3}\n",
                "text: ['a: b', \"with # and \\\"\", '-5', \"line\\nbreak\", 'null', '']\n",
                "a: -5\nb: -.5\nc: ~\nd: 'true'\ne: true\nf: [[0, 2], [1]]\n",
                "list: ['.5', '.inf', ./a, ../b, null, 1]\n",
                "list: []\nmap: {}\n\"odd key\": 1\n",
            })
    void whatIsWrittenIsReadBack(String yaml) {
        YamlMap read = YamlDocument.parse(yaml, "one").asMap();
        String written = YamlText.of(read);

        assertThat(shape(YamlDocument.parse(written, "one"))).as(written).isEqualTo(shape(read));
    }

    @Test
    void stagesAreBlocks() {
        String yaml = "version: 1\nstages:\n  - method: quantization\n    scheme: int8\n";

        assertThat(YamlText.of(YamlDocument.parse(yaml, "one").asMap())).isEqualTo(yaml);
    }

    /** What a reader sees of a node, without its place. */
    private static Object shape(YamlNode node) {
        if (node instanceof YamlScalar scalar) {
            if (scalar.isNothing()) {
                return "nothing";
            }
            return List.of(scalar.written(), scalar.quoted() && needsQuotes(scalar));
        }
        if (node instanceof YamlList list) {
            return list.elements().stream().map(YamlTextTest::shape).toList();
        }
        return node.asMap().entries().entrySet().stream()
                .map(entry -> List.of(entry.getKey(), shape(entry.getValue())))
                .collect(Collectors.toList());
    }

    /** Whether it would be something else without them. */
    private static boolean needsQuotes(YamlScalar scalar) {
        return scalar.written().matches("[-+.\\d]+|\\.inf|true|null|~|");
    }
}
