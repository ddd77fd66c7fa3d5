package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.model.ModelDirectory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Files that workers on other machines need, by their path in the folder of a worker. */
final class ShippedFiles {

    private final SortedMap<String, Path> files = new TreeMap<>();
    private final Map<Path, String> places = new HashMap<>();

    /** The path of a model's folder there. */
    String model(ModelDirectory model) {
        return place("model-", model.path(), model.decidingFiles());
    }

    /** The same suite with the paths there. */
    SuiteSpec suite(SuiteSpec spec) {
        return spec.elsewhere(this::file, this::folder);
    }

    /** The path of a user's file there; its name stays. */
    String file(Path file) {
        return place("data-", file, List.of(file)) + "/" + file.getFileName();
    }

    /** The path of a folder there, with these of its files. */
    String folder(Path folder, List<Path> files) {
        return place("folder-", folder, files);
    }

    private String place(String prefix, Path named, List<Path> contents) {
        return places.computeIfAbsent(named.toAbsolutePath().normalize(), whole -> {
            String place = prefix + places.size();
            for (Path file : contents) {
                Path absolute = file.toAbsolutePath().normalize();
                String inside = absolute.startsWith(whole) && !absolute.equals(whole)
                        ? whole.relativize(absolute).toString().replace('\\', '/')
                        : file.getFileName().toString();
                files.put(place + "/" + inside, absolute);
            }
            return place;
        });
    }

    SortedMap<String, Path> all() {
        return files;
    }
}
