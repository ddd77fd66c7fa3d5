package io.github.fairnessgate.compress;

import io.github.fairnessgate.tensor.Activations;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads a {@link Quantization} out of a recipe. */
final class QuantizationReader {

    private static final List<Integer> BLOCK_SIZES = List.of(16, 32, 64, 128);
    private static final int USUAL_BLOCK_SIZE = 32;

    private QuantizationReader() {}

    /** @param baseDirectory what relative paths start from */
    static Quantization read(YamlMap stage, Path baseDirectory) {
        stage.requireKeys("method", "scheme", "blockSize", "activations", "embedding", "rest", "protect");
        YamlScalar scheme = stage.required("scheme").asScalar();
        return new Quantization(
                stage.location(),
                switch (scheme.oneOf(Quantization.Scheme.class)) {
                    case FLOAT16 -> {
                        refuse(stage, "blockSize", "float16 has no blocks");
                        refuse(stage, "activations", "float16 leaves them as they are");
                        refuse(stage, "embedding", "float16 is for all weights");
                        refuse(stage, "rest", "float16 is for all weights");
                        refuse(stage, "protect", "float16 is precise enough for all weights");
                        yield new Quantization.ToFloat16();
                    }
                    case INT8 -> toBlocks(8, stage, baseDirectory);
                    case INT4 -> toBlocks(4, stage, baseDirectory);
                    case INT8_DYNAMIC -> {
                        refuse(stage, "blockSize", "int8-dynamic has one scale for each output instead");
                        refuse(stage, "activations", "int8-dynamic always makes them int8");
                        refuse(stage, "embedding", "int8-dynamic leaves it with the rest");
                        refuse(stage, "protect", "int8-dynamic has one precision for all layers");
                        yield new Quantization.ToColumns(rest(stage));
                    }
                });
    }

    private static Quantization.ToBlocks toBlocks(int bits, YamlMap stage, Path baseDirectory) {
        return new Quantization.ToBlocks(
                bits,
                blockSize(stage),
                activations(stage),
                embedding(stage),
                rest(stage),
                stage.optional("protect").map(protect -> protection(protect.asMap(), baseDirectory)));
    }

    private static Protection protection(YamlMap protect, Path baseDirectory) {
        protect.requireKeys("pairs", "share", "minReliability");
        protect.required("share");
        return new Protection(
                BiasPairs.read(protect.required("pairs").asScalar(), baseDirectory),
                Numbers.number(
                        protect,
                        "share",
                        "0",
                        value -> value.signum() > 0 && value.compareTo(BigDecimal.ONE) < 0,
                        "above 0 and below 1"),
                Numbers.share(protect, "minReliability", "0.5").doubleValue());
    }

    private static void refuse(YamlMap stage, String key, String why) {
        stage.optional(key).ifPresent(value -> {
            throw value.problem("%s does not apply to this scheme, because %s; remove it".formatted(key, why));
        });
    }

    private static int blockSize(YamlMap stage) {
        YamlScalar written = stage.optional("blockSize").map(YamlNode::asScalar).orElse(null);
        if (written == null) {
            return USUAL_BLOCK_SIZE;
        }
        int size = written.integer(1, Numbers.MOST);
        if (!BLOCK_SIZES.contains(size)) {
            throw written.problem("blockSize must be 16, 32, 64 or 128, but is " + written.description());
        }
        return size;
    }

    /**
     * Larger blocks are multiplied in an order that depends on how many rows there are, and a text would be scored
     * differently beside other texts.
     */
    private static Activations activations(YamlMap stage) {
        Activations activations = stage.optional("activations")
                .map(written -> written.asScalar().oneOf(Activations.class))
                .orElse(Activations.INT8);
        if (activations == Activations.INT8 && blockSize(stage) > USUAL_BLOCK_SIZE) {
            throw stage.required("blockSize")
                    .problem("with activations: int8, blockSize must be 16 or 32; set activations: float32, or make "
                            + "the blocks smaller");
        }
        return activations;
    }

    private static boolean embedding(YamlMap stage) {
        return stage.optional("embedding")
                .map(written -> written.asScalar().oneOf(Map.of("int8", true, "rest", false)))
                .orElse(true);
    }

    private static DType rest(YamlMap stage) {
        return stage.optional("rest")
                .map(rest -> rest.asScalar().oneOf(Map.of("float16", DType.F16, "float32", DType.F32)))
                .orElse(DType.F16);
    }
}
