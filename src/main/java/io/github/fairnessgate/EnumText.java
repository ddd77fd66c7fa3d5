package io.github.fairnessgate;

import java.util.Locale;

/** The name that a constant has in files and in messages: {@code taylor-position} for {@code TAYLOR_POSITION}. */
public final class EnumText {

    private EnumText() {}

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
