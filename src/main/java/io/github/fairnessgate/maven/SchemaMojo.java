package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.setup.Schemas;
import java.io.File;
import java.nio.file.Path;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Writes the JSON schemas of thresholds, recipes and searches, with which editors complete and check those files. */
@Mojo(name = "schema", requiresProject = false, threadSafe = true)
public class SchemaMojo extends AbstractFairnessMojo {

    /** The folder for the schemas. {@code src/main/fairness} by default. */
    @Parameter(property = Parameters.SCHEMA_DIRECTORY)
    private File schemaDirectory;

    /** Files appear whole. */
    @Override
    boolean sharesOutput() {
        return false;
    }

    @Override
    Outcome run() {
        Path base = locations().base().normalize();
        Path folder = base.resolve(schemaDirectory == null ? Path.of(Schemas.FOLDER) : schemaDirectory.toPath())
                .normalize();
        Schemas.write(base, folder).forEach(getLog()::info);
        return Outcome.GOOD;
    }
}
