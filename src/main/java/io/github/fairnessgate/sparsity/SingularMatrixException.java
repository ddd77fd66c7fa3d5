package io.github.fairnessgate.sparsity;

/**
 * The moments of a layer's inputs have no usable inverse, because inputs depend on one another and the damping is too
 * small.
 */
public final class SingularMatrixException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SingularMatrixException(String message) {
        super(message);
    }
}
