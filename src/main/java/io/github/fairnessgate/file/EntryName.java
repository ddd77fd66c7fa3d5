package io.github.fairnessgate.file;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The name of an entry of an archive, which lands inside the folder that the archive is unpacked to, or nowhere. */
record EntryName(String text) {

    /** Whether it names a place outside of the folder, on any system. */
    boolean leavesFolder() {
        return text.startsWith("/") || text.contains("\\") || text.matches("[A-Za-z]:.*") || parts().contains("..");
    }

    /** Whether it is written as a path inside of the folder is, without detours. */
    boolean isPlain() {
        return !leavesFolder() && !parts().contains("") && !parts().contains(".");
    }

    private List<String> parts() {
        return List.of(text.split("/", -1));
    }

    /** Where it lands; nothing if this system cannot store such a name. */
    Optional<Path> in(Path folder) {
        if (leavesFolder()) {
            throw new IllegalArgumentException("would land outside of the folder: " + text);
        }
        try {
            return Optional.of(folder.resolve(Path.of(text).normalize()));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
