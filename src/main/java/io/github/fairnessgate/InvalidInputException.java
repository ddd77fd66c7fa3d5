package io.github.fairnessgate;

/**
 * Something that a user gave (a file, a parameter, a model) cannot be used. The message is one
 * sentence that a user can act on: what was found, where, what was expected, what to do. It is
 * printed as it is, without a stack trace.
 */
public final class InvalidInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidInputException(String sentence) {
        super(sentence);
    }

    public InvalidInputException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
