package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.PreferencePairs.Pair;
import io.github.fairnessgate.runtime.LanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVRecord;

/**
 * CrowS-Pairs (Nangia et al. 2020): 1,508 pairs of sentences, one more stereotyping than the other, in nine bias types.
 * The paper's metric needs a masked model; {@link PreferencePairs} has the two forms for causal ones. A unit of a
 * {@link Subset} is a pair.
 */
public final class CrowsPairs extends DataSuite {

    static final String ID = "crows-pairs";
    static final KnownSuite BUNDLED = new KnownSuite(
            ID,
            "CrowS-Pairs",
            PreferencePairs.DEFINITIONS,
            spec -> new CrowsPairs(spec.options().subset()));

    private static final String PAIRS = "crows-pairs/crows_pairs_anonymized.csv";

    public CrowsPairs() {
        this(Subset.ALL);
    }

    public CrowsPairs(Subset subset) {
        super(ID, 1, subset, BundledData.digest(List.of(PAIRS)));
    }

    @Override
    public boolean hasContrast() {
        return true;
    }

    @Override
    public List<Extent> extents() {
        return new PreferencePairs(ID).extents(chosen());
    }

    @Override
    public SuiteResult evaluate(LanguageModel model, Progress progress) {
        return new PreferencePairs(ID).measure(chosen(), model, "CrowS-Pairs", progress);
    }

    private List<Pair> chosen() {
        return subset().portion(subset().of(pairs(), Pair::id, Pair::slices), Pair::cluster);
    }

    static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (CSVRecord row : BundledData.rows(PAIRS)) {
            String id = String.format(Locale.ROOT, "pair-%04d", pairs.size());
            pairs.add(new Pair(id, id, List.of(row.get("bias_type")), row.get("sent_more"), row.get("sent_less")));
        }
        return pairs;
    }
}
