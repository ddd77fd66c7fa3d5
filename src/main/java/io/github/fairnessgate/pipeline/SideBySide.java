package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.worker.WorkerException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Carries out jobs at the same time, as many as there are places; each has its place for itself. */
final class SideBySide {

    private static final long PATIENCE_DAYS = 365;

    private SideBySide() {}

    /** Ends soon when it is interrupted. */
    @FunctionalInterface
    interface Job<P, T> {
        T run(P place) throws WorkerException, InterruptedException;
    }

    /**
     * The results of all jobs, in their order. Job i begins at place i as far as there are places; the others begin
     * where one becomes free. With one place they are carried out one after the other, by the caller's thread.
     *
     * <p>When a job fails the others are interrupted and waited for, and its failure is thrown, not what the
     * interruption made of the others.
     *
     * @param places where jobs can be carried out, one or more
     */
    static <P, T> List<T> run(List<P> places, List<Job<P, T>> jobs) throws WorkerException, InterruptedException {
        if (places.size() > 1 && jobs.size() > 1) {
            return new Run<>(jobs).at(places);
        }
        List<T> results = new ArrayList<>();
        for (Job<P, T> job : jobs) {
            results.add(job.run(places.get(0)));
        }
        return List.copyOf(results);
    }

    private static final class Run<P, T> {

        private final List<Job<P, T>> jobs;
        private final List<T> results;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Run(List<Job<P, T>> jobs) {
            this.jobs = jobs;
            this.results = new ArrayList<>(Collections.nCopies(jobs.size(), null));
        }

        List<T> at(List<P> places) throws WorkerException, InterruptedException {
            int used = Math.min(places.size(), jobs.size());
            next.set(used);
            ExecutorService executor = Executors.newFixedThreadPool(used);
            for (int i = 0; i < used; i++) {
                int first = i;
                executor.execute(() -> work(first, places.get(first), executor));
            }
            executor.shutdown();
            begun.countDown();
            end(executor);
            rethrow(failure.get());
            return List.copyOf(results);
        }

        private void work(int first, P place, ExecutorService executor) {
            try {
                begun.await();
                for (int i = first; i < jobs.size() && failure.get() == null; i = next.getAndIncrement()) {
                    T result = jobs.get(i).run(place);
                    synchronized (results) {
                        results.set(i, result);
                    }
                }
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
                executor.shutdownNow();
            }
        }

        /** Returns when no job runs any more; an interruption of the caller is passed on to the jobs first. */
        private static void end(ExecutorService executor) throws InterruptedException {
            InterruptedException interruption = null;
            while (!executor.isTerminated()) {
                try {
                    executor.awaitTermination(PATIENCE_DAYS, TimeUnit.DAYS);
                } catch (InterruptedException e) {
                    interruption = e;
                    executor.shutdownNow();
                }
            }
            if (interruption != null) {
                throw interruption;
            }
        }

        private static void rethrow(Throwable failure) throws WorkerException, InterruptedException {
            if (failure instanceof WorkerException broken) {
                throw broken;
            }
            if (failure instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            if (failure instanceof RuntimeException unexpected) {
                throw unexpected;
            }
            if (failure instanceof Error error) {
                throw error;
            }
        }
    }
}
