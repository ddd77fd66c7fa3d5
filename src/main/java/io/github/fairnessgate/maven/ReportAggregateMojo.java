package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.report.Aggregate;
import io.github.fairnessgate.report.AggregateHtml;
import io.github.fairnessgate.report.AggregateJson;
import io.github.fairnessgate.report.AggregateMarkdown;
import io.github.fairnessgate.report.HtmlReport;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.result.JobSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Shows the results of all modules of a build on one page, the worst first, and writes the modules' pages beside it. A
 * module without a result never counts as passed. The goal judges nothing and runs no model.
 */
@Mojo(
        name = "report-aggregate",
        defaultPhase = LifecyclePhase.VERIFY,
        aggregator = true,
        requiresProject = false,
        threadSafe = true)
public class ReportAggregateMojo extends AbstractSiteReportMojo {

    private static final String JSON = "aggregate.json";
    private static final String MARKDOWN = "aggregate.md";

    /** Whether the build fails if a module has no result or did not pass. Otherwise it warns. */
    @Parameter(property = Parameters.FAIL_ON_VIOLATION, defaultValue = "false")
    private String failOnViolation;

    private final MavenServices services;

    @Inject
    public ReportAggregateMojo(MavenServices services) {
        this.services = services;
    }

    @Override
    Outcome run() {
        boolean fails = ParameterValues.isTrue(failOnViolation, Parameters.FAIL_ON_VIOLATION);
        if (project().getFile() == null) {
            throw new InvalidInputException("There is no POM in " + locations().base()
                    + ", and so there are no modules: run the goal in the root of the build, or"
                    + " fairness:report for a single result.");
        }
        removePages();
        Path folder = page().getParent();
        Path json = locations().output().resolve(JSON);
        Path markdown = locations().output().resolve(MARKDOWN);
        Aggregate aggregate = new Aggregate(
                services.plugin(),
                project().getName(),
                MavenHost.identity(project()),
                new ReactorResults(
                                session(),
                                project(),
                                Path.of(session().getExecutionRootDirectory()),
                                (name, report) -> publish(folder, name, report))
                        .modules());
        AggregateHtml.write(page(), aggregate);
        AggregateJson.write(json, aggregate);
        AggregateMarkdown.write(markdown, aggregate);
        JobSummary.append(AggregateMarkdown.text(aggregate), System.getenv());
        return pronounce(aggregate, fails);
    }

    /** A failure if not every build may go on, and that fails this one. */
    Outcome pronounce(Aggregate aggregate, boolean fails) {
        String line = "Verdict over all modules: " + aggregate.verdict().text() + " (" + aggregate.headline()
                + "); page: " + page();
        if (aggregate.passed()) {
            getLog().info(line);
        } else if (fails) {
            return new Outcome(List.of(line));
        } else {
            getLog().warn(line);
        }
        return Outcome.GOOD;
    }

    @Override
    void removePages() {
        AtomicFiles.delete(page().getParent());
        AtomicFiles.delete(locations().output().resolve(JSON));
        AtomicFiles.delete(locations().output().resolve(MARKDOWN));
    }

    private static String publish(Path folder, String name, Report report) {
        HtmlReport.write(folder.resolve(name).resolve("index.html"), report);
        return name + "/index.html";
    }

    /** On a site, one page for the whole build is enough: that of its root. */
    @Override
    boolean hasResult() {
        return project().isExecutionRoot() && session().getAllProjects().size() > 1;
    }

    @Override
    String folder() {
        return "fairness-aggregate";
    }

    @Override
    public String getName(Locale locale) {
        return "Fairness of all modules";
    }

    @Override
    String finding() {
        return "Fairness before and after compression, in every module of this build.";
    }
}
