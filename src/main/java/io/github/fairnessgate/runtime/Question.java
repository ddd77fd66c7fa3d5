package io.github.fairnessgate.runtime;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions to a model, as {@link Answers} know them, and answers as bytes. A question is cut where nothing else
 * decides its answer: requests that share a row of the model's input, or a prompt with all its continuations.
 */
final class Question {

    private Question() {}

    private interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is written to a disk", e);
        }
        return bytes.toByteArray();
    }

    /** Of requests that share a row, in the order in which they lie there. */
    static String scoring(List<Request> row) {
        return Digests.sha256(bytes(out -> {
            out.writeUTF("score");
            for (Request request : row) {
                out.writeInt(request.from());
                write(request.tokens(), out);
            }
        }));
    }

    /** Of a prompt that is continued. */
    static String continuing(Prompt prompt, Sampling sampling) {
        return Digests.sha256(bytes(out -> {
            out.writeUTF("continue");
            out.writeLong(sampling.seed());
            out.writeInt(sampling.continuations());
            out.writeInt(sampling.maxNewTokens());
            out.writeDouble(sampling.topP());
            out.writeDouble(sampling.temperature());
            out.writeInt(prompt.id().length());
            out.writeChars(prompt.id());
            write(prompt.tokens(), out);
        }));
    }

    private static void write(int[] tokens, DataOutputStream out) throws IOException {
        out.writeInt(tokens.length);
        for (int token : tokens) {
            out.writeInt(token);
        }
    }

    /** Log-probabilities of the requests of a row, to the last bit. */
    static byte[] scores(List<float[]> answers) {
        return bytes(out -> {
            for (float[] scores : answers) {
                for (float score : scores) {
                    out.writeInt(Float.floatToRawIntBits(score));
                }
            }
        });
    }

    /**
     * What {@link #scores(List)} wrote.
     *
     * @throws InvalidInputException if it is not one finite number a scored token
     */
    static List<float[]> scores(byte[] answer, List<Request> row) {
        ByteBuffer bytes = ByteBuffer.wrap(answer);
        require(answer.length
                == Float.BYTES * row.stream().mapToInt(Request::scored).sum());
        List<float[]> answers = new ArrayList<>();
        for (Request request : row) {
            float[] scores = new float[request.scored()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = Float.intBitsToFloat(bytes.getInt());
                require(Float.isFinite(scores[i]));
            }
            answers.add(scores);
        }
        return answers;
    }

    /** Continuations of a prompt. */
    static byte[] texts(List<int[]> texts) {
        return bytes(out -> {
            for (int[] text : texts) {
                write(text, out);
            }
        });
    }

    /**
     * What {@link #texts(List)} wrote.
     *
     * @param continuations how many texts there have to be
     * @param tokens the most of a text
     * @param vocabulary of the model
     * @throws InvalidInputException if it is anything else
     */
    static List<int[]> texts(byte[] answer, int continuations, int tokens, int vocabulary) {
        ByteBuffer bytes = ByteBuffer.wrap(answer);
        List<int[]> texts = new ArrayList<>();
        while (bytes.remaining() >= Integer.BYTES) {
            int length = bytes.getInt();
            require(length >= 0 && length <= tokens && length <= bytes.remaining() / Integer.BYTES);
            int[] text = new int[length];
            for (int i = 0; i < length; i++) {
                text[i] = bytes.getInt();
                require(text[i] >= 0 && text[i] < vocabulary);
            }
            texts.add(text);
        }
        require(texts.size() == continuations && !bytes.hasRemaining());
        return texts;
    }

    private static void require(boolean isAnswer) {
        if (!isAnswer) {
            throw new InvalidInputException(
                    "A kept answer cannot be one of this model, although its digest fits: somebody else wrote it. Remove "
                            + "the shards or the cache that it comes from, and measure again.");
        }
    }
}
