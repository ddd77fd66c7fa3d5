package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkSettingsTest {

    @TempDir
    Path base;

    @Test
    void withoutAMasterThisMachineMeasures() {
        assertThat(SparkSettings.NONE.cluster()).isEmpty();
        assertThat(new SparkSettings(" ", null, null, 16).cluster()).isEmpty();
        assertThat(new SparkSettings(" spark://a:7077 ", null, null, 16).cluster())
                .contains("spark://a:7077");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "spark://a:7077, -,           org.apache.spark:spark-core_2.13:4.0.4",
                "spark://a:7077, 3.5.9,       org.apache.spark:spark-core_2.13:3.5.9",
                "spark://a:7077, 2.12:3.5.9,  org.apache.spark:spark-core_2.12:3.5.9",
                "k8s://https://a:6443, 4.0.4, org.apache.spark:spark-core_2.13:4.0.4 "
                        + "org.apache.spark:spark-kubernetes_2.13:4.0.4",
                "yarn, 4.0.4, org.apache.spark:spark-core_2.13:4.0.4 org.apache.spark:spark-yarn_2.13:4.0.4"
            })
    void librariesAreThoseOfTheClustersVersion(String master, String version, String libraries) {
        assertThat(new SparkSettings(master, version, null, 16).libraries("4.0.4"))
                .containsExactly(libraries.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "2.11:2.4.0", "4.0.4;x", "4.0.4:jar"})
    void aVersionThatIsNoneIsRefused(String version) {
        SparkSettings settings = new SparkSettings("spark://a:7077", version, null, 16);
        assertThatThrownBy(() -> settings.libraries("4.0.4"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fairness.spark.version is \"" + version + "\"")
                .hasMessageContaining("such as 4.0.4");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1001})
    void thereAreAtLeastOneAndAtMostAThousandShards(int shards) {
        SparkSettings settings = new SparkSettings("spark://a:7077", null, null, shards);
        assertThatThrownBy(settings::parts)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fairness.spark.shards is " + shards);
    }

    @Test
    void propertiesAreReadAsSparkReadsThem() throws Exception {
        Files.writeString(
                base.resolve("spark.conf"),
                "# comment\nspark.executor.cores   4\nspark.authenticate=true\nspark.a.b: c d\n");
        assertThat(new SparkSettings("spark://a:7077", null, "spark.conf", 16).given(base))
                .isEqualTo(Map.of("spark.executor.cores", "4", "spark.authenticate", "true", "spark.a.b", "c d"));
    }

    @ParameterizedTest
    @CsvSource({
        "sparkexecutor.cores 4, has sparkexecutor.cores",
        "spark.master spark://b:7077, has spark.master",
        "spark.a \\u12, cannot be read as properties of Spark"
    })
    void propertiesThatSparkDoesNotHaveAreRefused(String line, String message) throws Exception {
        Files.writeString(base.resolve("spark.conf"), line + "\n");
        SparkSettings settings = new SparkSettings("spark://a:7077", null, "spark.conf", 16);
        assertThatThrownBy(() -> settings.given(base))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        SparkSettings settings = new SparkSettings("spark://a:7077", null, "absent.conf", 16);
        assertThatThrownBy(() -> settings.given(base))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("absent.conf");
    }
}
