package io.github.fairnessgate.maven;

import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.apache.maven.settings.Activation;
import org.apache.maven.settings.ActivationProperty;
import org.apache.maven.settings.Profile;

/**
 * Which properties POMs use: as {@code ${name}}, or to activate a profile. Looked through are the POMs of the build,
 * their parents, and the modules that those name, without comments.
 */
final class PomReferences {

    private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");
    private static final Pattern MODULE =
            Pattern.compile("<(?:module|subproject)>\\s*([^<]+?)\\s*</(?:module|subproject)>");

    private final List<String> texts = new ArrayList<>();
    private final List<String> activators;

    PomReferences(MavenSession session, MavenProject project) {
        Set<Path> read = new LinkedHashSet<>();
        List<MavenProject> projects =
                new ArrayList<>(Optional.ofNullable(session.getAllProjects()).orElse(List.of()));
        projects.add(project);
        for (MavenProject each : projects) {
            for (MavenProject own = each; own != null; own = own.getParent()) {
                if (own.getFile() != null) {
                    read(own.getFile().toPath().toAbsolutePath().normalize(), read);
                }
            }
        }
        activators = session.getSettings().getProfiles().stream()
                .map(Profile::getActivation)
                .filter(Objects::nonNull)
                .map(Activation::getProperty)
                .filter(property -> property != null && property.getName() != null)
                .map(ActivationProperty::getName)
                .toList();
    }

    private void read(Path pom, Set<Path> read) {
        if (!Files.isRegularFile(pom) || !read.add(pom)) {
            return;
        }
        String text;
        try {
            text = COMMENT.matcher(new String(BoundedFiles.bytes(pom, BoundedFiles.LARGEST), StandardCharsets.UTF_8))
                    .replaceAll("");
        } catch (IOException e) {
            throw FileErrors.cannot("read", pom, e);
        }
        texts.add(text);
        Matcher modules = MODULE.matcher(text);
        while (modules.find()) {
            Path module =
                    pom.resolveSibling(modules.group(1).replace('\\', '/')).normalize();
            read(Files.isDirectory(module) ? module.resolve("pom.xml") : module, read);
        }
    }

    boolean include(String property) {
        Pattern activation = Pattern.compile("<name>\\s*!?" + Pattern.quote(property) + "\\s*</name>");
        return texts.stream()
                        .anyMatch(text -> text.contains("${" + property + "}")
                                || activation.matcher(text).find())
                || activators.stream()
                        .anyMatch(name -> name.replaceFirst("^!", "").equals(property));
    }
}
