package io.github.fairnessgate.runtime;

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

    /** What {@link #scores} wrote. */
    static List<float[]> scores(byte[] answer, List<Request> row) {
        ByteBuffer bytes = ByteBuffer.wrap(answer);
        List<float[]> answers = new ArrayList<>();
        for (Request request : row) {
            float[] scores = new float[request.scored()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = Float.intBitsToFloat(bytes.getInt());
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

    /** What {@link #texts(List)} wrote. */
    static List<int[]> texts(byte[] answer) {
        ByteBuffer bytes = ByteBuffer.wrap(answer);
        List<int[]> texts = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int[] text = new int[bytes.getInt()];
            for (int i = 0; i < text.length; i++) {
                text[i] = bytes.getInt();
            }
            texts.add(text);
        }
        return texts;
    }
}
