package io.github.fairnessgate.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Changes the names, the order and the content of a zip's entries, so that its checksums hold, or the bytes of its
 * records, so that they contradict the content.
 */
public final class ZipMutator implements Mutator {

    private static final byte[] MARK = {'P', 'K'};

    private final Mutator content;
    private final boolean stored;
    private final Mutator bytes = new ByteMutator();

    /**
     * @param content changes what an entry holds
     * @param stored whether entries of good zips are never compressed
     */
    public ZipMutator(Mutator content, boolean stored) {
        this.content = content;
        this.stored = stored;
    }

    @Override
    public byte[] changed(byte[] good, Random random) {
        int kind = random.nextInt(8);
        if (kind == 0) {
            return bytes.changed(good, random);
        }
        if (kind < 3) {
            return withChangedRecord(good, random);
        }
        List<Archive.Entry> entries = new ArrayList<>(Archive.unzipped(good));
        for (int change = random.nextInt(2); change >= 0 && !entries.isEmpty(); change--) {
            Archive.change(entries, content, random);
        }
        try {
            return Archive.zipped(entries, stored != (random.nextInt(10) == 0));
        } catch (IllegalArgumentException e) { // of two entries with one name
            return withChangedRecord(good, random);
        }
    }

    /** Sizes, checksums, flags, methods and offsets lie within some dozen bytes behind a signature. */
    private static byte[] withChangedRecord(byte[] good, Random random) {
        byte[] bytes = good.clone();
        List<Integer> records = new ArrayList<>();
        for (int i = 0; i + 46 < bytes.length; i++) {
            if (bytes[i] == MARK[0] && bytes[i + 1] == MARK[1] && bytes[i + 2] < 8 && bytes[i + 3] < 8) {
                records.add(i);
            }
        }
        if (records.isEmpty()) {
            return bytes;
        }
        int at = records.get(random.nextInt(records.size())) + 4 + random.nextInt(42);
        for (int i = 0; i < 1 + random.nextInt(4) && at + i < bytes.length; i++) {
            bytes[at + i] = (byte)
                    (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextBoolean() ? 0xff : bytes[at + i] + 1);
        }
        return bytes;
    }

    /** The same entries in another order, and, where good zips may be compressed, packed otherwise. */
    @Override
    public Optional<byte[]> sameMeaning(byte[] good, Random random) {
        if (stored) {
            return Optional.empty();
        }
        List<Archive.Entry> entries = new ArrayList<>(Archive.unzipped(good));
        Collections.shuffle(entries, random);
        return Optional.of(Archive.zipped(entries, random.nextBoolean()));
    }
}
