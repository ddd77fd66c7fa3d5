package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.statistics.Spending;
import io.github.fairnessgate.yaml.Location;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

/** How much is spent at which look. */
class SpendingTest {

    /** By rpact, what is spent comes out of the boundaries that it integrates: 0.04999999 for 0.05 at the last look. */
    private static final double ROUNDING_OF_RPACT = 1.1e-8;

    @Test
    void whatIsSpentEqualsRpact() throws IOException {
        try (InputStream stream = SpendingTest.class.getResourceAsStream("/fixtures/gate/spending.json")) {
            for (JsonNode plan : Json.MAPPER.readTree(stream).get("plans")) {
                Spending spending = Spending.valueOf(
                        plan.get("spending").asText().toUpperCase(Locale.ROOT).replace('-', '_'));
                int looks = plan.get("looks").asInt();
                double alpha = plan.get("alpha").asDouble();
                Escalation escalation = plan(spending, looks, 100);
                double total = 0;
                for (int look = 1; look <= looks; look++) {
                    double expected = plan.get("spent").get(look - 1).asDouble();
                    total += escalation.level(alpha, look);
                    assertThat(spending.spent(alpha, (double) look / looks))
                            .as("%s at look %d", plan, look)
                            .isCloseTo(expected, within(ROUNDING_OF_RPACT));
                    assertThat(total).as("%s up to look %d", plan, look).isCloseTo(expected, within(ROUNDING_OF_RPACT));
                }
            }
        }
    }

    @Property
    void theLevelsOfAllLooksAreAlpha(
            @ForAll Spending spending,
            @ForAll @IntRange(min = 2, max = 10) int looks,
            @ForAll @DoubleRange(min = 0.001, max = 0.49) @Scale(4) double alpha) {
        double total = 0;
        for (int look = 1; look <= looks; look++) {
            double level = plan(spending, looks, 100).level(alpha, look);
            assertThat(level).isNotNegative();
            total += level;
        }
        assertThat(total).isCloseTo(alpha, within(1e-12));
    }

    @Property
    void everyLookHasMoreContinuationsThanTheOneBeforeAndTheLastTheMaximum(
            @ForAll @IntRange(min = 1, max = 1000) int first,
            @ForAll @IntRange(min = 2, max = 10) int looks,
            @ForAll @IntRange(max = 1_000_000) int beyond) {
        int maximum = first + looks - 1 + beyond;
        Escalation plan = plan(Spending.POCOCK, looks, maximum);
        assertThat(plan.continuations(first, 1)).isEqualTo(first);
        assertThat(plan.continuations(first, looks)).isEqualTo(maximum);
        for (int look = 2; look <= looks; look++) {
            assertThat(plan.continuations(first, look)).isGreaterThan(plan.continuations(first, look - 1));
        }
    }

    private static Escalation plan(Spending spending, int looks, int maximum) {
        return new Escalation(new Location("t.yaml", 1, ""), spending, looks, maximum);
    }
}
