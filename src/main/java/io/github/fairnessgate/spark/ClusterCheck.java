package io.github.fairnessgate.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/** One tiny task, before anything is sent: whether there is an executor, and whether it can do the work. */
final class ClusterCheck {

    private static final int PATIENCE_SECONDS = 60;
    private static final int CONNECT_MILLIS = 10_000;
    private static final String STANDALONE = "spark://";

    private final JavaSparkContext context;
    private final DriverEvents events;

    ClusterCheck(JavaSparkContext context, DriverEvents events) {
        this.context = context;
        this.events = events;
    }

    /**
     * Looks whether a master of Spark's own kind listens, because Spark takes a minute to give up.
     *
     * @param master {@code spark://host:port}, or several such masters, or of another kind
     * @throws ClusterException if none of them does
     */
    static void requireListening(String master) {
        if (!master.startsWith(STANDALONE)) {
            return;
        }
        String reason = "";
        for (String address : master.substring(STANDALONE.length()).split(",")) {
            int colon = address.lastIndexOf(':');
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(
                                address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                        CONNECT_MILLIS);
                return;
            } catch (IOException e) {
                reason = e.getMessage();
            } catch (RuntimeException e) {
                throw new ClusterException("The master is " + master + ", but it must be like spark://host:7077.");
            }
        }
        throw new ClusterException(
                "No master listens at " + master + " (" + reason + "): start it, or correct fairness.spark.master.");
    }

    /**
     * Waits for an executor; says every minute that there is none yet.
     *
     * @throws ClusterException if its Spark or its Java is not fit
     */
    void require(int leastJava) throws InterruptedException, ExecutionException {
        ExecutorFacts executor = await(
                context.parallelize(List.of(0), 1).map(new ExecutorFacts.Look()).collectAsync());
        String here = ExecutorFacts.here().spark();
        if (!executor.spark().equals(here)) {
            throw new ClusterException("The executor on " + executor.host() + " runs Spark " + executor.spark()
                    + ", but the driver " + here + ": set fairness.spark.version to " + executor.spark() + ".");
        }
        if (executor.java() < leastJava) {
            throw new ClusterException("The executor on " + executor.host() + " runs Java " + executor.java()
                    + ", but a worker needs Java " + leastJava + " or later.");
        }
        int executors = Math.max(1, context.sc().statusTracker().getExecutorInfos().length - 1);
        events.info("Spark " + here + " at " + context.master() + ": " + executors
                + (executors == 1 ? " executor" : " executors") + " so far, Java " + executor.java() + " on "
                + executor.host());
    }

    private ExecutorFacts await(JavaFutureAction<List<ExecutorFacts>> looked)
            throws InterruptedException, ExecutionException {
        for (int seconds = 1; ; seconds++) {
            try {
                return looked.get(1, TimeUnit.SECONDS).get(0);
            } catch (TimeoutException e) {
                if (context.sc().isStopped()) {
                    throw ClusterException.gaveUp(context.master());
                }
                if (seconds % PATIENCE_SECONDS == 0) {
                    events.info("No executor of " + context.master() + " after " + seconds
                            + " s: does the cluster have free cores, and can its nodes reach this machine "
                            + "(spark.driver.host, spark.driver.port)?");
                }
            }
        }
    }
}
