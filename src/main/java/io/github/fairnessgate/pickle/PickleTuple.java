package io.github.fairnessgate.pickle;

import java.util.List;

/** A tuple in a pickle. It has no equality of its own: tuples can contain themselves. */
final class PickleTuple {

    static final PickleTuple EMPTY = new PickleTuple(List.of());

    private final List<Object> items;

    /** @param items can have {@code null}, which is Python's {@code None} */
    PickleTuple(List<Object> items) {
        this.items = items;
    }

    List<Object> items() {
        return items;
    }
}
