package io.github.fairnessgate;

/**
 * What error messages advise to do about a goal's parameters, where several of them advise the same: a clause without
 * its end.
 */
public final class Advice {

    public static final String COMPUTE_ON_CPU = "set " + Parameters.DEVICE + " to cpu";

    /** For whatever the worker does. */
    public static final String MORE_MEMORY = "-D" + Parameters.ARG_LINE + "=-Xmx8g";

    /** About a model whose numbers are not finite. */
    public static final String CHECK_WEIGHTS =
            "check them, or keep the stage that made them, and " + Parameters.PRECISION + ", in float32";

    private Advice() {}
}
