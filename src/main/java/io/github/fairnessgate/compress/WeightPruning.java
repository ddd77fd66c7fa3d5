package io.github.fairnessgate.compress;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.sparsity.Pattern;
import io.github.fairnessgate.sparsity.Share;
import io.github.fairnessgate.sparsity.Target;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.train.BlockLinear;
import io.github.fairnessgate.yaml.Location;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes single weights of the linear layers zero. Embeddings, norms and biases stay as they are, and so does every
 * shape.
 *
 * @param location where the stage stands in the recipe
 * @param importance how weights are ranked
 * @param target how many become zero
 * @param linears which layers of every block lose weights, one or more
 */
public record WeightPruning(Location location, Importance importance, Target target, List<BlockLinear> linears)
        implements Stage {

    public WeightPruning {
        linears = List.copyOf(linears);
    }

    /** How important a weight is. */
    public sealed interface Importance {

        /** The name in the recipe. */
        String id();

        /** Its magnitude. */
        record Magnitude(Scope scope) implements Importance {
            @Override
            public String id() {
                return "magnitude";
            }
        }

        /**
         * Its magnitude times the length of its input over the examples, see
         * {@link io.github.fairnessgate.sparsity.Wanda}.
         */
        record Wanda(Examples examples) implements Importance {
            @Override
            public String id() {
                return "wanda";
            }
        }

        /**
         * The error that stays when the other weights make up for it, see
         * {@link io.github.fairnessgate.sparsity.SparseGpt}.
         *
         * @param damping above 0
         * @param blockSize inputs, 1 or more; a multiple of the group of a pattern
         */
        record SparseGpt(Examples examples, double damping, int blockSize) implements Importance {
            @Override
            public String id() {
                return "sparsegpt";
            }
        }
    }

    /** Which weights a share of zeros is taken of when weights are ranked by magnitude. */
    public enum Scope {
        /** Of every matrix. */
        LAYER,
        /** Of all matrices together. */
        GLOBAL;

        /** The name in the recipe. */
        public String id() {
            return EnumText.of(this);
        }
    }

    /**
     * What activations are collected on.
     *
     * @param count windows, 1 or more
     * @param sequenceLength tokens of a window, 2 or more
     */
    public record Examples(int count, int sequenceLength) {}

    @Override
    public String method() {
        return "weight-pruning";
    }

    /** What activations are collected on; nothing for magnitude. */
    private Optional<Examples> examples() {
        if (importance instanceof Importance.Wanda wanda) {
            return Optional.of(wanda.examples());
        }
        return importance instanceof Importance.SparseGpt sparseGpt
                ? Optional.of(sparseGpt.examples())
                : Optional.empty();
    }

    @Override
    public boolean needsText() {
        return examples().isPresent();
    }

    @Override
    public Gpt2Config plan(Gpt2Config input) {
        examples()
                .filter(examples -> examples.sequenceLength() > input.positions())
                .ifPresent(examples -> {
                    throw location.problem(
                            "sequenceLength is %d, but the model has only %d positions; lower sequenceLength."
                                    .formatted(examples.sequenceLength(), input.positions()));
                });
        requireFits(input);
        return input;
    }

    private void requireFits(Gpt2Config config) {
        Map<String, long[]> shapes = config.tensorShapes();
        for (String tensor : tensors(config)) {
            long[] shape = shapes.get(tensor);
            if (target instanceof Pattern pattern) {
                requireDivides(pattern, tensor, shape);
            } else {
                requireSome((Share) target, tensor, shape);
            }
        }
    }

    private void requireDivides(Pattern pattern, String tensor, long[] shape) {
        if (shape[0] % pattern.group() != 0) {
            throw location.problem(("pattern is \"%s\", but %s has %d inputs, which are not a multiple of %d;"
                            + " take sparsity instead, or leave this layer out with 'linears'.")
                    .formatted(pattern.id(), tensor, shape[0], pattern.group()));
        }
    }

    /** A share must be some of the weights that are compared with one another, and not all of them. */
    private void requireSome(Share share, String tensor, long[] shape) {
        long compared = importance instanceof Importance.Wanda
                ? shape[0]
                : shape[1]
                        * (importance instanceof Importance.SparseGpt sparseGpt
                                ? Math.min(sparseGpt.blockSize(), shape[0])
                                : shape[0]);
        long count = share.of(compared);
        if (count == 0 || count == compared) {
            throw location.problem(
                    "sparsity is %s, which is %s of the %d weights that are compared with one another in %s; %s it."
                            .formatted(
                                    share.value().toPlainString(),
                                    count == 0 ? "none" : "all",
                                    compared,
                                    tensor,
                                    count == 0 ? "raise" : "lower"));
        }
    }

    /** The matrices that lose weights, in canonical order. */
    private List<String> tensors(Gpt2Config config) {
        return IntStream.range(0, config.layers())
                .boxed()
                .flatMap(layer -> tensors(layer).stream())
                .toList();
    }

    private List<String> tensors(int layer) {
        return linears.stream().map(linear -> linear.weight(layer)).toList();
    }

    @Override
    public StageReport run(ModelDirectory input, Path output, StageContext context) {
        requireFits(input.config()); // a stage before this one may have removed heads
        input.config().write(output.resolve("config.json"));
        if (importance instanceof Importance.Magnitude magnitude) {
            MagnitudePruning pruning = new MagnitudePruning(input, tensors(input.config()), target, magnitude.scope());
            ModelDirectory.writeWeights(output, input.config(), pruning::weights, DType.F32);
        } else {
            Examples examples = examples().orElseThrow();
            int[][] windows = context.drawn(examples.sequenceLength(), examples.count(), location);
            try (CalibratedPruning pruning = new CalibratedPruning(this, input, windows, context)) {
                ModelDirectory.writeWeights(output, input.config(), pruning::weights, DType.F32);
            }
        }
        return report(input, ModelDirectory.open(output));
    }

    private StageReport report(ModelDirectory input, ModelDirectory output) {
        AchievedSparsity achieved = AchievedSparsity.count(input, output, linears);
        if (!achieved.changed()) {
            throw location.problem(
                    ("weight-pruning would change nothing: of the %d weights in its scope, %d are zero already, "
                                    + "which is what %s"
                                    + " asks for wherever weights are counted. Ask for more, or remove the stage.")
                            .formatted(achieved.size(), achieved.zeros(), asked()));
        }
        achieved.require(this, output);
        return new StageReport.OfWeightPruning(
                importance.id(),
                asked(),
                scope(),
                examples().map(Examples::count).orElse(0),
                achieved.layers(),
                (double) achieved.zeros() / achieved.size());
    }

    private Optional<String> scope() {
        return importance instanceof Importance.Magnitude magnitude && target instanceof Share
                ? Optional.of(magnitude.scope().id())
                : Optional.empty();
    }

    /** {@code 0.5} or {@code 2:4}. */
    private String asked() {
        return target instanceof Pattern pattern
                ? pattern.id()
                : ((Share) target).value().toPlainString();
    }

    /** The least number of zeros that a matrix has afterwards; 0 if only the sum over all matrices is known. */
    long leastZeros(long inputs, long outputs) {
        if (target instanceof Pattern pattern) {
            return inputs / pattern.group() * pattern.zeros() * outputs;
        }
        Share share = (Share) target;
        if (importance instanceof Importance.Wanda) {
            return share.of(inputs) * outputs;
        }
        if (importance instanceof Importance.SparseGpt sparseGpt) {
            long whole = inputs / sparseGpt.blockSize();
            return whole * share.of(sparseGpt.blockSize() * outputs)
                    + share.of(inputs % sparseGpt.blockSize() * outputs);
        }
        return ((Importance.Magnitude) importance).scope() == Scope.LAYER ? share.of(inputs * outputs) : 0;
    }

    /** The least number of zeros that all matrices have together. */
    long leastZerosInAll(long size) {
        return importance instanceof Importance.Magnitude magnitude
                        && magnitude.scope() == Scope.GLOBAL
                        && target instanceof Share share
                ? share.of(size)
                : 0;
    }
}
