package io.github.fairnessgate.result;

import io.github.fairnessgate.evidence.Bundle;
import io.github.fairnessgate.file.AtomicFiles;
import java.nio.file.Path;

/**
 * The output folder of a gate: the compressed model, evaluations, reports and evidence.
 *
 * @param path absolute
 */
public record ResultFolder(Path path) {

    private static final String COMPRESSED = "compressed";

    /** The compressed model. */
    public Path compressed() {
        return path.resolve(COMPRESSED);
    }

    /** What one of several jobs measured. */
    public Path shards() {
        return path.resolve("shards");
    }

    /** The evidence bundle. */
    public Path evidence() {
        return path.resolve(Bundle.FILE);
    }

    /**
     * Removes the reports and the evidence of an earlier run, so that a run that breaks leaves none that looks like its
     * own.
     */
    public void clear() {
        clearReports();
        AtomicFiles.delete(evidence());
    }

    /** Removes reports, and the note that a gate was skipped; the evidence, which may be what is judged, stays. */
    public void clearReports() {
        ReportFiles.delete(path);
    }
}
