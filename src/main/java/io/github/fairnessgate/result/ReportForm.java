package io.github.fairnessgate.result;

/** A form of the report that can be switched off: one of the plugin's, or one of an extension. */
public sealed interface ReportForm permits ReportFiles.Format, ProvidedForm {

    /** As a user lists it. */
    String id();
}
