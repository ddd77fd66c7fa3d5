package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.compress.CompressionKey;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.worker.WorkerRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a compression is made from.
 *
 * @param model to compress
 * @param digest of the model
 * @param recipeName the recipe as the user named it
 * @param baseDirectory what that name is relative to
 * @param recipe its Maven texts resolved
 * @param device where it is computed
 * @param versions of what computes it
 * @param key of all of these, as they were when the build began, as the digest was
 */
record CompressionJob(
        LocatedModel model,
        String digest,
        String recipeName,
        Path baseDirectory,
        Recipe recipe,
        Device device,
        SortedMap<String, String> versions,
        String key) {

    static CompressionJob of(
            LocatedModel model,
            String recipeName,
            Path baseDirectory,
            Recipe recipe,
            Device device,
            SortedMap<String, String> versions) {
        String digest = model.directory().digest();
        return new CompressionJob(
                model,
                digest,
                recipeName,
                baseDirectory,
                recipe,
                device,
                versions,
                CompressionKey.of(digest, recipe, device, versions));
    }

    /** What has the worker do it. */
    WorkerRequest.Compress request(Path output, Path checkpoints, Path times) {
        Map<String, String> artifacts = new TreeMap<>();
        recipe.artifacts().forEach((source, file) -> artifacts.put(source, file.toString()));
        return new WorkerRequest.Compress(
                model.directory().path().toString(),
                recipeName,
                recipe.seed(),
                baseDirectory.toString(),
                artifacts,
                key,
                versions,
                device,
                output.toString(),
                checkpoints.toString(),
                times.toString());
    }

    String pluginVersion() {
        return versions.get(CompressionReport.PLUGIN);
    }

    /**
     * The model by what is the same on every machine: coordinates, or the name of the file or folder without the way
     * there.
     */
    MlBom.Identity ancestor() {
        ModelReference reference = ModelReference.parse(model.source(), baseDirectory);
        if (reference instanceof ModelReference.Coordinates maven) {
            return MlBom.Identity.maven(
                    maven.groupId(), maven.artifactId(), maven.version(), maven.extension(), maven.classifier());
        }
        if (reference instanceof ModelReference.Hub hub) {
            return MlBom.Identity.huggingFace(hub.organisation(), hub.name(), hub.revision());
        }
        String prefix = reference instanceof ModelReference.Builtin ? "builtin:" : "";
        return MlBom.Identity.named(prefix + reference.name());
    }
}
