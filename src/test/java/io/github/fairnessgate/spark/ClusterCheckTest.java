package io.github.fairnessgate.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterCheckTest {

    @Test
    void oneMasterOfSeveralIsEnough() throws Exception {
        try (ServerSocket master = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + master.getLocalPort();
            assertThatCode(() -> ClusterCheck.requireListening("spark://" + address))
                    .doesNotThrowAnyException();
            assertThatCode(() -> ClusterCheck.requireListening("spark://127.0.0.1:1," + address))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void anAbsentMasterIsNamedAtOnce() {
        assertThatThrownBy(() -> ClusterCheck.requireListening("spark://127.0.0.1:1"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("No master listens at spark://127.0.0.1:1")
                .hasMessageContaining("fairness.spark.master");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark://", "spark://host", "spark://host:port"})
    void aMisspeltMasterIsRefused(String master) {
        assertThatThrownBy(() -> ClusterCheck.requireListening(master))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("it must be like spark://host:7077");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local-cluster[2,1,1024]", "yarn", "k8s://https://host:6443"})
    void mastersOfOtherKindsAreLeftToSpark(String master) {
        assertThatCode(() -> ClusterCheck.requireListening(master)).doesNotThrowAnyException();
    }
}
