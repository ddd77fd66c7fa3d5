package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.runtime.Answers;
import java.util.Optional;

/**
 * Answers of one shard. The questions of every call are dealt out by falling cost and in turns, to and fro, and every
 * call begins with another shard, so that all have about as much to compute.
 */
final class ShardAnswers implements Answers {

    private final Answers answers;
    private final Shard shard;
    private int calls;

    ShardAnswers(Answers answers, Shard shard) {
        this.answers = answers;
        this.shard = shard;
    }

    @Override
    public Optional<byte[]> find(String question) {
        return answers.find(question);
    }

    @Override
    public void keep(String question, byte[] answer) {
        answers.keep(question, answer);
    }

    @Override
    public synchronized boolean[] wanted(int questions) {
        boolean[] wanted = new boolean[questions];
        for (int rank = 0; rank < questions; rank++) {
            int place = rank % shard.of();
            int dealt = rank / shard.of() % 2 == 0 ? place : shard.of() - 1 - place;
            wanted[rank] = (dealt + calls) % shard.of() == shard.number() - 1;
        }
        calls++;
        return wanted;
    }
}
