package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Token ids as arrays. */
final class Tokens {

    private Tokens() {}

    /** int64 [B, S] of B windows of equal length S. */
    static NDArray array(int[][] windows, NDManager owner) {
        int length = windows[0].length;
        long[] ids = new long[windows.length * length];
        for (int example = 0; example < windows.length; example++) {
            if (windows[example].length != length) {
                throw new IllegalArgumentException(
                        "windows of " + length + " and " + windows[example].length + " tokens in one batch");
            }
            for (int position = 0; position < length; position++) {
                ids[example * length + position] = windows[example][position];
            }
        }
        return owner.create(ids, new Shape(windows.length, length));
    }
}
