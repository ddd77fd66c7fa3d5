package io.github.fairnessgate.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Inputs that are read in every campaign, before others are made: some that any reader may meet, and those of one
 * reader.
 */
final class Corpus {

    private static final Path FOLDER = Path.of("src/fuzz/corpus");
    private static final String ANY_READER = "every";

    private Corpus() {}

    static List<byte[]> of(Target target) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        for (String name : List.of(ANY_READER, target.name())) {
            if (Files.isDirectory(FOLDER.resolve(name))) {
                try (Stream<Path> paths = Files.list(FOLDER.resolve(name))) {
                    for (Path path : paths.sorted().toList()) {
                        inputs.add(Files.readAllBytes(path));
                    }
                }
            }
        }
        return inputs;
    }
}
