package io.github.fairnessgate.score;

import io.github.fairnessgate.InvalidInputException;
import java.util.List;

/** What every scorer asks of a text, and says about one that it cannot score. */
final class Texts {

    private static final int MOST_QUOTED = 80;

    private Texts() {}

    /** @throws InvalidInputException if a text is missing or is not made of whole characters */
    static void requireScorable(List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            if (text == null) {
                throw new InvalidInputException("Text " + (i + 1) + " of " + texts.size()
                        + " is missing (null), but every text needs a toxicity score; check where the "
                        + "texts were read or generated.");
            }
            int half = halfCharacter(text);
            if (half >= 0) {
                throw new InvalidInputException("Text " + (i + 1) + " of " + texts.size() + ", " + quoted(text)
                        + ", has half a character at index " + half
                        + " (an unpaired surrogate) and cannot be scored; correct it, or read it with the "
                        + "encoding that it was written with.");
            }
        }
    }

    private static int halfCharacter(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = Character.isHighSurrogate(text.charAt(i))
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    /** @throws InvalidInputException if the score is not a number in [0, 1] */
    static double requireProbability(double score, String text, String scorer) {
        if (!(score >= 0 && score <= 1)) {
            throw new InvalidInputException("The scorer '" + scorer + "' gives " + quoted(text) + " the score " + score
                    + ", but a score is a probability from 0 to 1; "
                    + "its weights are damaged or overflow, so use another scorer or export it again in float32.");
        }
        return score;
    }

    /** The beginning of a text, in quotation marks, on one line. */
    static String quoted(String text) {
        String line = text.replaceAll("\\s+", " ");
        if (line.length() <= MOST_QUOTED) {
            return "\"" + line + "\"";
        }
        int end = Character.isHighSurrogate(line.charAt(MOST_QUOTED - 1)) ? MOST_QUOTED - 1 : MOST_QUOTED;
        return "\"" + line.substring(0, end) + "...\"";
    }
}
