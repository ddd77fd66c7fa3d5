package io.github.fairnessgate.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Fixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsHeaderTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("model.safetensors");
    }

    private void assertRefused(String... sentence) {
        assertThatThrownBy(() -> SafetensorsHeader.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContainingAll(sentence);
    }

    private void writeTensors(String tensors, int dataBytes) {
        Fixtures.writeSafetensors(file, "{" + tensors + "}", new byte[dataBytes]);
    }

    private static String tensor(String name, String shape, int begin, int end) {
        return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[" + begin + "," + end
                + "]}";
    }

    @Test
    void tensorsMayComeInAnyOrder() {
        writeTensors(tensor("b", "[2]", 4, 12) + "," + tensor("a", "[1]", 0, 4), 12);

        assertThat(SafetensorsHeader.read(file)).containsOnlyKeys("a", "b");
        assertThat(SafetensorsHeader.read(file).get("b").length()).isEqualTo(8);
    }

    @Test
    void aScalarAndAnEmptyTensorAreTensors() {
        writeTensors(tensor("scalar", "[]", 0, 4) + "," + tensor("empty", "[0,7]", 4, 4), 4);

        assertThat(SafetensorsHeader.read(file).get("scalar").length()).isEqualTo(4);
        assertThat(SafetensorsHeader.read(file).get("empty").length()).isZero();
    }

    @Test
    void aFileShorterThanItsHeaderLengthIsTruncated() {
        Fixtures.write(file, new byte[] {1, 2, 3});

        assertRefused("has only 3 bytes", "truncated", "download it again");
    }

    @Test
    void aHeaderThatReachesBeyondTheFileIsRefused() {
        Fixtures.write(
                file,
                ByteBuffer.allocate(20)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, 1000)
                        .array());

        assertRefused("announces a header of 1000 bytes, but only 12 bytes follow");
    }

    @Test
    void anAbsurdHeaderLengthIsRefusedBeforeMemoryIsTaken() {
        Fixtures.write(
                file,
                ByteBuffer.allocate(20)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, -1)
                        .array());

        assertRefused("announces a header of 18446744073709551615 bytes", "not a safetensors file");
    }

    @Test
    void aHeaderThatIsNotJsonIsRefused() {
        Fixtures.writeSafetensors(file, "PK-something-else", new byte[4]);

        assertRefused("the header is not JSON");
    }

    @Test
    void aHeaderThatIsJsonButNoObjectIsRefused() {
        Fixtures.writeSafetensors(file, "[1, 2]", new byte[0]);

        assertRefused("the header is not a JSON object");
    }

    @Test
    void aTensorNamedTwiceIsRefused() {
        writeTensors(tensor("a", "[1]", 0, 4) + "," + tensor("a", "[1]", 4, 8), 8);

        assertRefused("Duplicate", "'a'");
    }

    @Test
    void aFileThatEndsWithinATensorIsTruncated() throws IOException {
        writeTensors(tensor("a", "[1]", 0, 4) + "," + tensor("b", "[2]", 4, 12), 12);
        byte[] whole = Files.readAllBytes(file);
        Fixtures.write(file, Arrays.copyOf(whole, whole.length - 3));

        assertRefused("tensor b ends at byte 12 of the data, but the file has only 9 bytes of data", "truncated");
    }

    @Test
    void overlappingTensorsAreRefused() {
        writeTensors(tensor("a", "[2]", 0, 8) + "," + tensor("b", "[2]", 4, 12), 12);

        assertRefused("tensor b begins at byte 4 of the data and overlaps tensor a, which ends at byte 8");
    }

    @Test
    void aHoleBetweenTensorsIsRefused() {
        writeTensors(tensor("a", "[1]", 0, 4) + "," + tensor("b", "[1]", 8, 12), 12);

        assertRefused("4 bytes between tensor a and tensor b belong to no tensor");
    }

    @Test
    void bytesBehindTheLastTensorAreRefused() {
        writeTensors(tensor("a", "[1]", 0, 4), 7);

        assertRefused("3 bytes after tensor a belong to no tensor");
    }

    @Test
    void aLengthThatContradictsTypeAndShapeIsRefused() {
        writeTensors(tensor("a", "[3]", 0, 8), 8);

        assertRefused("tensor a has 8 bytes, but dtype F32 and shape [3] need 12");
    }

    @Test
    void aShapeThatOverflowsIsRefused() {
        writeTensors(tensor("a", "[4294967296,4294967296]", 0, 8), 8);

        assertRefused("tensor a has shape [4294967296, 4294967296], which is larger than any file");
    }

    @Test
    void offsetsThatRunBackwardsAreRefused() {
        writeTensors(tensor("a", "[1]", 4, 0), 4);

        assertRefused("tensor a has data_offsets [4,0]");
    }

    @Test
    void negativeNumbersAreRefused() {
        writeTensors(tensor("a", "[-1]", 0, 4), 4);

        assertRefused("tensor a has shape [-1]", "0 or more");
    }

    @Test
    void aTensorWithoutOffsetsIsRefused() {
        Fixtures.writeSafetensors(file, "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", new byte[4]);

        assertRefused("tensor a has no list of numbers \"data_offsets\"");
    }

    @Test
    void aTypeThatTheFormatDoesNotHaveIsRefused() {
        Fixtures.writeSafetensors(
                file, "{\"a\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}", new byte[4]);

        assertRefused("tensor a has dtype \"F33\"");
    }
}
