package io.github.fairnessgate.score;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.NativeLibraries;
import io.github.fairnessgate.file.PrivateCopy;
import io.github.fairnessgate.model.TokenizerRandomness;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Any text classifier in Hugging Face form that was exported to ONNX: toxic-bert, Detoxify, RoBERTa and their like.
 * Every text is scored alone, on one thread, and the processors share the texts: nothing is padded, and a score has the
 * same bits whatever texts are beside it, even where the graph rounds activations by their range. Native code: for the
 * worker only. Safe for concurrent use.
 */
final class ClassifierScorer implements ToxicityScorer {

    private static final String INPUT_IDS = "input_ids";
    private static final String ATTENTION_MASK = "attention_mask";
    private static final String TOKEN_TYPE_IDS = "token_type_ids";

    private final String graph;
    private final ClassifierConfig config;
    private final int label;
    private final ScorerCard card;
    private final HuggingFaceTokenizer tokenizer;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final AtomicLong truncated = new AtomicLong();
    private final Runnable cleaning;

    /**
     * @param graph what messages call the graph
     * @param cleaning is done when the scorer is closed
     */
    private ClassifierScorer(
            String graph,
            ClassifierConfig config,
            int label,
            ScorerCard card,
            HuggingFaceTokenizer tokenizer,
            OrtSession session,
            Runnable cleaning) {
        this.graph = graph;
        this.config = config;
        this.label = label;
        this.card = card;
        this.tokenizer = tokenizer;
        this.session = session;
        this.cleaning = cleaning;
    }

    /**
     * @param graph what messages call the graph
     * @param files in the copy, which the scorer removes when it is closed
     * @throws InvalidInputException if a file is missing or unusable, or if there is no such label
     */
    static ClassifierScorer open(ScorerReference reference, String graph, ClassifierFiles files, PrivateCopy copy) {
        ClassifierConfig config = ClassifierConfig.read(files);
        int label = config.label(reference.label(), files);
        ObjectNode json = files.readTokenizer();
        List<String> random = TokenizerRandomness.switchOff(json); // a text has the same score every time
        ScorerCard card = new ScorerCard(
                reference.id(),
                reference.digest(),
                "ONNX text classifier; the score is its "
                        + (config.independent() ? "sigmoid" : "softmax") + " probability of the label '"
                        + reference.label() + "' among "
                        + config.labels() + ", from at most " + config.maxTokens() + " tokens"
                        + (random.isEmpty()
                                ? ""
                                : ", which are made without the tokenizer's " + String.join(", ", random))
                        + ".",
                reference.label(),
                "not stated");
        return opened(
                graph,
                config,
                label,
                card,
                tokenizer(files, json, config),
                options -> OrtEnvironment.getEnvironment()
                        .createSession(files.graph().toString(), options),
                copy::close);
    }

    /** The classifier in the plugin's jar. */
    static ClassifierScorer bundled(String label, ScorerCard card) {
        ClassifierConfig config = BundledClassifier.config();
        HuggingFaceTokenizer tokenizer;
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(BundledClassifier.tokenizer()), options(config));
        } catch (IOException e) {
            throw new UncheckedIOException("the tokenizer of the bundled scorer cannot be read", e);
        }
        return opened(
                "the bundled scorer",
                config,
                config.labels().indexOf(label),
                card,
                tokenizer,
                options -> OrtEnvironment.getEnvironment().createSession(BundledClassifier.graph(), options),
                () -> {});
    }

    /** What creates a session with given options. */
    private interface SessionMaker {
        OrtSession create(OrtSession.SessionOptions options) throws OrtException;
    }

    /** Closes the tokenizer if the session cannot be opened. */
    private static ClassifierScorer opened(
            String graph,
            ClassifierConfig config,
            int label,
            ScorerCard card,
            HuggingFaceTokenizer tokenizer,
            SessionMaker maker,
            Runnable cleaning) {
        OrtSession session = null;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = maker.create(options);
            requireUsable(session, graph);
        } catch (OrtException e) {
            close(tokenizer, session);
            throw new InvalidInputException(
                    "ONNX Runtime cannot load " + graph + ": " + Reason.of(e)
                            + "; export the classifier again, and check that its files are whole. Beside the "
                            + "graph, the scorer uses only files whose names begin with model.onnx_data or "
                            + "model.onnx.data.",
                    e);
        } catch (RuntimeException e) {
            close(tokenizer, session);
            throw e;
        }
        return new ClassifierScorer(graph, config, label, card, tokenizer, session, cleaning);
    }

    private static Map<String, String> options(ClassifierConfig config) {
        String longest = Integer.toString(config.maxTokens());
        return Map.of("truncation", "true", "maxLength", longest, "modelMaxLength", longest, "padding", "false");
    }

    private static HuggingFaceTokenizer tokenizer(ClassifierFiles files, ObjectNode json, ClassifierConfig config) {
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(Json.MAPPER.writeValueAsBytes(json)), options(config));
        } catch (IOException e) {
            throw new InvalidInputException("Cannot read " + files.tokenizer() + ": " + Reason.of(e) + ".", e);
        } catch (InvalidInputException e) {
            throw e;
        } catch (RuntimeException e) {
            if (NativeLibraries.areMissing(e)) {
                throw e;
            }
            throw new InvalidInputException(files.tokenizer() + " is not a usable tokenizer: " + Reason.of(e) + ".", e);
        }
    }

    private static void requireUsable(OrtSession session, String graph) throws OrtException {
        if (!session.getInputNames().contains(INPUT_IDS)) {
            throw new InvalidInputException(graph + " has the inputs " + session.getInputNames()
                    + ", but a text classifier needs " + INPUT_IDS + ".");
        }
        for (NodeInfo input : session.getInputInfo().values()) {
            if (!List.of(INPUT_IDS, ATTENTION_MASK, TOKEN_TYPE_IDS).contains(input.getName())) {
                throw new InvalidInputException(graph + " has the input '" + input.getName() + "', but only "
                        + INPUT_IDS + ", " + ATTENTION_MASK + " and " + TOKEN_TYPE_IDS + " can be given to it.");
            }
            long[] shape = ((TensorInfo) input.getInfo()).getShape();
            if (shape.length != 2 || shape[0] != -1 || shape[1] != -1) {
                throw new InvalidInputException(graph + ": the input '" + input.getName() + "' has the fixed shape "
                        + Arrays.toString(shape) + "; export it with dynamic axes for batch and sequence.");
            }
        }
    }

    @Override
    public String id() {
        return card.id();
    }

    @Override
    public String digest() {
        return card.digest();
    }

    @Override
    public ScorerCard card() {
        return card;
    }

    @Override
    public long truncated() {
        return truncated.get();
    }

    @Override
    public double[] score(List<String> texts) {
        Texts.requireScorable(texts);
        return texts.parallelStream()
                .mapToDouble(text -> text.isBlank() ? BLANK_SCORE : score(text))
                .toArray();
    }

    private double score(String text) {
        float[] logits = logits(encode(text));
        return Texts.requireProbability(config.probability(logits, label), text, id());
    }

    private long[] encode(String text) {
        Encoding encoding = tokenizer.encode(text, true, true);
        if (encoding.getOverflowing().length > 0) {
            truncated.incrementAndGet();
        }
        if (encoding.getIds().length == 0) {
            throw new InvalidInputException(
                    "The tokenizer of " + graph + " makes no token of the text " + Texts.quoted(text)
                            + ", so the classifier has nothing to score; give the tokenizer that the classifier "
                            + "was trained with.");
        }
        return encoding.getIds();
    }

    /** One logit a label. */
    private float[] logits(long[] tokens) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            for (NodeInfo input : session.getInputInfo().values()) {
                inputs.put(input.getName(), tensor(input, values(input.getName(), tokens)));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                OnnxTensor logits = (OnnxTensor) result.get(0);
                requireShape(logits.getInfo().getShape());
                float[] copy = new float[config.labels().size()];
                logits.getFloatBuffer().get(copy);
                return copy;
            }
        } catch (OrtException e) {
            throw new InvalidInputException(
                    "ONNX Runtime cannot score a text of " + tokens.length + " tokens with " + graph + ": "
                            + Reason.of(e) + "; check that graph and tokenizer belong together.",
                    e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static long[] values(String input, long[] tokens) {
        long[] values = tokens.clone();
        switch (input) {
            case INPUT_IDS -> {}
            case ATTENTION_MASK -> Arrays.fill(values, 1);
            default -> Arrays.fill(values, 0); // every token belongs to the first and only segment
        }
        return values;
    }

    private OnnxTensor tensor(NodeInfo input, long[] values) throws OrtException {
        long[] shape = {1, values.length};
        if (((TensorInfo) input.getInfo()).type == OnnxJavaType.INT32) {
            int[] narrow = Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
            return OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), shape);
        }
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    private void requireShape(long[] shape) {
        if (shape.length != 2 || shape[0] != 1 || shape[1] != config.labels().size()) {
            throw new InvalidInputException(graph + " gives an output of the shape " + Arrays.toString(shape)
                    + " for a text" + ", but its config.json names "
                    + config.labels().size() + " labels; the files do not belong together.");
        }
    }

    @Override
    public void close() {
        close(tokenizer, session);
        cleaning.run();
    }

    private static void close(HuggingFaceTokenizer tokenizer, OrtSession session) {
        tokenizer.close();
        if (session != null) {
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime could not close its session: " + e.getMessage(), e);
            }
        }
    }
}
