package io.github.fairnessgate.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Changes names, kinds, order and content of a tar's entries, the bytes of its headers, or those of the gzip around it.
 */
public final class TarGzMutator implements Mutator {

    private static final int BLOCK = 512;
    private static final int CHECKSUM = 148;
    private static final byte[] KINDS = {0, 0, 0, 0, '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'S', 'D'};

    private final Mutator content;
    private final Mutator bytes = new ByteMutator();

    /** @param content changes what an entry holds */
    public TarGzMutator(Mutator content) {
        this.content = content;
    }

    @Override
    public byte[] changed(byte[] good, Random random) {
        switch (random.nextInt(8)) {
            case 0:
                return bytes.changed(good, random);
            case 1:
                return Archive.gzipped(bytes.changed(Archive.gunzipped(good), random));
            case 2:
            case 3:
                return Archive.gzipped(withChangedHeader(Archive.gunzipped(good), random));
            default:
                List<Archive.Entry> entries = new ArrayList<>(Archive.untarred(good));
                for (int change = random.nextInt(2); change >= 0 && !entries.isEmpty(); change--) {
                    Archive.change(entries, content, random);
                }
                try {
                    return Archive.tarred(entries, KINDS[random.nextInt(KINDS.length)]);
                } catch (IllegalArgumentException e) { // of a name that a tar cannot hold
                    return Archive.gzipped(withChangedHeader(Archive.gunzipped(good), random));
                }
        }
    }

    /** With a checksum that fits, so that the change is looked at. */
    private static byte[] withChangedHeader(byte[] tar, Random random) {
        byte[] bytes = tar.clone();
        List<Integer> headers = new ArrayList<>();
        for (int i = 0; i + BLOCK <= bytes.length; i += BLOCK) {
            if (new String(bytes, i + 257, 5, java.nio.charset.StandardCharsets.ISO_8859_1).equals("ustar")) {
                headers.add(i);
            }
        }
        if (headers.isEmpty()) {
            return bytes;
        }
        int header = headers.get(random.nextInt(headers.size()));
        byte[] extreme = {0, ' ', '7', '9', '-', (byte) 0x80, (byte) 0xff, 'x', '/', '.'};
        int at = random.nextInt(345);
        for (int i = 0; i < 1 + random.nextInt(12); i++) {
            bytes[header + at + i] = extreme[random.nextInt(extreme.length)];
        }
        for (int i = 0; i < 8; i++) {
            bytes[header + CHECKSUM + i] = ' ';
        }
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += bytes[header + i] & 0xff;
        }
        byte[] octal = "%06o\0 ".formatted(sum).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        System.arraycopy(octal, 0, bytes, header + CHECKSUM, octal.length);
        return bytes;
    }

    /** The same entries in another order. */
    @Override
    public Optional<byte[]> sameMeaning(byte[] good, Random random) {
        List<Archive.Entry> entries = new ArrayList<>(Archive.untarred(good));
        Collections.shuffle(entries, random);
        return Optional.of(Archive.tarred(entries, (byte) 0));
    }
}
