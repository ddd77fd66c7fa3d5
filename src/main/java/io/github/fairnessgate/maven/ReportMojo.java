package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.report.HtmlReport;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.result.FinishedResult;
import io.github.fairnessgate.result.SkippedGate;
import java.util.Locale;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Shows a finished result on the project's site. The goal judges nothing, runs no model, and never fails a build
 * because of a verdict.
 */
@Mojo(name = "report", defaultPhase = LifecyclePhase.SITE, requiresProject = false, threadSafe = true)
public class ReportMojo extends AbstractSiteReportMojo {

    @Override
    Outcome run() {
        if (!hasResult()) {
            return Outcome.GOOD;
        }
        Report report = FinishedResult.read(locations().output());
        HtmlReport.write(page(), report);
        String line = "Verdict: " + verdict(report) + "; page: " + page();
        if (report.gate().passed()) {
            getLog().info(line);
        } else {
            getLog().warn(line);
        }
        return Outcome.GOOD;
    }

    /** Without a result, an earlier page would show one that is gone: it is removed. */
    @Override
    boolean hasResult() {
        boolean result = FinishedResult.isIn(locations().output());
        if (!result) {
            removePages();
            getLog().info("There is no result in " + locations().output() + ", and so no page: "
                    + SkippedGate.in(locations().output())
                            .map(by -> "the gate was skipped by " + by + ".")
                            .orElse("fairness:check makes one."));
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
            return "Fairness before and after compression: "
                    + verdict(FinishedResult.read(locations().output())) + ".";
        } catch (InvalidInputException e) {
            return "Fairness before and after compression: a damaged result.";
        }
    }

    private static String verdict(Report report) {
        return report.gate().verdict() + " (" + GateMessages.headline(report.gate()) + ")";
    }
}
