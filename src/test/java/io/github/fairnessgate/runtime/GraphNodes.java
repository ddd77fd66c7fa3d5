package io.github.fairnessgate.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at a serialized graph, bodies of loops included. */
final class GraphNodes {

    private GraphNodes() {}

    /** The operators of all nodes that take what a node of {@code operator} gives. */
    static List<String> consumersOf(String operator, byte[] graph) throws InvalidProtocolBufferException {
        List<NodeProto> nodes = new ArrayList<>();
        collect(ModelProto.parseFrom(graph).getGraph(), nodes);
        Set<String> given = nodes.stream()
                .filter(node -> node.getOpType().equals(operator))
                .flatMap(node -> node.getOutputList().stream())
                .collect(Collectors.toSet());
        return nodes.stream()
                .filter(node -> node.getInputList().stream().anyMatch(given::contains))
                .map(NodeProto::getOpType)
                .toList();
    }

    private static void collect(GraphProto graph, List<NodeProto> nodes) {
        for (NodeProto node : graph.getNodeList()) {
            nodes.add(node);
            node.getAttributeList().stream()
                    .filter(AttributeProto::hasG)
                    .forEach(attribute -> collect(attribute.getG(), nodes));
        }
    }
}
