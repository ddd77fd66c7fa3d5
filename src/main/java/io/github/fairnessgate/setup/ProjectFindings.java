package io.github.fairnessgate.setup;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.model.PickledModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What {@code fairness:init} detects in a project's folders. */
final class ProjectFindings {

    /** Where a project keeps its model if it follows the documentation. */
    static final String USUAL_MODEL = "src/main/model";

    private static final int DEPTH = 6;
    /** Outputs and installed packages: what is in there is nobody's source. */
    private static final Set<String> PASSED_OVER = Set.of("target", "build", "out", "node_modules");

    private ProjectFindings() {}

    /**
     * Folders that look like a GPT-2 in Hugging Face form, relative to the project: the usual one first, then in the
     * order of their names.
     *
     * @throws InvalidInputException if the project cannot be looked through
     */
    static List<String> models(Path project) {
        List<String> models = new ArrayList<>();
        try {
            Files.walkFileTree(project, EnumSet.noneOf(FileVisitOption.class), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    String name = folder.getFileName() == null
                            ? ""
                            : folder.getFileName().toString();
                    if (!folder.equals(project)
                            && (name.startsWith(".") || PASSED_OVER.contains(name) || !Files.isReadable(folder))) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    if (isModel(folder)) {
                        models.add(
                                folder.equals(project)
                                        ? "."
                                        : project.relativize(folder).toString().replace('\\', '/'));
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The project " + project + " cannot be looked through for models: " + Reason.of(e)
                            + "; check its permissions.",
                    e);
        }
        models.sort((a, b) -> a.equals(USUAL_MODEL) ? -1 : b.equals(USUAL_MODEL) ? 1 : a.compareTo(b));
        return models;
    }

    private static boolean isModel(Path folder) {
        Path config = folder.resolve("config.json");
        if (!Files.isRegularFile(config)
                || PickledModels.in(folder).isEmpty()
                        && Stream.of("model.safetensors", "model.safetensors.index.json", "quantized.safetensors")
                                .noneMatch(weights -> Files.exists(folder.resolve(weights)))) {
            return false;
        }
        try {
            JsonNode json = Json.MAPPER.readTree(config.toFile());
            return json != null && json.path("model_type").asText().equals("gpt2");
        } catch (IOException e) {
            // Some other program's file of that name.
            return false;
        }
    }

    /** The workflow of GitHub Actions that names this plugin or one of its goals, relative to the checkout. */
    static Optional<String> workflow(Path checkout) {
        Path folder = checkout.resolve(".github").resolve("workflows");
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .filter(ProjectFindings::namesThePlugin)
                    .map(file -> checkout.relativize(file).toString().replace('\\', '/'))
                    .findFirst();
        } catch (IOException e) {
            throw new InvalidInputException(
                    folder + " cannot be listed: " + Reason.of(e) + "; check its permissions.", e);
        }
    }

    private static boolean namesThePlugin(Path file) {
        try {
            String text = new String(BoundedFiles.bytes(file, BoundedFiles.LARGEST), StandardCharsets.UTF_8);
            return text.contains("fairness-maven-plugin") || text.contains("fairness:");
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}
