package io.github.fairnessgate.result;

import io.github.fairnessgate.file.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A folder for one piece of work, beside its result so that results can be moved; gone when the work ends. */
public final class Scratch implements AutoCloseable {

    private static final String PREFIX = ".work-";
    /** With the process that made it. */
    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d{1,10})-.+");

    private final Path folder;

    private Scratch(Path folder) {
        this.folder = folder;
    }

    /** Also removes what builds that were killed left behind. */
    public static Scratch in(Path parent) {
        try {
            Files.createDirectories(parent);
            removeOrphans(parent);
            return new Scratch(Files.createTempDirectory(
                    parent, PREFIX + ProcessHandle.current().pid() + "-"));
        } catch (IOException e) {
            throw OutputLock.unwritable(parent, e);
        }
    }

    private static void removeOrphans(Path parent) throws IOException {
        List<Path> folders;
        try (Stream<Path> children = Files.list(parent)) {
            folders = children.toList();
        }
        for (Path folder : folders) {
            Matcher made = NAME.matcher(folder.getFileName().toString());
            // A folder of another name is somebody else's, whatever it begins with.
            if (made.matches()
                    && ProcessHandle.of(Long.parseLong(made.group(1))).isEmpty()) {
                AtomicFiles.delete(folder);
            }
        }
    }

    public Path folder() {
        return folder;
    }

    @Override
    public void close() {
        AtomicFiles.delete(folder);
    }
}
