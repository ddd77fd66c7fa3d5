package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.ShardSettings;
import io.github.fairnessgate.pipeline.SparkSettings;
import org.apache.maven.plugins.annotations.Parameter;

/** Parameters of goals whose measurements can be divided. */
abstract class AbstractClusterMojo extends AbstractMeasuringMojo {

    /**
     * What happens if parts were measured on different kinds of processors, whose last digits differ: {@code warn}, or
     * {@code fail}.
     */
    @Parameter(property = Parameters.MIXED_PROCESSORS, defaultValue = Parameters.DEFAULT_MIXED_PROCESSORS)
    private String mixedProcessors;

    /**
     * The master of an Apache Spark cluster that measures, such as {@code spark://host:7077} or
     * {@code k8s://https://host:6443}. By default, this machine measures.
     */
    @Parameter(property = Parameters.SPARK_MASTER)
    private String sparkMaster;

    /**
     * The version of the cluster's Spark, to the last digit: 3.5 or 4. A cluster that was made with Scala 2.12 has that
     * before it, as in {@code 2.12:3.5.9}. By default, 4.0.4.
     */
    @Parameter(property = Parameters.SPARK_VERSION)
    private String sparkVersion;

    /** A file with properties of Spark, in the form of {@code spark-defaults.conf}. It is the place for secrets. */
    @Parameter(property = Parameters.SPARK_PROPERTIES)
    private String sparkProperties;

    /** The number of parts that a cluster divides the work on each model into. Four for each executor are enough. */
    @Parameter(property = Parameters.SPARK_SHARDS, defaultValue = Parameters.DEFAULT_SPARK_SHARDS)
    private int sparkShards;

    AbstractClusterMojo(MavenServices services) {
        super(services);
    }

    @Override
    ShardSettings sharding() {
        return new ShardSettings(null, null, mixedProcessors);
    }

    final String mixedProcessors() {
        return mixedProcessors;
    }

    @Override
    final SparkSettings spark() {
        return new SparkSettings(sparkMaster, sparkVersion, sparkProperties, sparkShards);
    }
}
