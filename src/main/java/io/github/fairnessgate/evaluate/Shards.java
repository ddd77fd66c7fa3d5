package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All shards of a measurement, each whole and exactly once. */
public final class Shards {

    private static final String PROCESSOR = "processor";

    private final Path folder;
    private final List<ShardFolder> shards;

    private Shards(Path folder, List<ShardFolder> shards) {
        this.folder = folder;
        this.shards = shards;
    }

    /**
     * Finds the shards in a folder, at any depth.
     *
     * @throws InvalidInputException if one is missing or damaged, if two differ that should be the same, or if there
     *     are none
     */
    public static Shards in(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException("There is no folder " + folder
                    + " with shards: give the one that the artifacts of all shards were downloaded to.");
        }
        SortedMap<Integer, ShardFolder> byNumber = new TreeMap<>();
        for (ShardFolder shard :
                ShardFolder.under(folder).map(ShardFolder::read).toList()) {
            ShardFolder other = byNumber.putIfAbsent(shard.shard().number(), shard);
            if (other != null && !other.files().equals(shard.files())) {
                throw new InvalidInputException("Two different folders are the shard " + shard.shard() + ": "
                        + other.path() + " and " + shard.path() + ". Keep the one that belongs to the others.");
            }
        }
        List<ShardFolder> shards = List.copyOf(byNumber.values());
        requireAll(folder, shards);
        return new Shards(folder, shards);
    }

    private static void requireAll(Path folder, List<ShardFolder> shards) {
        TreeSet<Integer> counts =
                shards.stream().map(shard -> shard.shard().of()).collect(Collectors.toCollection(TreeSet::new));
        if (counts.isEmpty()) {
            throw new InvalidInputException("There is no shard in " + folder + ": no folder in it has a "
                    + ShardFolder.NAME + ". Give the folder that the artifacts of all shards were downloaded to.");
        }
        if (counts.size() > 1) {
            throw new InvalidInputException("The shards in " + folder + " belong to measurements of " + counts.first()
                    + " and of " + counts.last() + " shards; keep those of one.");
        }
        List<Integer> there =
                shards.stream().map(shard -> shard.shard().number()).toList();
        String missing = IntStream.rangeClosed(1, counts.first())
                .filter(number -> !there.contains(number))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new InvalidInputException("Of " + counts.first() + " shards, these are missing in " + folder + ": "
                    + missing + ". Run their jobs again; nothing is judged without them.");
        }
    }

    /** How many there are. */
    public int count() {
        return shards.size();
    }

    /**
     * Whether the shards answered a suite for a model.
     *
     * @param isFirst whether they must have, as they were made for the first look
     * @throws InvalidInputException if they must have and did not, or if only some did; says what differs
     */
    public boolean have(Suite suite, Provenance provenance, boolean isFirst) {
        String name = EvaluationCache.answersOf(suite, provenance);
        List<ShardFolder> without = shards.stream()
                .filter(shard -> !shard.files().containsKey(name))
                .toList();
        if (without.isEmpty()) {
            return true;
        }
        if (without.size() == shards.size() && !isFirst) {
            return false;
        }
        throw new InvalidInputException("The shard " + without.get(0).shard() + " in "
                + without.get(0).path() + " has no answers of " + suite.id() + " for " + provenance.source()
                + difference(without.get(0), EvaluationCache.request(suite, provenance))
                + ". Measure all shards with the models, the thresholds and the plugin of this build.");
    }

    /** In what the request that comes closest differs. */
    private static String difference(ShardFolder shard, SortedMap<String, Object> wanted) {
        return requests(shard).stream()
                .filter(request -> wanted.get("suite").equals(request.get("suite")))
                .map(request -> differing(wanted, request))
                .min(Comparator.comparingInt(List::size))
                .map(names -> ": what comes closest has a different " + String.join(" and ", names))
                .orElse("");
    }

    private static List<String> differing(Map<String, Object> wanted, Map<String, Object> request) {
        return Stream.concat(wanted.keySet().stream(), request.keySet().stream())
                .distinct()
                .filter(name -> !name.equals(PROCESSOR))
                .filter(name -> !String.valueOf(wanted.get(name)).equals(String.valueOf(request.get(name))))
                .sorted()
                .toList();
    }

    private static List<SortedMap<String, Object>> requests(ShardFolder shard) {
        List<SortedMap<String, Object>> requests = new ArrayList<>();
        for (String name : shard.files().keySet()) {
            requests.add(AnswerFile.requestOf(shard.path().resolve(name)));
        }
        return requests;
    }

    /** How many kinds of processors computed the answers of a model to a suite, by the last digits that they give. */
    public int processors(Suite suite, Provenance provenance) {
        return kindsOfProcessors(suite, provenance).size();
    }

    /** Their fingerprints. */
    SortedSet<String> kindsOfProcessors(Suite suite, Provenance provenance) {
        return files(suite, provenance).stream()
                .map(path -> String.valueOf(AnswerFile.requestOf(path).get(PROCESSOR)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The answer files of a suite for a model, one a shard. */
    List<Path> files(Suite suite, Provenance provenance) {
        String name = EvaluationCache.answersOf(suite, provenance);
        return shards.stream()
                .filter(shard -> shard.files().containsKey(name))
                .map(shard -> shard.path().resolve(name))
                .toList();
    }

    /** The answers of all shards, where they have any. */
    Optional<MergedAnswers> answers(Suite suite, Provenance provenance) {
        List<Path> files = files(suite, provenance);
        return files.isEmpty() ? Optional.empty() : Optional.of(new MergedAnswers(suite.id(), files));
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** The name of the file with the answers of a model to a suite. */
    public static String answersOf(Suite suite, Provenance provenance) {
        return EvaluationCache.answersOf(suite, provenance);
    }

    /** Writes what one shard answered. */
    public static Path write(Path shards, Shard shard, Path answers) {
        return ShardFolder.write(shards, shard, answers);
    }
}
