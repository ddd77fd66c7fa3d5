package io.github.fairnessgate.statistics;

import java.util.Optional;

/**
 * The difference of two shares over the same items, in percentage points. The interval is Tango's. The test that
 * nothing changed takes the larger of the p-values of Tango's score test and of the exact McNemar test: the first makes
 * it agree with the interval, the second keeps its level with few discordant pairs, where the normal approximation does
 * not.
 *
 * @param both pairs that count in both shares
 */
public record PairedShareDifference(TangoScore table, long both, double alpha, double low, double high)
        implements Inference {

    static PairedShareDifference of(TangoScore table, long both, double alpha) {
        return new PairedShareDifference(table, both, alpha, 100 * table.lower(alpha), 100 * table.upper(alpha));
    }

    @Override
    public double estimate() {
        return 100.0 * (table.b() - table.c()) / table.n();
    }

    /** {@inheritDoc} Only the hypothesis of no change, 0, has an exact test. */
    @Override
    public double pAbove(double hypothesis) {
        return pAbove(table, hypothesis);
    }

    @Override
    public double pBelow(double hypothesis) {
        return pAbove(table.mirrored(), -hypothesis);
    }

    @Override
    public Optional<SecondOpinion> secondOpinion() {
        NewcombeScore newcombe =
                new NewcombeScore(both, Math.round(table.b()), Math.round(table.c()), Math.round(table.n()));
        return Optional.of(
                new SecondOpinion(100 * newcombe.lower(alpha), 100 * newcombe.upper(alpha), "Newcombe interval"));
    }

    @Override
    public Optional<McNemar> mcNemar() {
        return Optional.of(mcNemar(table));
    }

    @Override
    public String method() {
        return "Tango score interval, exact McNemar test";
    }

    private static double pAbove(TangoScore table, double hypothesis) {
        double score = table.pAbove(hypothesis / 100);
        return hypothesis == 0 ? Math.max(score, mcNemar(table).exactIncrease()) : score;
    }

    /** Of pairs that are no whole number, those that speak for an increase are rounded down and the others up. */
    private static McNemar mcNemar(TangoScore table) {
        return new McNemar((int) Math.floor(table.b()), (int) Math.ceil(table.c()));
    }
}
