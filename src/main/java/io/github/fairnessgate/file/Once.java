package io.github.fairnessgate.file;

import java.util.function.Supplier;

/** A value that is computed when it is first asked for, and then kept. */
public final class Once<T> implements Supplier<T> {

    private final Supplier<T> computation;
    private T value;

    private Once(Supplier<T> computation) {
        this.computation = computation;
    }

    public static <T> Once<T> of(Supplier<T> computation) {
        return new Once<>(computation);
    }

    @Override
    public T get() {
        if (value == null) {
            value = computation.get();
        }
        return value;
    }
}
