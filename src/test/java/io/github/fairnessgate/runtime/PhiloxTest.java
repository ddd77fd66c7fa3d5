package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Known answers of philox4x32-10 from the file kat_vectors of Random123, the authors' library. */
class PhiloxTest {

    @Test
    void zerosGiveTheKnownBlock() {
        assertThat(Philox.block(new int[] {0, 0, 0, 0}, new int[] {0, 0}))
                .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    }

    @Test
    void onesGiveTheKnownBlock() {
        assertThat(Philox.block(new int[] {-1, -1, -1, -1}, new int[] {-1, -1}))
                .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    }

    @Test
    void digitsOfPiGiveTheKnownBlock() {
        int[] counter = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344};
        assertThat(Philox.block(counter, new int[] {0xa4093822, 0x299f31d0}))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
        assertThat(counter).as("the counter stays as it was").startsWith(0x243f6a88);
    }
}
