package io.github.fairnessgate.fuzz;

import java.nio.file.Path;
import java.util.List;

/**
 * A reader of bytes that come from outside.
 *
 * @param name of the reader, and of its folder in the corpus
 * @param file the name under which an input is written into {@code folder} before it is read
 * @param folder holds what the reader needs beside the input
 * @param good inputs that are accepted
 * @param mutator makes the others
 */
public record Target(String name, String file, Path folder, List<byte[]> good, Mutator mutator, Reader reader) {

    /** Reads one input. */
    @FunctionalInterface
    public interface Reader {

        /**
         * @param input as it was written
         * @return all that the input means, as text: the same for inputs that mean the same
         * @throws io.github.fairnessgate.InvalidInputException if the input cannot be used
         */
        String read(Path input) throws Exception;
    }

    public Target {
        good = List.copyOf(good);
    }
}
