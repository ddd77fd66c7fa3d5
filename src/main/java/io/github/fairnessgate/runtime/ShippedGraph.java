package io.github.fairnessgate.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells what an ONNX file beside a model is. Reads it and runs nothing, so no native code is needed. */
public final class ShippedGraph {

    /** Bytes; a graph of ours holds no weights and is far smaller. */
    private static final long MOST = 16_000_000;

    /** What a file is. */
    public enum Kind {
        /** The graph that {@link Gpt2Graph#logits} gives for the model, byte for byte. */
        OWN,
        /** Another graph that was written by this plugin or that reads the model's weights: not what was measured. */
        OTHER,
        /** A file of another origin, of which nothing is known. */
        FOREIGN
    }

    private ShippedGraph() {}

    /**
     * Looks at a file.
     *
     * @param file in the model's folder or below it
     * @throws io.github.fairnessgate.InvalidInputException if it cannot be read
     */
    public static Kind kind(Path file, ModelDirectory model) {
        try {
            if (Files.size(file) > MOST) {
                return Kind.FOREIGN;
            }
            byte[] bytes = BoundedFiles.bytes(file, MOST);
            if (Arrays.equals(
                    bytes, Gpt2Graph.logits(model, file.toAbsolutePath().getParent()))) {
                return Kind.OWN;
            }
            return isOurs(ModelProto.parseFrom(bytes), file, model) ? Kind.OTHER : Kind.FOREIGN;
        } catch (InvalidProtocolBufferException noGraph) {
            return Kind.FOREIGN;
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }

    private static boolean isOurs(ModelProto graph, Path file, ModelDirectory model) {
        Set<Path> weights = model.tensors().values().stream()
                .flatMap(weight -> weight.stored().stream())
                .map(Tensor::file)
                .map(ShippedGraph::plain)
                .collect(Collectors.toSet());
        return graph.getProducerName().equals(OnnxGraphBuilder.PRODUCER)
                || graph.getGraph().getInitializerList().stream().anyMatch(tensor -> readsFrom(weights, tensor, file));
    }

    private static boolean readsFrom(Set<Path> weights, TensorProto tensor, Path file) {
        return tensor.getExternalDataList().stream()
                .filter(entry -> entry.getKey().equals("location"))
                .map(StringStringEntryProto::getValue)
                .anyMatch(location -> weights.contains(resolved(location, file)));
    }

    private static Path resolved(String location, Path file) {
        try {
            return plain(plain(file).resolveSibling(location));
        } catch (InvalidPathException noPath) {
            return file; // which holds no weights
        }
    }

    private static Path plain(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
