package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.report.HtmlReport;
import io.github.fairnessgate.report.Report;
import java.util.Locale;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/** Shows a finished result on the project's site. Judges nothing, runs no model, and fails no build because of a verdict. */
@Mojo(name = "report", defaultPhase = LifecyclePhase.SITE, requiresProject = false, threadSafe = true)
public class ReportMojo extends AbstractSiteReportMojo {

    @Override
    void run() {
        if (!hasResult()) {
            return;
        }
        Report report = FinishedResult.read(outputDirectory());
        HtmlReport.write(page(), report);
        String line = "Verdict: " + verdict(report) + "; page: " + page();
        if (report.gate().passed()) {
            getLog().info(line);
        } else {
            getLog().warn(line);
        }
    }

    /** Without a result, an earlier page would show one that is gone: it is removed. */
    @Override
    boolean hasResult() {
        boolean result = FinishedResult.isIn(outputDirectory());
        if (!result) {
            removePages();
            getLog().info("There is no result in " + outputDirectory() + ", and so no page: "
                    + SkippedGate.in(outputDirectory()).map(by -> "the gate was skipped by " + by + ".").orElse("fairness:check makes one."));
        }
        return result;
    }

    @Override
    void removePages() {
        AtomicFiles.delete(page());
    }

    @Override
    String folder() {
        return "fairness";
    }

    @Override
    public String getName(Locale locale) {
        return "Fairness";
    }

    @Override
    String finding() {
        try {
            return "Fairness before and after compression: " + verdict(FinishedResult.read(outputDirectory())) + ".";
        } catch (InvalidInputException e) {
            return "Fairness before and after compression: a damaged result.";
        }
    }

    private static String verdict(Report report) {
        return report.gate().verdict() + " (" + GateMessages.headline(report.gate()) + ")";
    }
}
