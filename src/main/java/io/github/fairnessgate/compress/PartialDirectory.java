package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that grows beside its target and takes its place when it is whole. Until then the target
 * is what it was. What processes left behind that are no longer alive is cleared away by the next one.
 */
final class PartialDirectory implements AutoCloseable {

    private static final String PARTIAL = ".partial-";
    private static final String REPLACED = ".replaced-";

    private final Path target;
    private final Path partial;

    private PartialDirectory(Path target, Path partial) {
        this.target = target;
        this.partial = partial;
    }

    /** @throws InvalidInputException if the target's folder cannot be written to */
    static PartialDirectory beside(Path target) {
        Path absolute = target.toAbsolutePath().normalize();
        Path partial = sibling(absolute, PARTIAL + ProcessHandle.current().pid());
        try {
            Files.createDirectories(absolute.getParent());
            clearLeftovers(absolute);
            Files.createDirectory(partial);
        } catch (IOException e) {
            throw cannotWrite(absolute, e);
        }
        return new PartialDirectory(absolute, partial);
    }

    /** The growing folder. */
    Path path() {
        return partial;
    }

    /** Puts the folder in the target's place. */
    void moveIntoPlace() {
        Path replaced = sibling(target, REPLACED + ProcessHandle.current().pid());
        try {
            if (Files.exists(target)) {
                Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            deleteTree(replaced);
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
    }

    /** Deletes the folder, if it was not moved. */
    @Override
    public void close() {
        try {
            deleteTree(partial);
        } catch (IOException e) {
            throw new InvalidInputException("The unfinished folder " + partial + " cannot be deleted: " + Reason.of(e) + "; delete it.", e);
        }
    }

    private static void clearLeftovers(Path target) throws IOException {
        for (Path leftover : leftovers(target, REPLACED)) {
            if (Files.exists(target)) {
                deleteTree(leftover);
            } else {
                // The process was killed between its two moves.
                Files.move(leftover, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        for (Path leftover : leftovers(target, PARTIAL)) {
            deleteTree(leftover);
        }
    }

    private static List<Path> leftovers(Path target, String marker) throws IOException {
        String prefix = target.getFileName() + marker;
        try (Stream<Path> siblings = Files.list(target.getParent())) {
            return siblings.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .filter(path -> isLeftByADeadProcess(path.getFileName().toString().substring(prefix.length())))
                    .toList();
        }
    }

    private static boolean isLeftByADeadProcess(String pid) {
        if (!pid.matches("\\d{1,18}")) {
            return false;
        }
        long number = Long.parseLong(pid);
        return number == ProcessHandle.current().pid() || ProcessHandle.of(number).isEmpty();
    }

    private static Path sibling(Path target, String suffix) {
        return target.resolveSibling(target.getFileName() + suffix);
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(root)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    private static InvalidInputException cannotWrite(Path target, IOException cause) {
        return new InvalidInputException("The compressed model cannot be written to " + target + ": " + cause
                + "; check permissions and free space.", cause);
    }
}
