package io.github.fairnessgate;

/** Lines for the user, who reads them in the log of a build. */
public interface Messages {

    void debug(CharSequence line);

    void info(CharSequence line);

    void warn(CharSequence line);
}
