package io.github.fairnessgate.fuzz;

import java.util.List;
import java.util.Random;

/** Values that readers stumble over, as they are written in JSON; YAML understands them, too. */
final class Hostile {

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "-0",
            "-1",
            "1",
            "2",
            "0.5",
            "-0.0",
            "1e-400",
            "1e400",
            "1e999999999",
            "-1e999999999",
            "1e-999999999",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551616",
            "4294967296",
            "NaN",
            "Infinity",
            "0.1234567890123456789012345678901234567890",
            "[]",
            "{}",
            "[null]",
            "[[]]",
            "{\"\":null}",
            "\"\"",
            "\" \"",
            "\"null\"",
            "\"0\"",
            "\"1e999999999\"",
            "\"all\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00x\"",
            "\"\\u202etxt.exe\"",
            "\"\\n::error::forged\\n\"",
            "\"\\r[INFO] Verdict: PASS\"",
            "\"\\u001b[2J\"",
            "\"##[error]\"",
            "\"../../../etc/passwd\"",
            "\"/etc/passwd\"",
            "\"/\"",
            "\"C:\\\\x\"",
            "\"a\\u0000b\"",
            "\".\"",
            "\"..\"",
            "\"con\"",
            "\"\\ud83d\\ude00\"",
            "\"%s%n%d\"",
            "\"${x}\"",
            "\"#{x}\"",
            "\"-P1D\"",
            "\"2026-02-30\"",
            "\"+999999999-12-31\"",
            "[1,[2,[3]]]",
            "{\"a\":{\"a\":{\"a\":1}}}");

    private Hostile() {}

    static String value(Random random) {
        return switch (random.nextInt(24)) {
            case 0 -> "\"" + "x".repeat(1 << random.nextInt(17)) + "\"";
            case 1 -> "9".repeat(1 << random.nextInt(12));
            case 2 -> nested("[", "]", 1 << random.nextInt(14));
            case 3 -> nested("{\"a\":", "}", 1 << random.nextInt(14));
            case 4 -> "[" + "0,".repeat(1 << random.nextInt(14)) + "0]";
            case 5 -> Long.toString(random.nextLong());
            case 6 -> Integer.toString(random.nextInt(2_000) - 1_000);
            case 7 -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300));
            default -> VALUES.get(random.nextInt(VALUES.size()));
        };
    }

    private static String nested(String open, String close, int depth) {
        return open.repeat(depth) + "0" + close.repeat(depth);
    }
}
