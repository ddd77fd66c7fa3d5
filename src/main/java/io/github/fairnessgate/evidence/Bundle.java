package io.github.fairnessgate.evidence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Archives;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.report.HtmlReport;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.report.ReportJson;
import java.nio.file.Path;

/**
 * The zip that holds {@link Evidence}, what follows from it (report, bill of materials), and a {@link Manifest} of all
 * entries. The same evidence gives the same bytes on every machine.
 */
public final class Bundle {

    /** Its usual name. */
    public static final String FILE = "evidence.zip";

    private Bundle() {}

    /**
     * Writes or replaces a bundle, which is whole at any time.
     *
     * @param scratch an empty folder, which the caller deletes
     * @return what the gate says of the evidence
     * @throws io.github.fairnessgate.InvalidInputException if it cannot be written
     */
    public static GateResult write(Path zip, Path scratch, Evidence evidence) {
        evidence.write(scratch);
        Report report = evidence.judge(scratch);
        derive(scratch, evidence, report, scratch);
        Manifest.of(evidence, report.gate(), scratch).write(scratch);
        Archives.writeZip(scratch, zip);
        return report.gate();
    }

    /**
     * Writes what follows from evidence.
     *
     * @param inputs the folder of the bundle, with the evidence's own files and, where a bundle is checked, with the
     *     report that it has
     */
    static void derive(Path folder, Evidence evidence, Report report, Path inputs) {
        ReportJson.write(folder.resolve(Evidence.REPORT), report);
        HtmlReport.write(folder.resolve(Evidence.PAGE), report);
        ObjectNode bom = ResultsBom.of(
                evidence,
                report,
                Digests.sha256(inputs.resolve(Evidence.THRESHOLDS)),
                Digests.sha256(inputs.resolve(Evidence.REPORT)));
        AtomicFiles.write(
                folder.resolve(Evidence.BOM),
                out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, bom));
    }
}
