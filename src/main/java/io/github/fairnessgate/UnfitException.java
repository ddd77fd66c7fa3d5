package io.github.fairnessgate;

/**
 * A recipe cannot be carried out on a model, or a model computes what are no numbers, and nothing else is known to be
 * wrong: another recipe or model may well do.
 */
public final class UnfitException extends InvalidInputException {

    private static final long serialVersionUID = 1L;

    public UnfitException(String sentence) {
        super(sentence);
    }

    public UnfitException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
