package io.github.fairnessgate;

/**
 * Something that a user gave (a file, a parameter, a model) cannot be used. The message is one sentence that a user can
 * act on: what was found, where, what was expected, what to do. It is printed without a stack trace. Whatever it
 * quotes, it is one {@linkplain Printable#line printable line} of bounded length.
 */
public class InvalidInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidInputException(String sentence) {
        super(Printable.line(sentence));
    }

    public InvalidInputException(String sentence, Throwable cause) {
        super(Printable.line(sentence), cause);
    }
}
