package io.github.fairnessgate.metric;

/**
 * The parts of a metric's id, {@code suite.metric/variant}. A variant ends with {@code -W-S} where texts are read in
 * windows of W tokens that move by S, and with {@code @digest} where a scorer judges. Thresholds may leave these ends
 * out. What has one variant only may go without, as {@code size.bytes} does.
 *
 * @param suite up to the first dot: {@code stereoset}
 * @param name up to the slash, or to the end: {@code ss}; empty where an id has no such part
 * @param variant the rest: {@code official}, {@code strided-1024-512}, {@code embedded@0123abcd}; empty likewise
 */
public record MetricId(String suite, String name, String variant) {

    private static final char DIGEST = '@';
    private static final char WINDOW = '-';

    /** Reads an id. Text that is no id has empty parts, and belongs to no suite that there is. */
    public static MetricId of(String id) {
        int dot = id.indexOf('.');
        if (dot < 0) {
            return new MetricId(id, "", "");
        }
        int slash = id.indexOf('/', dot);
        return slash < 0
                ? new MetricId(id.substring(0, dot), id.substring(dot + 1), "")
                : new MetricId(id.substring(0, dot), id.substring(dot + 1, slash), id.substring(slash + 1));
    }

    /** The suite that the metric with an id belongs to. */
    public static String suiteOf(String id) {
        return of(id).suite;
    }

    /** What follows the suite, {@code metric/variant}. */
    public String inSuite() {
        return name + "/" + variant;
    }

    /** The same variant of another metric of the suite. */
    public MetricId withName(String other) {
        return new MetricId(suite, other, variant);
    }

    /** Another variant of the same metric. */
    public MetricId withVariant(String other) {
        return new MetricId(suite, name, other);
    }

    /**
     * Whether a measured metric is this one, or this one with a window, a stride or a digest that this id leaves out.
     */
    public boolean means(MetricId measured) {
        return suite.equals(measured.suite)
                && name.equals(measured.name)
                && (variant.equals(measured.variant)
                        || measured.variant.startsWith(variant + WINDOW)
                        || measured.variant.startsWith(variant + DIGEST));
    }

    /** The id. */
    @Override
    public String toString() {
        return suite + "." + name + (variant.isEmpty() ? "" : "/" + variant);
    }
}
