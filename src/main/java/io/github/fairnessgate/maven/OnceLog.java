package io.github.fairnessgate.maven;

import io.github.fairnessgate.Messages;
import java.util.Map;
import org.apache.maven.execution.MavenSession;

/** Says each thing once in a build, whatever goals and modules would say it. */
final class OnceLog implements Messages {

    private final PrintableLog log;
    private final MavenSession session;
    private final String about;

    OnceLog(PrintableLog log, MavenSession session) {
        this(log, session, "");
    }

    /** @param about what the texts are about; the same texts about something else are said again */
    OnceLog(PrintableLog log, MavenSession session, String about) {
        this.log = log;
        this.session = session;
        this.about = about;
    }

    @Override
    public void debug(CharSequence line) {
        if (isFirst(line)) {
            log.debug(line);
        }
    }

    @Override
    public void info(CharSequence line) {
        if (isFirst(line)) {
            log.info(line);
        }
    }

    @Override
    public void warn(CharSequence line) {
        if (isFirst(line)) {
            log.warn(line);
        }
    }

    /** Whether nobody asked about the same text before in this build. */
    boolean isFirst(CharSequence text) {
        Map<String, Object> said = session.getRequest().getData();
        synchronized (said) {
            return said.put("fairness said: " + about + text, Boolean.TRUE) == null;
        }
    }
}
