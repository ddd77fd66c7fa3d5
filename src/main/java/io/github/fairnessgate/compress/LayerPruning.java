package io.github.fairnessgate.compress;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.PartKind;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.PartMask.Part;
import io.github.fairnessgate.yaml.Location;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Removes whole transformer blocks, the least important first, one a round. Importance is estimated again after every
 * block.
 *
 * @param location where the stage stands in the recipe
 * @param importance how blocks are ranked
 * @param layers how many go, 1 or more
 * @param settings windows and guard
 */
record LayerPruning(Location location, Importance importance, int layers, PruningSettings settings) implements Stage {

    /** How important a block is. */
    enum Importance {
        /** How much higher the loss is without the block, nats a token. */
        LOSS,
        /**
         * 1 minus the cosine between what goes into the block and what comes out, see
         * {@link FrozenGpt2#blockInfluence}.
         */
        BLOCK_INFLUENCE;

        /** The name in the recipe. */
        String id() {
            return EnumText.of(this);
        }
    }

    @Override
    public String method() {
        return "layer-pruning";
    }

    @Override
    public Gpt2Config plan(Gpt2Config input) {
        settings.requireFit(input, location);
        if (layers >= input.layers()) {
            throw location.problem(
                    "layers is %d, but the model has %d layers and keeps one, so at most %d can be removed."
                            .formatted(layers, input.layers(), input.layers() - 1));
        }
        return input.withBlocks(IntStream.range(layers, input.layers()).boxed().toList());
    }

    @Override
    public StageReport run(ModelDirectory input, Path output, StageContext context) {
        plan(input.config());
        StructuredPruning.Result result = new StructuredPruning(location, settings, "layers", layers, 1)
                .run(input, output, context, new WholeBlocks(input), method());
        List<StageReport.Block> blocks = IntStream.range(0, input.config().layers())
                .mapToObj(block ->
                        new StageReport.Block(block, result.firstImportance()[block][0], result.removedIn()[block][0]))
                .toList();
        return new StageReport.OfLayerPruning(importance.id(), blocks, result.course());
    }

    private final class WholeBlocks implements StructuredPruning.Method {

        private final ModelDirectory input;

        WholeBlocks(ModelDirectory input) {
            this.input = input;
        }

        @Override
        public PartKind kind() {
            return PartKind.BLOCKS;
        }

        @Override
        public double[][] importance(FrozenGpt2 model, int[][] examples, PartMask mask) {
            double[] scores = switch (importance) {
                case LOSS -> lossIncreases(model, examples, mask);
                case BLOCK_INFLUENCE -> model.blockInfluence(examples, mask);
            };
            return Arrays.stream(scores).mapToObj(score -> new double[] {score}).toArray(double[][]::new);
        }

        private double[] lossIncreases(FrozenGpt2 model, int[][] examples, PartMask mask) {
            double loss = model.loss(examples, mask);
            double[] increases = new double[mask.layers()];
            for (Part block : mask.parts()) {
                increases[block.layer()] = model.loss(examples, mask.without(List.of(block))) - loss;
            }
            return increases;
        }

        @Override
        public List<Part> next(double[][] scores, PartMask mask, int count) {
            return StructuredPruning.ascending(scores, mask).subList(0, count);
        }

        @Override
        public void write(PartMask mask, Path output) {
            BlockRemoval.write(input, mask.parts().stream().map(Part::layer).toList(), output);
        }
    }
}
