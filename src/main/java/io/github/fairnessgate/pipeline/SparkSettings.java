package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.file.BoundedFiles;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The cluster that measures, as the user wrote it.
 *
 * @param master as Spark takes it; null or empty for this machine
 * @param version of the cluster's Spark, with the version of Scala before it unless that is 2.13, as in
 *     {@code 2.12:3.5.9}; null or empty for the usual one
 * @param properties a file in the form of {@code spark-defaults.conf}; null or empty for none
 * @param shards how many parts the work on each model is divided into
 */
public record SparkSettings(String master, String version, String properties, int shards) {

    /** This machine measures. */
    public static final SparkSettings NONE =
            new SparkSettings(null, null, null, Integer.parseInt(Parameters.DEFAULT_SPARK_SHARDS));

    private static final String PREFIX = "spark.";
    private static final String SCALA = "2.13";
    private static final Pattern VERSION = Pattern.compile("(?:(2\\.1[23]):)?([0-9][0-9A-Za-z.-]*)");
    private static final int LARGEST_FILE = 1_000_000;

    /** Whether the user names a cluster. */
    public boolean isGiven() {
        return cluster().isPresent();
    }

    /** As Spark takes it; empty for this machine. */
    Optional<String> cluster() {
        return ParameterValues.given(master).map(String::strip);
    }

    /** @throws InvalidInputException if there are too many or too few */
    int parts() {
        if (shards < 1 || shards > Shard.MOST) {
            throw new InvalidInputException(Parameters.SPARK_SHARDS + " is " + shards
                    + ", but work is divided into 1 to " + Shard.MOST + " shards; four for each executor are enough.");
        }
        return shards;
    }

    /**
     * Coordinates of the libraries of Spark.
     *
     * @param usual the version unless the user names one
     * @throws InvalidInputException if the version is not one
     */
    List<String> libraries(String usual) {
        String written = ParameterValues.given(version).orElse(usual).strip();
        var read = VERSION.matcher(written);
        if (!read.matches()) {
            throw new InvalidInputException(Parameters.SPARK_VERSION + " is \"" + written + "\", but it must be the "
                    + "version of the cluster's Spark, such as 4.0.4, or 2.12:3.5.9 for one that was made with "
                    + "Scala 2.12.");
        }
        String suffix = "_" + Optional.ofNullable(read.group(1)).orElse(SCALA) + ":" + read.group(2);
        List<String> libraries = new ArrayList<>(List.of("org.apache.spark:spark-core" + suffix));
        String at = cluster().orElse("");
        if (at.startsWith("k8s:")) {
            libraries.add("org.apache.spark:spark-kubernetes" + suffix);
        }
        if (at.startsWith("yarn")) {
            libraries.add("org.apache.spark:spark-yarn" + suffix);
        }
        return libraries;
    }

    /**
     * The properties of the user's file; the names alone may be shown, as values can be secrets.
     *
     * @param base what a relative path is relative to
     * @throws InvalidInputException if it cannot be read, or has something that is not Spark's
     */
    SortedMap<String, String> given(Path base) {
        SortedMap<String, String> given = new TreeMap<>();
        ParameterValues.given(properties).map(base::resolve).ifPresent(file -> {
            Properties read = read(file);
            for (String name : read.stringPropertyNames()) {
                if (!name.startsWith(PREFIX)) {
                    throw new InvalidInputException(
                            file + " has " + name + ", but the names of Spark's properties begin with " + PREFIX + ".");
                }
                given.put(name, read.getProperty(name).strip());
            }
        });
        if (given.containsKey("spark.master")) {
            throw new InvalidInputException(properties + " has spark.master, but " + Parameters.SPARK_MASTER
                    + " names the master; remove it from the file.");
        }
        return given;
    }

    private static Properties read(Path file) {
        Properties read = new Properties();
        try {
            read.load(new StringReader(new String(BoundedFiles.bytes(file, LARGEST_FILE), StandardCharsets.UTF_8)));
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidInputException(
                    file + " cannot be read as properties of Spark; give a file in the form of spark-defaults.conf.",
                    e);
        }
        return read;
    }
}
