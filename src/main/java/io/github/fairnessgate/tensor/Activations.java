package io.github.fairnessgate.tensor;

import io.github.fairnessgate.EnumText;

/** What a program makes of a linear layer's input before it multiplies it with a weight in few bits. */
public enum Activations {

    /** Nothing: the weight becomes float32 and is multiplied as it is. */
    FLOAT32,

    /** Whole numbers from -127 to 127, with a scale of its own for every block of a row. */
    INT8;

    /** The name in recipes and reports. */
    public String id() {
        return EnumText.of(this);
    }
}
