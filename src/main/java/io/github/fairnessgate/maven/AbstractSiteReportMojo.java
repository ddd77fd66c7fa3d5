package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.pipeline.Outcome;
import java.io.File;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.maven.doxia.sink.Sink;
import org.apache.maven.doxia.sink.SinkFactory;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.reporting.MavenMultiPageReport;
import org.apache.maven.reporting.MavenReportException;

/**
 * A goal that adds a page to the project's site, called by Maven or by the site plugin. The page is complete as it is,
 * an external report to the site plugin, so that nothing of what renders sites is needed. It is a multi-page report
 * because the site plugins before and after Doxia 2 agree on that interface alone.
 */
abstract class AbstractSiteReportMojo extends AbstractFairnessMojo implements MavenMultiPageReport {

    /**
     * The folder of the site, where the page is written. By default the POM's, which is usually {@code target/site}.
     */
    @Parameter(property = Parameters.SITE_DIRECTORY)
    private File siteDirectory;

    /** Files appear whole, and an output folder is not made for a page that there is not. */
    @Override
    final boolean sharesOutput() {
        return false;
    }

    /** Writes the page, or says why there is none. */
    @Override
    abstract Outcome run();

    /** A page of an earlier run would look like this one's. */
    @Override
    final void skip(String by) {
        removePages();
    }

    /** Removes what an earlier run wrote. */
    abstract void removePages();

    /** Whether there is something to show. */
    abstract boolean hasResult();

    /** The folder of the page, in the folder of the site. */
    abstract String folder();

    /** What the site lists the page as having found, in a sentence. */
    abstract String finding();

    /** Where the page is written. */
    final Path page() {
        return siteDirectory().resolve(folder()).resolve("index.html");
    }

    private Path siteDirectory() {
        Path folder = siteDirectory != null
                ? siteDirectory.toPath()
                // As with the output directory, Maven leaves its own expression half interpolated without a POM.
                : project().getFile() == null
                        ? Path.of("target", "site")
                        : Path.of(project().getModel().getReporting().getOutputDirectory());
        return locations().base().resolve(folder).normalize();
    }

    @Override
    public final void generate(Sink sink, SinkFactory sinkFactory, Locale locale) throws MavenReportException {
        generate(sink, locale);
    }

    @Override
    public final void generate(Sink sink, Locale locale) throws MavenReportException {
        try {
            requireSettings();
            BuildEnd.require(run());
        } catch (InvalidInputException | MojoFailureException e) {
            throw BuildEnd.pageless(e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            throw BuildEnd.pageless(Reason.unexpected("Maven's JVM", "MAVEN_OPTS=-Xmx4g", e) + ".", e);
        }
    }

    @Override
    public final boolean canGenerateReport() {
        return !skipped() && hasResult();
    }

    @Override
    public final boolean isExternalReport() {
        return true;
    }

    /** The site plugins before Doxia 2 know no other name of it. */
    @Override
    @SuppressWarnings("deprecation")
    public final String getOutputName() {
        return folder() + "/index";
    }

    @Override
    public final String getCategoryName() {
        return CATEGORY_PROJECT_REPORTS;
    }

    @Override
    public final String getDescription(Locale locale) {
        return finding();
    }

    @Override
    public final void setReportOutputDirectory(File outputDirectory) {
        siteDirectory = outputDirectory;
    }

    @Override
    public final File getReportOutputDirectory() {
        return siteDirectory().toFile();
    }
}
