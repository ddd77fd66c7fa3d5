package io.github.fairnessgate.compress;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelDirectory;
import java.nio.file.Path;
import java.util.Map;

/**
 * A compression in a process of its own, to be killed: says every step on standard output. Arguments: model, folder of
 * recipe.yaml, target, checkpoints.
 */
public final class KilledCompression {

    static final String STEP = "STEP";

    private KilledCompression() {}

    public static void main(String[] arguments) {
        Compressor.run(
                ModelDirectory.open(Path.of(arguments[0])),
                RecipeReader.read("recipe.yaml", Path.of(arguments[1])),
                Path.of(arguments[2]),
                Path.of(arguments[3]),
                Device.CPU,
                Map.of(),
                new Progress() {
                    @Override
                    public void step(String task, long done, long total) {
                        System.out.println(STEP + " " + task + " " + done);
                    }

                    @Override
                    public void info(String message) {
                        System.out.println(message);
                    }
                },
                folder -> {});
    }
}
