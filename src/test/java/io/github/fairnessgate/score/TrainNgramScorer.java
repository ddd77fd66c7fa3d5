package io.github.fairnessgate.score;

import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Trains the scorer that ships. {@code docs/scorer.md} says how to run it.
 *
 * <p>Arguments: the folder with {@code toxicity-labelled} and {@code evaluation}; the folder of the word lists and
 * identity sentences ({@code src/test/fixtures/score/training}); the file to write.
 */
public final class TrainNgramScorer {

    private TrainNgramScorer() {}

    /** Runs the training. */
    public static void main(String[] arguments) throws IOException {
        LabelledData data = new LabelledData(Path.of(arguments[0]), Path.of(arguments[1]));
        Path target = Path.of(arguments[2]);
        NgramModel model = NgramTraining.train(data.texts(), data.identityTerms(), data.lexicon());
        AtomicFiles.write(target, model::write);
        System.out.println(target + " " + Digests.sha256(target));
    }
}
