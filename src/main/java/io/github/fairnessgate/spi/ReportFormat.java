package io.github.fairnessgate.spi;

/**
 * A form of the report in an extension, which {@code fairness.reports} lists by its id. It is written beside
 * {@code report.json}, as {@code report-<id>.<extension>}.
 *
 * <p>A jar names its formats in {@code META-INF/services/io.github.fairnessgate.spi.ReportFormat}. A format is public
 * and has a public constructor without parameters. Maven's JVM makes it.
 */
public interface ReportFormat {

    /**
     * The name of the format: lower-case letters, digits and hyphens; not that of a bundled one, and of no other
     * extension's.
     */
    String id();

    /** Of the file, without the dot: letters and digits, {@code csv}. */
    String extension();

    /**
     * The file's content.
     *
     * @param report the text of {@code report.json}, whose form {@code report.schema.json} describes
     */
    String content(String report);
}
