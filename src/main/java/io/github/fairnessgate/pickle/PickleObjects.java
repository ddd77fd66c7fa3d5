package io.github.fairnessgate.pickle;

import java.util.List;

/**
 * What a pickle may ask for beside plain values. Whoever implements it decides what is allowed; everything else is a
 * {@link PickleException}.
 */
interface PickleObjects {

    /** What a Python name leads to. */
    Object named(String module, String name) throws PickleException;

    /** What a call of something {@link #named} gives. */
    Object call(Object function, List<Object> arguments) throws PickleException;

    /** The object outside of the pickle that has this identity. */
    Object outside(Object identity) throws PickleException;
}
