package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The digest of what a jar, or a folder of classes, holds. Two builds of the same code give the same one, as times play
 * no part.
 */
public final class CodeDigest {

    /** The manifest, and what Maven says of the build. */
    private static final List<String> OF_THE_BUILD = List.of("META-INF/MANIFEST.MF", "META-INF/maven/");

    private CodeDigest() {}

    /**
     * SHA-256, in hexadecimal, over names and contents of the files of the jar or folder that a class is from.
     *
     * @throws InvalidInputException if they cannot be read
     */
    public static String of(Class<?> type) {
        Path place = place(type);
        if (Files.isDirectory(place)) {
            return ofFiles(place);
        }
        try (FileSystem jar = FileSystems.newFileSystem(place, (ClassLoader) null)) {
            return ofFiles(jar.getPath("/"));
        } catch (IOException e) {
            throw FileErrors.cannot("read", place, e);
        }
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of " + type + " is no file", e);
        }
    }

    private static String ofFiles(Path root) {
        StringBuilder content = new StringBuilder();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = root.relativize(file).toString().replace('\\', '/');
                if (OF_THE_BUILD.stream().noneMatch(name::startsWith)) {
                    content.append(name)
                            .append('\n')
                            .append(Digests.sha256(file))
                            .append('\n');
                }
            }
        } catch (IOException e) {
            throw FileErrors.cannot("read", root, e);
        }
        return Digests.sha256(content.toString().getBytes(StandardCharsets.UTF_8));
    }
}
