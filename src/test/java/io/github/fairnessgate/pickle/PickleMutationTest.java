package io.github.fairnessgate.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.tensor.SafetensorsHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads and converts mutated files: each is refused with a sentence, or gives a whole safetensors file. A long run:
 * {@code mvn test -Dtest=PickleMutationTest -Dpickle.mutations=100000 -DargLine=-Xmx512m}.
 */
@Tag("simulation")
class PickleMutationTest {

    private static final int MUTATIONS = Integer.getInteger("pickle.mutations", 3_000);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final byte[] INSTRUCTIONS =
            "().012NJKMXTU]}aesutqrhjcRQbiopPIL\u0080\u0081\u0085\u0086\u0087\u0088\u008a\u008c\u008d\u0093\u0094\u0095"
                    .getBytes(StandardCharsets.ISO_8859_1);

    @TempDir
    Path folder;

    @Test
    void noMutationIsMoreThanRefused() throws IOException {
        List<byte[]> originals = new ArrayList<>();
        for (String name : Fixtures.names(Fixtures.path("pickle")).stream()
                .filter(name -> name.endsWith(".bin"))
                .toList()) {
            originals.add(Files.readAllBytes(Fixtures.path("pickle/" + name)));
        }
        Random random = new Random(20240601);
        int accepted = 0;
        int refused = 0;
        long longest = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] original = originals.get(random.nextInt(originals.size()));
            byte[] mutated = random.nextBoolean() ? mutated(original, random) : withMutatedPickle(original, random);
            long start = System.nanoTime();
            if (isAccepted(mutated, i)) {
                accepted++;
            } else {
                refused++;
            }
            longest = Math.max(longest, System.nanoTime() - start);
        }
        System.out.println("Of " + MUTATIONS + " mutated files " + accepted + " were accepted and " + refused
                + " refused; the longest took " + Duration.ofNanos(longest).toMillis() + " ms");
        assertThat(Duration.ofNanos(longest)).isLessThan(LONGEST);
        assertThat(refused).isGreaterThan(MUTATIONS / 2);
        assertThat(accepted).isGreaterThan(MUTATIONS / 100); // else nothing but the outermost checks was met
    }

    private boolean isAccepted(byte[] mutated, int number) throws IOException {
        Path file = Files.write(folder.resolve("pytorch_model.bin"), mutated);
        Path target = Files.createDirectories(folder.resolve("converted"));
        try {
            TorchFile source = TorchFile.read(file);
            TorchConversion.write(source, source.tensors(), target, "model.safetensors");
            assertThat(SafetensorsHeader.read(target.resolve("model.safetensors")))
                    .containsOnlyKeys(source.tensors().keySet());
            Files.delete(target.resolve("model.safetensors"));
            return true;
        } catch (InvalidInputException e) {
            assertThat(e.getMessage()).startsWith(file.toString()).hasSizeLessThan(1500);
            assertThat(e.getMessage().chars()).allMatch(character -> character >= ' ');
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "mutation " + number + " was written to "
                            + Files.write(Path.of("target/pickle-mutation.bin"), mutated),
                    e);
        } finally {
            assertThat(Fixtures.names(target)).isEmpty();
        }
    }

    /** The checksum of the zip would catch every change of its pickle. */
    private static byte[] withMutatedPickle(byte[] original, Random random) throws IOException {
        if (original[0] != 'P') {
            return mutated(original, random);
        }
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = ZipFile.builder().setByteArray(original).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                byte[] content = zip.getInputStream(entry).readAllBytes();
                entries.put(
                        entry.getName(), entry.getName().endsWith("/data.pkl") ? mutated(content, random) : content);
            }
        }
        return Pickles.zip(entries);
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int change = random.nextInt(4); change >= 0 && bytes.length > 8; change--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = INSTRUCTIONS[random.nextInt(INSTRUCTIONS.length)];
                case 3 ->
                    Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), (byte)
                            (random.nextBoolean() ? 0xff : 0));
                case 4 -> bytes = Arrays.copyOf(bytes, at);
                case 5 ->
                    bytes = spliced(bytes, at, random.nextInt(bytes.length), random.nextInt(40), random.nextBoolean());
                default -> bytes[at]++;
            }
        }
        return bytes;
    }

    /** With a piece of itself put in, or put over what is there. */
    private static byte[] spliced(byte[] bytes, int at, int from, int wish, boolean over) {
        int length = Math.min(wish, Math.min(bytes.length - from, bytes.length - at));
        byte[] result = Arrays.copyOf(bytes, over ? bytes.length : bytes.length + length);
        if (!over) {
            System.arraycopy(bytes, at, result, at + length, bytes.length - at);
        }
        System.arraycopy(bytes, from, result, at, length);
        return result;
    }
}
