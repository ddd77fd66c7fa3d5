package io.github.fairnessgate.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The validations of a training so far.
 *
 * @param points in order
 */
record Validations(List<StageReport.ValidationPoint> points) {

    static final Validations NONE = new Validations(List.of());

    Validations {
        points = List.copyOf(points);
    }

    Validations plus(StageReport.ValidationPoint point) {
        List<StageReport.ValidationPoint> more = new ArrayList<>(points);
        more.add(point);
        return new Validations(more);
    }

    /** The one with the lowest loss, the first of equal ones; the weights at that step are the best. */
    Optional<StageReport.ValidationPoint> best() {
        return points.stream().min(Comparator.comparingDouble(StageReport.ValidationPoint::loss));
    }

    /** How many followed the best one. */
    int withoutImprovement() {
        return best().map(best -> points.size() - 1 - points.indexOf(best)).orElse(0);
    }
}
