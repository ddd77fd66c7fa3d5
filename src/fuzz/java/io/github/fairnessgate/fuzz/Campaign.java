package io.github.fairnessgate.fuzz;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives one reader many inputs. Each is accepted or refused with a sentence, within {@link #LONGEST}, and leaves
 * nothing behind; each that means the same as a good one gives the same result. An input is made of the seed and its
 * number alone, so that it can be made again.
 */
final class Campaign {

    /** Of computing, for one input. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    /** For one input that waits, or does not get a processor. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

    /** Of different kinds, before a campaign ends early. */
    private static final int MOST_FAULTS = 20;

    private static final int SAME_MEANING_EACH = 10;
    /** What a sentence for a user does not name. */
    private static final Pattern INSIDES = Pattern.compile("\\b(java|javax|com\\.fasterxml|org\\.apache|org\\.snakeyaml"
            + "|io\\.github\\.fairnessgate)\\.[a-z]+\\.|\\b[A-Z]\\w*(Exception|Error)\\b");

    private final Target target;
    private final long seed;
    private final Path found;
    private final Map<String, String> faults = new TreeMap<>();
    private final SortedSet<String> before;
    private final List<String> meanings;
    private volatile int number = -1;
    private volatile byte[] input;
    private volatile long started = System.nanoTime();
    private volatile long startedComputing;
    private int accepted;
    private int refused;
    private int same;
    private long longest;

    /**
     * What became of a campaign.
     *
     * @param inputs all of them
     * @param accepted without a complaint, the ones that mean the same as a good one among them
     * @param same those
     * @param refused with a sentence
     * @param longest time that one input took
     * @param faults what should not have happened, one line of each kind
     */
    record Outcome(
            String target, int inputs, int accepted, int same, int refused, Duration longest, List<String> faults) {}

    private Campaign(Target target, long seed, Path found) throws Exception {
        this.target = target;
        this.seed = seed;
        this.found = found;
        Path file = target.folder().resolve(target.file());
        this.meanings = new ArrayList<>();
        Files.write(file, target.good().get(0));
        this.before = content();
        for (byte[] good : target.good()) {
            Files.write(file, good);
            meanings.add(target.reader().read(file));
        }
    }

    /**
     * Runs until all inputs are read or the time is up.
     *
     * @param kept inputs that are read first
     * @param most inputs to make
     * @param time for all of them
     * @param found receives the inputs that should not have done what they did
     * @throws IllegalStateException if an input takes longer than {@link #LONGEST}; its thread is left to itself
     */
    static Outcome run(Target target, List<byte[]> kept, int most, Duration time, long seed, Path found)
            throws Exception {
        Campaign campaign = new Campaign(target, seed, found);
        FutureTask<Void> task = new FutureTask<>((Callable<Void>) () -> {
            campaign.all(kept, most, System.nanoTime() + time.toNanos());
            return null;
        });
        Thread thread = new Thread(task, "fuzz " + target.name());
        thread.setDaemon(true);
        thread.start();
        while (true) {
            try {
                task.get(100, TimeUnit.MILLISECONDS);
                return campaign.outcome();
            } catch (TimeoutException stillRunning) {
                if (campaign.hangs(thread)) {
                    throw new IllegalStateException(
                            "input %d of %s takes longer than %d s; it was written to %s; now at%n%s"
                                    .formatted(
                                            campaign.number,
                                            target.name(),
                                            LONGEST.toSeconds(),
                                            campaign.kept("hang"),
                                            Arrays.stream(thread.getStackTrace())
                                                    .map(Object::toString)
                                                    .collect(Collectors.joining("\n"))));
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException(
                        "the campaign itself failed at input " + campaign.number + " of " + target.name(),
                        e.getCause());
            }
        }
    }

    private boolean hangs(Thread thread) {
        return System.nanoTime() - started > LONGEST_WAIT.toNanos()
                || ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()) - startedComputing
                        > LONGEST.toNanos();
    }

    private void all(List<byte[]> kept, int most, long end) throws IOException {
        for (byte[] old : kept) {
            number--;
            one(old, Optional.empty());
        }
        for (number = 0; number < most && System.nanoTime() < end && faults.size() < MOST_FAULTS; number++) {
            Random random = new Random(seed * 1_000_003L + number);
            int which = random.nextInt(target.good().size());
            byte[] good = target.good().get(which);
            Optional<byte[]> equal =
                    number % SAME_MEANING_EACH == 0 ? target.mutator().sameMeaning(good, random) : Optional.empty();
            one(
                    equal.orElseGet(() -> target.mutator().changed(good, random)),
                    equal.map(ignored -> meanings.get(which)));
        }
    }

    private void one(byte[] bytes, Optional<String> meaning) throws IOException {
        input = bytes;
        started = System.nanoTime();
        startedComputing = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Path file = target.folder().resolve(target.file());
        Files.write(file, bytes);
        try {
            String result = target.reader().read(file);
            accepted++;
            if (meaning.isPresent()) {
                same++;
                if (!result.equals(meaning.get())) {
                    fault("another meaning", "means " + difference(meaning.get(), result));
                }
            }
        } catch (InvalidInputException e) {
            refused++;
            meaning.ifPresent(ignored -> fault("refused although it means the same", e.getMessage()));
            problem(e.getMessage(), file).ifPresent(problem -> fault(problem + " " + place(e), e.getMessage()));
        } catch (Throwable e) { // whatever comes out is what is looked for
            fault(e.getClass().getName() + " " + place(e), String.valueOf(e.getMessage()));
        }
        longest = Math.max(longest, System.nanoTime() - started);
        if (!content().equals(before)) {
            SortedSet<String> now = content();
            now.removeAll(before);
            fault("something stays behind", now.toString());
            remove(now);
        }
    }

    private Optional<String> problem(String message, Path file) {
        if (message.isBlank()
                || !message.equals(Printable.line(message))
                || message.length() > Printable.LONGEST_LINE) {
            return Optional.of("the message is not one printable line of bounded length");
        }
        Matcher insides = INSIDES.matcher(message.replace(file.getParent().toString(), ""));
        boolean ours = insides.find()
                && !new String(input, StandardCharsets.ISO_8859_1).contains(insides.group()); // and not quoted
        return ours ? Optional.of("the message names insides") : Optional.empty();
    }

    private void fault(String kind, String detail) {
        if (!faults.containsKey(kind)) {
            faults.put(
                    kind,
                    "%s: %s (input %d, seed %d, written to %s)"
                            .formatted(kind, Printable.name(detail), number, seed, kept(kind)));
        }
    }

    private Path kept(String kind) {
        try {
            Files.createDirectories(found);
            String name = "%s-%d-%s".formatted(target.name(), number, kind.replaceAll("[^A-Za-z0-9.]+", "-"));
            return Files.write(found.resolve(name.substring(0, Math.min(name.length(), 100))), input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the plugin was. */
    private static String place(Throwable e) {
        return Arrays.stream(e.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("io.github.fairnessgate."))
                .findFirst()
                .map(frame -> "at " + frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("at an unknown place");
    }

    /** The first place where two texts differ. */
    private static String difference(String expected, String actual) {
        int at = Arrays.mismatch(expected.toCharArray(), actual.toCharArray());
        int from = Math.max(0, at - 20);
        return "\"" + actual.substring(from, Math.min(actual.length(), at + 40)) + "\" in the place of \""
                + expected.substring(from, Math.min(expected.length(), at + 40)) + "\"";
    }

    private SortedSet<String> content() {
        try (Stream<Path> paths = Files.walk(target.folder())) {
            return paths.map(path -> target.folder().relativize(path).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remove(SortedSet<String> names) throws IOException {
        for (String name : new TreeSet<>(names).descendingSet()) {
            Files.deleteIfExists(target.folder().resolve(name));
        }
    }

    private Outcome outcome() {
        return new Outcome(
                target.name(),
                accepted + refused,
                accepted,
                same,
                refused,
                Duration.ofNanos(longest),
                List.copyOf(faults.values()));
    }
}
