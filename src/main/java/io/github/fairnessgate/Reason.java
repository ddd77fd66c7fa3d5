package io.github.fairnessgate;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/**
 * The one translation of what Java or a library says into a part of a sentence: one line, a few words, and never only
 * the name of a class.
 */
public final class Reason {

    private Reason() {}

    /**
     * Why something went wrong, without a full stop: {@code No space left on device}, {@code unexpected end-of-input at
     * line 3, column 7}.
     */
    public static String of(Throwable cause) {
        if (cause instanceof NoSuchFileException missing) {
            return Printable.name(missing.getFile()) + " does not exist";
        }
        if (cause instanceof AccessDeniedException denied) {
            return "permission denied for " + Printable.name(denied.getFile());
        }
        if (cause instanceof FileAlreadyExistsException existing) {
            return Printable.name(existing.getFile()) + " exists already";
        }
        if (cause instanceof FileSystemException system && system.getReason() != null) {
            return Printable.name(system.getReason());
        }
        if (cause instanceof CharacterCodingException) {
            return "it is not UTF-8 text";
        }
        if (cause instanceof NullPointerException
                && (cause.getMessage() == null || cause.getMessage().startsWith("Cannot "))) {
            return "a value is missing";
        }
        if (cause instanceof JsonProcessingException json) {
            return words(json.getOriginalMessage(), json) + where(json);
        }
        return words(cause.getMessage(), cause);
    }

    /** The same of a text that is a line of a file, without the place in it. */
    public static String inLine(JsonProcessingException json) {
        return words(json.getOriginalMessage(), json);
    }

    /** The first line, without what only means something to whoever wrote the library. */
    private static String words(String message, Throwable cause) {
        String first = message == null
                ? ""
                : message.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .findFirst()
                        .orElse("");
        if (first.isEmpty()) {
            return words(cause.getClass().getSimpleName());
        }
        return Printable.name(first.replaceAll(
                        "\\(class [^)]*\\)|, from `StreamReadConstraints[^`]*`| \\(set Deserialization[^)]*\\)", "")
                .replaceAll("\\[(?:simple|collection|map) type, class ([^\\]]*)\\]", "$1")
                .replaceAll("(?<![\\w.])(?:[a-z]\\w*\\.){2,}(?:[A-Z]\\w*\\$)*(?=[A-Z])", "")
                .replaceAll("`(\\w+)`", "$1")
                .replace("problem: NullPointerException", "a value is missing")
                .replaceFirst("^Trailing token .*", "something follows the end of the value")
                .replaceFirst("[.;:\\s]+$", ""));
    }

    /** {@code ClosedChannelException} as {@code closed channel}. */
    private static String words(String className) {
        String words = className
                .replaceFirst("(Exception|Error)$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT)
                .strip();
        return words.isEmpty() ? "unknown reason" : words;
    }

    private static String where(JsonProcessingException json) {
        return json.getLocation() == null || json.getLocation().getLineNr() < 1
                ? ""
                : " at line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr();
    }

    /**
     * A sentence, without its full stop, about something that should not have happened: too little memory, or a fault
     * of the plugin or of a library.
     *
     * @param who where it happened: {@code Maven's JVM}, {@code the worker}
     * @param memory the option by which its heap is set
     */
    public static String unexpected(String who, String memory, Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "The memory of " + who + " is used up (" + Reason.of(failure) + "; its heap may have "
                    + Bytes.text(Runtime.getRuntime().maxMemory()) + "); raise it, for instance with " + memory
                    + ", or give a smaller input";
        }
        if (failure instanceof StackOverflowError) {
            return "Something in the input is nested too deep for " + who + " (at " + place(failure)
                    + "); give an input with less nesting";
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause() == cause ? null : cause.getCause()) {
            if (cause instanceof FileSystemException system) {
                return "A file could not be used in " + who + " (" + Printable.name(String.valueOf(system.getFile()))
                        + ": " + of(system) + "); check permissions and free space";
            }
        }
        String name = failure.getClass().getSimpleName();
        return "Something unexpected happened in " + who + " (" + name + " at " + place(failure)
                + (failure.getMessage() == null ? "" : ": " + Reason.of(failure))
                + "); this is a fault of the plugin or of a library that it uses: please report it with the stack trace";
    }

    /** Where this plugin was when it happened. */
    private static String place(Throwable failure) {
        for (StackTraceElement element : failure.getStackTrace()) {
            if (element.getClassName().startsWith("io.github.fairnessgate.")) {
                return element.getFileName() + ":" + element.getLineNumber();
            }
        }
        return "an unknown place";
    }
}
