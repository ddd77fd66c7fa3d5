package io.github.fairnessgate.gate;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClusteredShareTest {
    static final int PAIRS = 2000;
    static final double ALPHA = 0.05;

    @Test
    void explore() {
        for (int clusters : new int[] {10, 16, 40, 100}) {
            for (double icc : new double[] {0, 0.3, 1}) {
                for (double discordance : new double[] {0.06, 0.15, 0.5}) {
                    System.out.printf("K %3d icc %.1f disc %.2f", clusters, icc, discordance);
                    rates(clusters, icc, discordance);
                }
            }
        }
    }

    private void rates(int clusters, double icc, double discordance) {
        Random random = new Random(1998);
        double margin = 0.06;
        int oldFail = 0, newFail = 0, oldPass = 0, newPass = 0, oldSame = 0, newSame = 0; double[] width = new double[2];
        char[][] draws = new char[199][clusters];
        for (int pair = 0; pair < PAIRS; pair++) {
            for (char[] draw : draws) {
                for (int k = 0; k < clusters; k++) {
                    draw[k] = (char) random.nextInt(clusters);
                }
            }
            for (double change : new double[] {0, margin}) {
                double inc = (discordance + change) / 2;
                double dec = (discordance - change) / 2;
                double[] sums = new double[clusters];
                double[] sizes = new double[clusters];
                int b = 0;
                int c = 0;
                for (int k = 0; k < clusters; k++) {
                    sizes[k] = 2 + random.nextInt(7);
                    int common = draw(random, inc, dec);
                    for (int i = 0; i < sizes[k]; i++) {
                        int own = random.nextDouble() < Math.sqrt(icc) ? common : draw(random, inc, dec);
                        sums[k] += own;
                        b += own > 0 ? 1 : 0;
                        c += own < 0 ? 1 : 0;
                    }
                }
                int bb = b;
                int cc = c;
                double n = Arrays.stream(sizes).sum();
                ClusteredShare<PairedShareDifference> share = ClusteredShare.of(effect -> effect.difference(bb, cc, 0, n, ALPHA), new PairedItems.Totals(sums, sizes, 100), bb + cc,
                        OptionalDouble.of(SignFlip.pIncrease(sums, patterns(random))), ALPHA, count -> new Resamples(draws));
                if (change == 0) {
                    oldFail += share.items().pAbove(0) <= ALPHA ? 1 : 0;
                    newFail += share.pAbove(0) <= ALPHA ? 1 : 0;
                    oldSame += share.items().high() < 100 * margin ? 1 : 0;
                    newSame += share.high() < 100 * margin ? 1 : 0;
                    width[0] += share.items().high() - share.items().low();
                    width[1] += share.high() - share.low();
                } else {
                    oldPass += share.items().high() < 100 * margin ? 1 : 0;
                    newPass += share.high() < 100 * margin ? 1 : 0;
                }
            }
        }
        double p = PAIRS;
        System.out.printf("  FAIL %.3f -> %.3f   PASS %.3f -> %.3f   unchanged PASS %.3f -> %.3f  width %.2f -> %.2f%n", oldFail / p, newFail / p, oldPass / p, newPass / p,
                oldSame / p, newSame / p, width[0] / p, width[1] / p);
    }

    private static int draw(Random random, double increased, double decreased) {
        double uniform = random.nextDouble();
        return uniform < increased ? 1 : uniform >= 1 - decreased ? -1 : 0;
    }

    private static SignFlip.Patterns patterns(Random random) {
        return new SignFlip.Patterns() {
            @Override
            public int count() {
                return 199;
            }

            @Override
            public void next(long[] pattern) {
                for (int w = 0; w < pattern.length; w++) {
                    pattern[w] = random.nextLong();
                }
            }
        };
    }
}
