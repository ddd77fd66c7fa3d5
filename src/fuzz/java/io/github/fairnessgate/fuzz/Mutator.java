package io.github.fairnessgate.fuzz;

import java.util.Optional;
import java.util.Random;

/** Makes inputs of good ones. The same random numbers make the same input. */
@FunctionalInterface
public interface Mutator {

    /** A changed copy, which may be good or bad. */
    byte[] changed(byte[] good, Random random);

    /** A changed copy that means the same; empty if this mutator knows of none. */
    default Optional<byte[]> sameMeaning(byte[] good, Random random) {
        return Optional.empty();
    }

    /** This mutator, but for every tenth input, which is changed by bytes. */
    default Mutator andBytes() {
        Mutator structured = this;
        return new Mutator() {
            @Override
            public byte[] changed(byte[] good, Random random) {
                return random.nextInt(10) == 0
                        ? new ByteMutator().changed(good, random)
                        : structured.changed(good, random);
            }

            @Override
            public Optional<byte[]> sameMeaning(byte[] good, Random random) {
                return structured.sameMeaning(good, random);
            }
        };
    }
}
