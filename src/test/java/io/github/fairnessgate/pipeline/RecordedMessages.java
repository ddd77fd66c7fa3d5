package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Messages;
import java.util.ArrayList;
import java.util.List;

/** Messages that a test can look at. */
final class RecordedMessages implements Messages {

    private final List<String> lines = new ArrayList<>();

    /** Each with its level and a space before it. */
    List<String> lines() {
        return lines;
    }

    @Override
    public void debug(CharSequence line) {
        lines.add("DEBUG " + line);
    }

    @Override
    public void info(CharSequence line) {
        lines.add("INFO " + line);
    }

    @Override
    public void warn(CharSequence line) {
        lines.add("WARN " + line);
    }
}
