package io.github.fairnessgate.report;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.gate.Verdict;

/** Where a module stands, worst first: a gate's verdict, or that there is none, which is never a pass. */
public enum Standing {
    FAIL,
    /** Nobody knows: the gate did not run, or what it left cannot be used. */
    NO_RESULT,
    INCONCLUSIVE,
    PASS;

    static Standing of(Verdict verdict) {
        return switch (verdict) {
            case FAIL -> FAIL;
            case INCONCLUSIVE -> INCONCLUSIVE;
            case PASS -> PASS;
        };
    }

    /** As a person reads it. */
    public String text() {
        return this == NO_RESULT ? "NO RESULT" : name();
    }

    /** The class of the style sheet. */
    String style() {
        return this == NO_RESULT ? "missing" : EnumText.of(this);
    }
}
