package io.github.fairnessgate.pickle;

/**
 * A pickle is damaged or holds something that is not allowed. The message is a sentence without a full stop, and names
 * no file.
 */
public final class PickleException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_NAME = 80;

    PickleException(String sentence) {
        super(sentence);
    }

    /** A name from a file that nobody trusts, so that it can be printed: shortened, and without control characters. */
    public static String shown(String name) {
        String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name;
        return cut.replaceAll("[^\\p{Alnum}\\p{Punct} ]", "?");
    }
}
