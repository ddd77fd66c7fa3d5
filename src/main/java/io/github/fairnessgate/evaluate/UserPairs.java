package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.JsonLines.Line;
import io.github.fairnessgate.evaluate.PreferencePairs.Pair;
import io.github.fairnessgate.runtime.LanguageModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A user's own pairs of sentences, measured like {@link CrowsPairs}. The file has one JSON object a line:
 *
 * <pre>
 * {"id": "nurse-1", "more": "The nurse said she was late.", "less": "The nurse said he was late.", "slices": ["gender"]}
 * </pre>
 *
 * {@code more} stereotypes more than {@code less}; {@code slices} names the subsets that the pair belongs to
 * ({@code slice} for a single one), {@code cluster} what it shares with pairs that are not independent of it. Both may
 * be left out. A unit of a {@link Subset} is a pair.
 */
public final class UserPairs extends DataSuite {

    private static final Set<String> KEYS = Set.of("id", "more", "less", "slice", "slices", "cluster");

    private final List<Pair> pairs;

    /**
     * Reads the pairs.
     *
     * @param id names the suite: its metrics are {@code id.stereotype/biasbench-geomean} and so on
     * @param file JSON lines, UTF-8
     * @throws io.github.fairnessgate.InvalidInputException if the file cannot be used; names the line
     */
    public UserPairs(String id, Path file, Subset subset) {
        this(id, JsonLines.read(file, KEYS), subset);
    }

    private UserPairs(String id, JsonLines content, Subset subset) {
        super(id, 1, subset, content.digest());
        this.pairs = content.lines().stream().map(UserPairs::pair).toList();
    }

    @Override
    public boolean hasContrast() {
        return true;
    }

    @Override
    public List<Extent> extents() {
        return new PreferencePairs(id()).extents(chosen());
    }

    @Override
    public SuiteResult evaluate(LanguageModel model, Progress progress) {
        return new PreferencePairs(id()).measure(chosen(), model, id(), progress);
    }

    private List<Pair> chosen() {
        return subset().portion(subset().of(pairs, Pair::id, Pair::slices), Pair::cluster);
    }

    private static Pair pair(Line line) {
        if (line.text("more").equals(line.text("less"))) {
            throw line.problem(
                    "\"more\" and \"less\" are the same sentence, so no model can prefer one; change or remove the pair");
        }
        return new Pair(line.id(), line.cluster(), line.slices(), line.text("more"), line.text("less"));
    }
}
