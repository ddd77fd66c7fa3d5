package io.github.fairnessgate.maven;

import java.util.Map;
import org.apache.maven.execution.MavenSession;

/** Says each thing once in a build, whatever goals and modules would say it. */
final class OnceLog {

    private final PrintableLog log;
    private final MavenSession session;

    OnceLog(PrintableLog log, MavenSession session) {
        this.log = log;
        this.session = session;
    }

    void warn(String warning) {
        if (isFirst(warning)) {
            log.warn(warning);
        }
    }

    /** Whether nobody asked about the same text before in this build. */
    boolean isFirst(String text) {
        Map<String, Object> said = session.getRequest().getData();
        synchronized (said) {
            return said.put("fairness said: " + text, Boolean.TRUE) == null;
        }
    }
}
