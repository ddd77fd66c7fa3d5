package io.github.fairnessgate.spark;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.spark.api.java.function.Function;

/**
 * What an executor is.
 *
 * @param host where it runs
 * @param java the feature version of its Java
 * @param spark the version of its Spark
 */
record ExecutorFacts(String host, int java, String spark) implements Serializable {

    /** Finds them out where it is called. */
    static final class Look implements Function<Integer, ExecutorFacts> {

        private static final long serialVersionUID = 1L;

        @Override
        public ExecutorFacts call(Integer any) {
            return here();
        }
    }

    static ExecutorFacts here() {
        return new ExecutorFacts(
                hostName(), Runtime.version().feature(), org.apache.spark.package$.MODULE$.SPARK_VERSION());
    }

    static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "a host without a name";
        }
    }
}
