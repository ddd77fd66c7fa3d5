package io.github.fairnessgate.sparsity;

import java.util.Arrays;

/**
 * The upper triangular U with {@code H^-1 = U^T U}, of a symmetric positive definite H: the Cholesky factor of the
 * inverse. With {@code H = R R^T}, R upper triangular, it is {@code R^-1}, so that the inverse itself, its rounding and
 * its second factorization are never needed. Works in place in double precision on a row-major [n, n] array; {@code 2
 * n^3 / 3} multiplications and additions.
 */
final class InverseFactor {

    /** Columns of a panel, so that what is subtracted four rows at a time stays in the processor's cache. */
    private static final int PANEL = 64;

    private InverseFactor() {}

    /**
     * Replaces H by U.
     *
     * @param matrix H, of which only the upper triangle is read; afterwards U, with zeros below the diagonal
     * @throws SingularMatrixException if H is not positive definite to double precision
     */
    static void replace(double[] matrix, int size) {
        factor(matrix, size);
        invert(matrix, size);
    }

    /** {@code H = R R^T}, from the last column to the first, a panel of columns at a time. */
    private static void factor(double[] matrix, int size) {
        for (int end = size; end > 0; end -= PANEL) {
            int start = Math.max(0, end - PANEL);
            for (int column = end - 1; column >= start; column--) {
                factorColumn(matrix, size, start, column);
            }
            subtractPanel(matrix, size, start, end);
        }
        for (int row = 1; row < size; row++) {
            Arrays.fill(matrix, row * size, row * size + row, 0);
        }
    }

    /** Finishes a column of R and takes its products from the columns of the panel to its left. */
    private static void factorColumn(double[] matrix, int size, int start, int column) {
        double pivot = matrix[column * size + column];
        if (!(pivot > 0) || pivot == Double.POSITIVE_INFINITY) {
            throw new SingularMatrixException("pivot " + column + " of " + size + " is " + pivot);
        }
        double root = Math.sqrt(pivot);
        matrix[column * size + column] = root;
        for (int row = 0; row < column; row++) {
            matrix[row * size + column] /= root;
        }
        for (int row = 0; row < column; row++) {
            double factor = matrix[row * size + column];
            for (int other = Math.max(start, row); other < column; other++) {
                matrix[row * size + other] -= factor * matrix[other * size + column];
            }
        }
    }

    /** Takes the products of a finished panel from everything to its left. */
    private static void subtractPanel(double[] matrix, int size, int start, int end) {
        int width = end - start;
        double[] transposed = new double[width * start];
        for (int row = 0; row < start; row++) {
            for (int column = 0; column < width; column++) {
                transposed[column * start + row] = matrix[row * size + start + column];
            }
        }
        for (int row = 0; row < start; row++) {
            subtractProducts(
                    matrix,
                    row * size,
                    row,
                    start,
                    new Factors(matrix, row * size + start, width),
                    transposed,
                    0,
                    start);
        }
    }

    /** {@code R^-1}, from the last row to the first: {@code U_i = (e_i - sum_(k > i) R_ik U_k) / R_ii}. */
    private static void invert(double[] matrix, int size) {
        double[] row = new double[size];
        for (int i = size - 1; i >= 0; i--) {
            Arrays.fill(row, i, size, 0);
            row[i] = 1;
            int next = i + 1;
            subtractProducts(
                    row, 0, next, size, new Factors(matrix, i * size + next, size - next), matrix, next * size, size);
            double diagonal = matrix[i * size + i];
            for (int column = i; column < size; column++) {
                matrix[i * size + column] = row[column] / diagonal;
            }
        }
    }

    /** {@code count} numbers that lie in a row. */
    private record Factors(double[] values, int offset, int count) {

        double get(int index) {
            return values[offset + index];
        }
    }

    /**
     * {@code target[c] -= sum_k factors[k] * rows[k][c]} for c in [from, to), four rows in one pass because memory is
     * slower than arithmetic. Rows are {@code stride} apart.
     */
    private static void subtractProducts(
            double[] target,
            int targetOffset,
            int from,
            int to,
            Factors factors,
            double[] rows,
            int rowsOffset,
            int stride) {
        int row = 0;
        for (; row + 3 < factors.count(); row += 4) {
            double first = factors.get(row);
            double second = factors.get(row + 1);
            double third = factors.get(row + 2);
            double fourth = factors.get(row + 3);
            int a = rowsOffset + row * stride;
            int b = a + stride;
            int c = b + stride;
            int d = c + stride;
            for (int column = from; column < to; column++) {
                target[targetOffset + column] -= first * rows[a + column]
                        + second * rows[b + column]
                        + third * rows[c + column]
                        + fourth * rows[d + column];
            }
        }
        for (; row < factors.count(); row++) {
            double factor = factors.get(row);
            int a = rowsOffset + row * stride;
            for (int column = from; column < to; column++) {
                target[targetOffset + column] -= factor * rows[a + column];
            }
        }
    }
}
