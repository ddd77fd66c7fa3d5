package io.github.fairnessgate.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfPrecisionTest {

    @Test
    void everyFloat16ThatIsANumberSurvivesTheWayToFloatAndBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfPrecision.fromF16((short) bits);
            if ((bits & 0x7fff) <= 0x7c00) {
                assertThat(HalfPrecision.toF16(value)).isEqualTo((short) bits);
            } else {
                assertThat(value).isNaN();
                assertThat(HalfPrecision.fromF16(HalfPrecision.toF16(value))).isNaN();
            }
        }
    }

    @Test
    void everyFloat16IsWhatTheStandardDefines() {
        for (int bits = 0; bits < 0x7c00; bits++) {
            int exponent = bits >>> 10;
            int mantissa = bits & 0x3ff;
            double defined = exponent == 0 ? mantissa * 0x1p-24 : (1024 + mantissa) * Math.pow(2, exponent - 25);
            assertThat((double) HalfPrecision.fromF16((short) bits)).isEqualTo(defined);
            assertThat((double) HalfPrecision.fromF16((short) (bits | 0x8000))).isEqualTo(-defined);
        }
    }

    @Test
    void betweenTwoFloat16TheNearerIsTakenAndOfTwoEquallyNearTheEven() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float lower = HalfPrecision.fromF16((short) bits);
            float upper = HalfPrecision.fromF16((short) (bits + 1));
            float middle = (lower + upper) / 2;
            assertThat(HalfPrecision.toF16(middle)).isEqualTo((short) (bits % 2 == 0 ? bits : bits + 1));
            assertThat(HalfPrecision.toF16(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(HalfPrecision.toF16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "65504, 0x7bff",
        "65519.996, 0x7bff",
        "65520, 0x7c00",
        "1e30, 0x7c00",
        "Infinity, 0x7c00",
        "-65520, 0xfc00",
        "1e-30, 0x0000",
        "-1e-30, 0x8000"
    })
    void theEdgesOfFloat16AreThoseOfTheStandard(float value, String bits) {
        assertThat(HalfPrecision.toF16(value)).isEqualTo((short) (int) Integer.decode(bits));
    }

    @Test
    void everyBfloat16ThatIsANumberSurvivesTheWayToFloatAndBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfPrecision.fromBf16((short) bits);
            assertThat(Float.floatToRawIntBits(value)).isEqualTo(bits << 16);
            if (!Float.isNaN(value)) {
                assertThat(HalfPrecision.toBf16(value)).isEqualTo((short) bits);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x3f808000, 0x3f80",
        "0x3f808001, 0x3f81",
        "0x3f818000, 0x3f82",
        "0x3f817fff, 0x3f81",
        "0x7f7fffff, 0x7f80",
        "0x7f800001, 0x7fc0"
    })
    void floatsAreRoundedToTheNearestBfloat16AndTiesToEven(String floatBits, String bits) {
        assertThat(HalfPrecision.toBf16(Float.intBitsToFloat(Integer.decode(floatBits))))
                .isEqualTo((short) (int) Integer.decode(bits));
    }
}
