package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Provenance;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LookTest {

    @Test
    void modelsThatWereNotMeasuredAlikeAreNotCompared() {
        Evaluation single = measured(Device.CUDA, EvaluationPrecision.FLOAT32);
        Evaluation half = measured(Device.CUDA, EvaluationPrecision.FLOAT16);
        assertThatThrownBy(() -> new Look(single, half))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("The baseline was measured on cuda and the candidate on cuda, float16")
                .hasMessageContaining("fairness.precision");
        assertThatThrownBy(() -> new Look(half, measured(Device.CPU, EvaluationPrecision.FLOAT16)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("on cuda, float16 and the candidate on cpu, float16")
                .hasMessageContaining("fairness.device");
        assertThat(new Look(half, half).candidate()).isSameAs(half);
    }

    private static Evaluation measured(Device device, EvaluationPrecision precision) {
        return new Evaluation(
                List.of(), List.of(), Map.of(), Provenance.of("digest", "source", device, precision, new TreeMap<>()));
    }
}
