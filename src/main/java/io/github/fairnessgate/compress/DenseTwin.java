package io.github.fairnessgate.compress;

import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.ModelDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The same model for programs that cannot read {@code pruned_heads} or quantized weights: with zeros in the place of
 * heads, and with float32 weights. It lies in a folder of the model's folder. Equal models have twins of equal bytes.
 */
public final class DenseTwin {

    /** The twin's folder, in the model's. */
    public static final String FOLDER = "dense";

    private DenseTwin() {}

    private static boolean isNeeded(ModelDirectory model) {
        return model.isQuantized() || !model.config().prunedHeads().stream().allMatch(List::isEmpty);
    }

    /** @param folder the model's, in which the twin's is made */
    static void writeIfNeeded(ModelDirectory model, Path folder) {
        if (isNeeded(model)) {
            Path output = folder.resolve(FOLDER);
            Compressor.copyTokenizer(model, output);
            HeadRemoval.fill(model, output);
        }
    }

    /**
     * What the twin has to consist of; reads all weights.
     *
     * @return SHA-256 of every file by its path in the model's folder, with slashes; empty if the model has no twin
     */
    public static SortedMap<String, String> digests(ModelDirectory model) {
        SortedMap<String, String> digests = new TreeMap<>();
        if (isNeeded(model)) {
            digests.put(
                    FOLDER + "/" + ModelDirectory.CONFIGURATION,
                    HeadRemoval.filled(model).digest());
            digests.put(FOLDER + "/" + ModelDirectory.WEIGHTS, HeadRemoval.filledDigest(model));
            model.tokenizerFiles()
                    .forEach(file -> digests.put(FOLDER + "/" + file.getFileName(), Digests.sha256(file)));
        }
        return digests;
    }
}
