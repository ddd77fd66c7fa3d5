package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.runtime.Answers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The answers of all shards to one suite. Nothing is computed: what no shard answered is an error. */
final class MergedAnswers implements Answers, AutoCloseable {

    private final String suite;
    private final List<AnswerFile> shards = new ArrayList<>();

    /**
     * Opens the files.
     *
     * @param suite for messages
     * @throws InvalidInputException if one cannot be read
     */
    MergedAnswers(String suite, List<Path> files) {
        this.suite = suite;
        try {
            files.forEach(file -> shards.add(AnswerFile.read(file)));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public Optional<byte[]> find(String question) {
        Optional<byte[]> found = Optional.empty();
        for (AnswerFile shard : shards) {
            Optional<byte[]> own = shard.find(question);
            if (own.isPresent() && found.isPresent() && !Arrays.equals(own.get(), found.get())) {
                throw new InvalidInputException("Two shards have different answers to one question of " + suite + ": "
                        + shards.get(0) + " or a later one, and " + shard
                        + ". Measure the shards again, all with the same processors.");
            }
            found = found.or(() -> own);
        }
        if (found.isEmpty()) {
            throw new InvalidInputException("The shards lack an answer of " + suite + ", although all of them are "
                    + "there (" + shards.get(0) + " and others). Measure them again, all with the same thresholds "
                    + "and models.");
        }
        return found;
    }

    /** Is never asked for: nothing is computed. */
    @Override
    public void keep(String question, byte[] answer) {
        throw new IllegalStateException("a merge computes nothing");
    }

    @Override
    public void close() {
        shards.forEach(AnswerFile::close);
    }
}
