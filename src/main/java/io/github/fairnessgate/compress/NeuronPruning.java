package io.github.fairnessgate.compress;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.PartKind;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.PartMask.Part;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Removes neurons of the feed-forward layers for good, the least important of every layer first. Every layer loses the
 * same number, so that {@code n_inner} stays one number and every version of transformers loads the result.
 *
 * @param location where the stage stands in the recipe
 * @param importance how neurons are ranked
 * @param neurons what every layer loses: below 1 a share of its neurons, else a number of neurons
 * @param step share of a layer's neurons that a round removes, above 0 to 1; one at least
 * @param settings windows and guard
 */
record NeuronPruning(
        Location location, Importance importance, BigDecimal neurons, BigDecimal step, PruningSettings settings)
        implements Stage {

    /** How important a neuron is. */
    enum Importance {
        /** See {@link FrozenGpt2#neuronImportance}. */
        TAYLOR,
        /** The sum of the absolute weights, see {@link Magnitudes}. */
        MAGNITUDE;

        /** The name in the recipe. */
        String id() {
            return EnumText.of(this);
        }
    }

    @Override
    public String method() {
        return "neuron-pruning";
    }

    @Override
    public Gpt2Config plan(Gpt2Config input) {
        settings.requireFit(input, location);
        return input.withInnerSize(input.innerSize() - budget(input));
    }

    /** How many neurons every layer loses. */
    private int budget(Gpt2Config input) {
        int present = input.innerSize();
        int budget = PruningReader.count(neurons, present);
        if (budget >= present) {
            throw location.problem(
                    ("neurons is %s, which removes %d neurons of every layer, but a layer has %d and keeps one, so "
                                    + "at most %d can be removed.")
                            .formatted(neurons.toPlainString(), budget, present, present - 1));
        }
        if (budget == 0) {
            throw location.problem(
                    ("neurons is %s, which is less than half a neuron of a layer's %d, so nothing would be removed; "
                                    + "raise it.")
                            .formatted(neurons.toPlainString(), present));
        }
        return budget;
    }

    @Override
    public StageReport run(ModelDirectory input, Path output, StageContext context) {
        int present = input.config().innerSize();
        int perRound = Math.max(1, PruningReader.roundedShare(step, present));
        StructuredPruning.Result result = new StructuredPruning(
                        location, settings, "neurons of every layer", budget(input.config()), perRound)
                .run(input, output, context, new Neurons(input), method());
        List<StageReport.NeuronLayer> layers = IntStream.range(0, input.config().layers())
                .mapToObj(layer -> layer(result.firstImportance()[layer], result.removedIn()[layer]))
                .toList();
        return new StageReport.OfNeuronPruning(
                importance.id(), present, present - result.course().removed(), layers, result.course());
    }

    private static StageReport.NeuronLayer layer(double[] importance, int[] removedIn) {
        double all = Arrays.stream(importance).sum();
        double removed = IntStream.range(0, importance.length)
                .filter(neuron -> removedIn[neuron] > 0)
                .mapToDouble(neuron -> importance[neuron])
                .sum();
        return new StageReport.NeuronLayer(all, all == 0 ? 0 : removed / all);
    }

    private final class Neurons implements StructuredPruning.Method {

        private final ModelDirectory input;

        Neurons(ModelDirectory input) {
            this.input = input;
        }

        @Override
        public PartKind kind() {
            return PartKind.NEURONS;
        }

        @Override
        public double[][] importance(FrozenGpt2 model, int[][] examples, PartMask mask) {
            return switch (importance) {
                case TAYLOR -> model.neuronImportance(examples, mask);
                case MAGNITUDE -> Magnitudes.ofNeurons(input);
            };
        }

        /** The {@code count} least important of every layer. */
        @Override
        public List<Part> next(double[][] scores, PartMask mask, int count) {
            List<Part> ascending = StructuredPruning.ascending(scores, mask);
            return IntStream.range(0, mask.layers())
                    .boxed()
                    .flatMap(layer -> ascending.stream()
                            .filter(part -> part.layer() == layer)
                            .limit(count))
                    .toList();
        }

        @Override
        public void write(PartMask mask, Path output) {
            NeuronRemoval.write(
                    input,
                    IntStream.range(0, mask.layers()).mapToObj(mask::indices).toList(),
                    output);
        }
    }
}
