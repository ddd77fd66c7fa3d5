package io.github.fairnessgate.maven;

import io.github.fairnessgate.Messages;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.PrintableCause;
import org.apache.maven.plugin.logging.Log;

/**
 * The log of a goal. Whatever a message quotes from outside, it is one {@linkplain Printable#line printable line} of
 * the build log.
 */
public final class PrintableLog implements Log, Messages {

    private final Log log;

    public PrintableLog(Log log) {
        this.log = log;
    }

    private static String line(CharSequence content) {
        return Printable.line(String.valueOf(content));
    }

    @Override
    public boolean isDebugEnabled() {
        return log.isDebugEnabled();
    }

    @Override
    public void debug(CharSequence content) {
        log.debug(line(content));
    }

    @Override
    public void debug(CharSequence content, Throwable error) {
        log.debug(line(content), PrintableCause.of(error));
    }

    @Override
    public void debug(Throwable error) {
        log.debug(PrintableCause.of(error));
    }

    @Override
    public boolean isInfoEnabled() {
        return log.isInfoEnabled();
    }

    @Override
    public void info(CharSequence content) {
        log.info(line(content));
    }

    @Override
    public void info(CharSequence content, Throwable error) {
        log.info(line(content), PrintableCause.of(error));
    }

    @Override
    public void info(Throwable error) {
        log.info(PrintableCause.of(error));
    }

    @Override
    public boolean isWarnEnabled() {
        return log.isWarnEnabled();
    }

    @Override
    public void warn(CharSequence content) {
        log.warn(line(content));
    }

    @Override
    public void warn(CharSequence content, Throwable error) {
        log.warn(line(content), PrintableCause.of(error));
    }

    @Override
    public void warn(Throwable error) {
        log.warn(PrintableCause.of(error));
    }

    @Override
    public boolean isErrorEnabled() {
        return log.isErrorEnabled();
    }

    @Override
    public void error(CharSequence content) {
        log.error(line(content));
    }

    @Override
    public void error(CharSequence content, Throwable error) {
        log.error(line(content), PrintableCause.of(error));
    }

    @Override
    public void error(Throwable error) {
        log.error(PrintableCause.of(error));
    }
}
