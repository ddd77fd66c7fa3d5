package io.github.fairnessgate.statistics;

/**
 * How much of an error rate may be spent up to a time of a plan: K. K. G. Lan, D. L. DeMets, Discrete sequential
 * boundaries for clinical trials, Biometrika 70 (1983) 659-663. Both functions are one-sided, grow from 0 at time 0 to
 * the whole rate at time 1, and depend on nothing that is measured.
 */
public enum Spending {
    /** {@code alpha ln(1 + (e - 1) t)}: about as much at every look, as Pocock's boundary does. */
    POCOCK {
        @Override
        public double spent(double alpha, double time) {
            return alpha * Math.log1p((Math.E - 1) * time);
        }
    },
    /**
     * {@code 2 - 2 Phi(z(1 - alpha / 2) / sqrt(t))}: little at first and most at the last look, as O'Brien and
     * Fleming's boundary does.
     */
    OBRIEN_FLEMING {
        @Override
        public double spent(double alpha, double time) {
            return 2 * StandardNormal.above(StandardNormal.exceededWith(alpha / 2) / Math.sqrt(time));
        }
    };

    /**
     * What is spent up to a time.
     *
     * @param alpha the whole rate, in (0, 1)
     * @param time share of the plan, in (0, 1]
     */
    public abstract double spent(double alpha, double time);
}
