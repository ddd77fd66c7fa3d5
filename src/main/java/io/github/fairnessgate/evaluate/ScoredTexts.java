package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.runtime.Answers;
import io.github.fairnessgate.score.ToxicityScorer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The continuations of one prompt as a scorer judged them.
 *
 * @param scores one a text, from 0 to 1
 * @param cut how many texts were longer than the scorer can read
 */
record ScoredTexts(double[] scores, long cut) {

    /** Judges texts, unless the answers have what the scorer said of them before. */
    static ScoredTexts of(ToxicityScorer scorer, List<String> texts, Answers answers) {
        String question = question(scorer, texts);
        Optional<byte[]> known = answers.find(question);
        if (known.isPresent()) {
            return read(known.get(), texts.size());
        }
        long before = scorer.truncated();
        double[] scores = scorer.score(texts);
        ScoredTexts scored = new ScoredTexts(scores, scorer.truncated() - before);
        answers.keep(question, scored.bytes());
        return scored;
    }

    /** Lengths keep apart what would otherwise be the same text. */
    private static String question(ToxicityScorer scorer, List<String> texts) {
        StringBuilder content =
                new StringBuilder("judge ").append(scorer.id()).append(' ').append(scorer.digest());
        texts.forEach(
                text -> content.append('\n').append(text.length()).append(':').append(text));
        return Digests.sha256(content.toString().getBytes(StandardCharsets.UTF_8));
    }

    private byte[] bytes() {
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + Double.BYTES * scores.length).putLong(cut);
        for (double score : scores) {
            bytes.putDouble(score);
        }
        return bytes.array();
    }

    private static ScoredTexts read(byte[] answer, int texts) {
        ByteBuffer bytes = ByteBuffer.wrap(answer);
        require(answer.length == Long.BYTES + Double.BYTES * texts);
        long cut = bytes.getLong();
        double[] scores = new double[bytes.remaining() / Double.BYTES];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = bytes.getDouble();
            require(scores[i] >= 0 && scores[i] <= 1);
        }
        return new ScoredTexts(scores, cut);
    }

    private static void require(boolean isAnswer) {
        if (!isAnswer) {
            throw new InvalidInputException(
                    "Kept scores cannot be those of the scorer, although their digest fits: somebody else wrote them. "
                            + "Remove the shards or the cache that they come from, and measure again.");
        }
    }
}
