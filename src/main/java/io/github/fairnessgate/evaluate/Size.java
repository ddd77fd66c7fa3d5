package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.metric.MetricDefinition;
import io.github.fairnessgate.model.ShippedSize;
import io.github.fairnessgate.runtime.LanguageModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** How large a model is: counted in its files, and the same on every machine. Its only item is the model. */
public final class Size implements Suite {

    static final String ID = "size";

    private static final MetricDefinition BYTES = counted(
                    "bytes", "Bytes of the model's configuration, weights and tokenizer, which are what is shipped.")
            .titled("in bytes");
    private static final MetricDefinition PARAMETERS = counted(
                    "parameters",
                    "Numbers in the model's weights, tied ones once; scales of quantized ones do not count.")
            .titled("in parameters");
    private static final MetricDefinition NONZERO = counted(
                    "nonzero", "Numbers in the model's weights that are not 0, tied ones once.")
            .titled("in parameters that are not 0");

    static final KnownSuite BUNDLED =
            new KnownSuite(ID, "Size", List.of(BYTES, PARAMETERS, NONZERO), spec -> new Size());

    private static final Metric OF_BYTES = BYTES.in(ID);
    private static final Metric OF_PARAMETERS = PARAMETERS.in(ID);
    private static final Metric OF_NONZERO = NONZERO.in(ID);
    private static final List<Metric> METRICS = List.of(OF_BYTES, OF_PARAMETERS, OF_NONZERO);
    private static final String ITEM = "model";

    private static MetricDefinition counted(String name, String sentence) {
        return MetricDefinition.single(name, Estimator.EXACT, Direction.LOWER_IS_BETTER, sentence);
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int version() {
        return 1;
    }

    /** There are no data but the model's own. */
    @Override
    public String dataDigest() {
        return Digests.sha256(new byte[0]);
    }

    @Override
    public List<Extent> extents() {
        return METRICS.stream()
                .map(metric -> new Extent(metric, Evaluation.ALL, List.of(1)))
                .toList();
    }

    /**
     * Whether an evaluation says of a model what its files say.
     *
     * @return what differs, as a sentence without a full stop; empty if nothing does, or if it says nothing of size
     */
    public static Optional<String> difference(Evaluation stated, ShippedSize size) {
        return outcomes(size).entrySet().stream()
                .filter(counted -> stated.value(counted.getKey(), Evaluation.ALL)
                        .filter(value -> value.value() != counted.getValue())
                        .isPresent())
                .findFirst()
                .map(counted -> "%s is stated as %.0f, but its files have %.0f"
                        .formatted(
                                counted.getKey(),
                                stated.value(counted.getKey(), Evaluation.ALL)
                                        .orElseThrow()
                                        .value(),
                                counted.getValue()));
    }

    /** Whether an evaluation says anything of size. */
    public static boolean isIn(Evaluation evaluation) {
        return evaluation.items().containsKey(ID);
    }

    private static SortedMap<String, Double> outcomes(ShippedSize size) {
        return new TreeMap<>(Map.of(
                OF_BYTES.id(),
                (double) size.bytes(),
                OF_PARAMETERS.id(),
                (double) size.parameters(),
                OF_NONZERO.id(),
                (double) size.nonzero()));
    }

    @Override
    public SuiteResult evaluate(LanguageModel model, Progress progress) {
        Item item = new Item(ITEM, ITEM, List.of(), new TreeMap<>(), new TreeMap<>(), outcomes(model.size()), 1);
        return SuiteResult.of(ID, METRICS, List.of(item));
    }
}
