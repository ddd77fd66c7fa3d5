package io.github.fairnessgate.spark;

import java.util.Optional;
import java.util.stream.Stream;

/** The cluster cannot be used: one sentence for the user. */
final class ClusterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final String MOST_RECENT = "most recent failure: ";

    ClusterException(String message) {
        super(message);
    }

    private ClusterException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Why Spark itself failed.
     *
     * @return nothing if that is known only to its log
     */
    static Optional<ClusterException> of(String master, Throwable failure) {
        if (isDueTo("UnsupportedClassVersionError", failure)) {
            return Optional.of(new ClusterException(
                    "The executors of " + master + " have a Java that is too old: they need Java 17 or later.",
                    failure));
        }
        if (isDueTo("InvalidClassException", failure)) {
            return Optional.of(new ClusterException(
                    "The Spark of " + master + " is another one than the driver's, "
                            + org.apache.spark.package$.MODULE$.SPARK_VERSION()
                            + ": set fairness.spark.version to the cluster's version.",
                    failure));
        }
        if (isDueTo("stopped SparkContext", failure)) {
            return Optional.of(gaveUp(master));
        }
        return causes(failure)
                .map(cause -> String.valueOf(cause.getMessage()))
                .filter(message -> message.contains(MOST_RECENT))
                .findFirst()
                .map(message -> new ClusterException(
                        "A shard failed in every attempt that Spark makes; the last time: "
                                + message.substring(message.indexOf(MOST_RECENT) + MOST_RECENT.length())
                                        .lines()
                                        .findFirst()
                                        .orElse(""),
                        failure));
    }

    /** Spark ended by itself. */
    static ClusterException gaveUp(String master) {
        return new ClusterException("Spark " + org.apache.spark.package$.MODULE$.SPARK_VERSION() + " gave up at "
                + master + ": either the cluster has another version of Spark (set fairness.spark.version to it), or "
                + "its nodes cannot reach this machine (spark.driver.host, spark.driver.port). Spark's own words are "
                + "in spark.log.");
    }

    private static boolean isDueTo(String error, Throwable failure) {
        return causes(failure).anyMatch(cause -> String.valueOf(cause).contains(error));
    }

    /** Its reason in a line. */
    static String reason(Throwable failure) {
        Throwable innermost = causes(failure).reduce((outer, inner) -> inner).orElse(failure);
        return innermost.toString().lines().findFirst().orElse("");
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(20);
    }
}
