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
import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Any text classifier in Hugging Face form that was exported to ONNX: toxic-bert, Detoxify, RoBERTa and their like. Only texts of the
 * same number of tokens share a batch, so nothing is ever padded. Native code: for the worker only. Safe for concurrent use.
 */
final class ClassifierScorer implements ToxicityScorer {

    /** Tokens of a batch: large enough for the matrix product, small enough for the cache. */
    private static final int BATCH_TOKENS = 2048;

    private static final String INPUT_IDS = "input_ids";
    private static final String ATTENTION_MASK = "attention_mask";
    private static final String TOKEN_TYPE_IDS = "token_type_ids";

    private final ClassifierFiles files;
    private final ClassifierConfig config;
    private final int label;
    private final ScorerCard card;
    private final HuggingFaceTokenizer tokenizer;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final AtomicLong truncated = new AtomicLong();

    private ClassifierScorer(ClassifierFiles files, ClassifierConfig config, int label, ScorerCard card, HuggingFaceTokenizer tokenizer,
            OrtSession session) {
        this.files = files;
        this.config = config;
        this.label = label;
        this.card = card;
        this.tokenizer = tokenizer;
        this.session = session;
    }

    /** @throws InvalidInputException if a file is missing or unusable, or if there is no such label */
    static ClassifierScorer open(ScorerReference reference) {
        ClassifierFiles files = ClassifierFiles.find(Path.of(reference.directory()));
        ClassifierConfig config = ClassifierConfig.read(files);
        int label = config.label(reference.label(), files);
        HuggingFaceTokenizer tokenizer = tokenizer(files, config);
        OrtSession session = null;
        try {
            session = session(files);
            requireUsable(session, files);
        } catch (OrtException e) {
            close(tokenizer, session);
            throw new InvalidInputException("ONNX Runtime cannot load " + files.graph() + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            close(tokenizer, session);
            throw e;
        }
        ScorerCard card = new ScorerCard(reference.id(), reference.digest(), "ONNX text classifier; the score is its "
                + (config.independent() ? "sigmoid" : "softmax") + " probability of the label '" + reference.label() + "' among "
                + config.labels() + ", from at most " + config.maxTokens() + " tokens.", reference.label(), "not stated");
        return new ClassifierScorer(files, config, label, card, tokenizer, session);
    }

    private static HuggingFaceTokenizer tokenizer(ClassifierFiles files, ClassifierConfig config) {
        try {
            return HuggingFaceTokenizer.newInstance(files.tokenizer(), Map.of("truncation", "true", "maxLength",
                    Integer.toString(config.maxTokens()), "modelMaxLength", Integer.toString(config.maxTokens()), "padding", "false"));
        } catch (IOException e) {
            throw new InvalidInputException("Cannot read " + files.tokenizer() + ": " + e.getMessage() + ".", e);
        } catch (RuntimeException e) {
            throw new InvalidInputException(files.tokenizer() + " is not a usable tokenizer: " + e.getMessage() + ".", e);
        }
    }

    private static OrtSession session(ClassifierFiles files) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
            // Spinning threads starve everything else on a shared machine and gain nothing.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return OrtEnvironment.getEnvironment().createSession(files.graph().toString(), options);
        }
    }

    private static void requireUsable(OrtSession session, ClassifierFiles files) throws OrtException {
        if (!session.getInputNames().contains(INPUT_IDS)) {
            throw new InvalidInputException(files.graph() + " has the inputs " + session.getInputNames()
                    + ", but a text classifier needs " + INPUT_IDS + ".");
        }
        for (NodeInfo input : session.getInputInfo().values()) {
            if (!List.of(INPUT_IDS, ATTENTION_MASK, TOKEN_TYPE_IDS).contains(input.getName())) {
                throw new InvalidInputException(files.graph() + " has the input '" + input.getName() + "', but only " + INPUT_IDS + ", "
                        + ATTENTION_MASK + " and " + TOKEN_TYPE_IDS + " can be given to it.");
            }
            long[] shape = ((TensorInfo) input.getInfo()).getShape();
            if (shape.length != 2 || shape[0] != -1 || shape[1] != -1) {
                throw new InvalidInputException(files.graph() + ": the input '" + input.getName() + "' has the fixed shape "
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
        long[][] tokens = new long[texts.size()][];
        SortedMap<Integer, List<Integer>> byLength = new TreeMap<>();
        for (int i = 0; i < tokens.length; i++) {
            if (!texts.get(i).isBlank()) {
                tokens[i] = encode(texts.get(i));
                byLength.computeIfAbsent(tokens[i].length, length -> new ArrayList<>()).add(i);
            }
        }
        double[] scores = new double[tokens.length]; // BLANK_SCORE where nothing is scored
        byLength.forEach((length, members) -> {
            int batchSize = Math.max(1, BATCH_TOKENS / length);
            for (int start = 0; start < members.size(); start += batchSize) {
                List<Integer> batch = members.subList(start, Math.min(members.size(), start + batchSize));
                float[] logits = logits(batch.stream().map(i -> tokens[i]).toArray(long[][]::new), length);
                for (int b = 0; b < batch.size(); b++) {
                    scores[batch.get(b)] = probability(logits, b, texts.get(batch.get(b)));
                }
            }
        });
        return scores;
    }

    private long[] encode(String text) {
        Encoding encoding = tokenizer.encode(text, true, true);
        if (encoding.getOverflowing().length > 0) {
            truncated.incrementAndGet();
        }
        if (encoding.getIds().length == 0) {
            throw new InvalidInputException("The tokenizer " + files.tokenizer() + " makes no token of the text " + Texts.quoted(text)
                    + ", so the classifier has nothing to score; give the tokenizer that the classifier was trained with.");
        }
        return encoding.getIds();
    }

    private double probability(float[] logits, int row, String text) {
        int labels = config.labels().size();
        float[] own = Arrays.copyOfRange(logits, row * labels, (row + 1) * labels);
        return Texts.requireProbability(config.probability(own, label), text, id());
    }

    /** All labels' logits, text by text. */
    private float[] logits(long[][] batch, int length) {
        long[] shape = {batch.length, length};
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            for (NodeInfo input : session.getInputInfo().values()) {
                inputs.put(input.getName(), tensor(input, values(input.getName(), batch, length), shape));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                OnnxTensor logits = (OnnxTensor) result.get(0);
                requireShape(logits.getInfo().getShape(), batch.length);
                FloatBuffer values = logits.getFloatBuffer();
                float[] copy = new float[values.remaining()];
                values.get(copy);
                return copy;
            }
        } catch (OrtException e) {
            throw new InvalidInputException("ONNX Runtime cannot score " + batch.length + " texts of " + length + " tokens with " + files.graph()
                    + ": " + e.getMessage() + "; check that graph and tokenizer belong together.", e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static long[] values(String input, long[][] batch, int length) {
        long[] values = new long[batch.length * length];
        switch (input) {
            case INPUT_IDS -> {
                for (int b = 0; b < batch.length; b++) {
                    System.arraycopy(batch[b], 0, values, b * length, length);
                }
            }
            case ATTENTION_MASK -> Arrays.fill(values, 1);
            default -> Arrays.fill(values, 0); // every token belongs to the first and only segment
        }
        return values;
    }

    private OnnxTensor tensor(NodeInfo input, long[] values, long[] shape) throws OrtException {
        if (((TensorInfo) input.getInfo()).type == OnnxJavaType.INT32) {
            int[] narrow = Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
            return OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), shape);
        }
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    private void requireShape(long[] shape, int texts) {
        if (shape.length != 2 || shape[0] != texts || shape[1] != config.labels().size()) {
            throw new InvalidInputException(files.graph() + " gives an output of the shape " + Arrays.toString(shape) + " for " + texts
                    + " texts, but its config.json names " + config.labels().size() + " labels; the files do not belong together.");
        }
    }

    @Override
    public void close() {
        close(tokenizer, session);
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
