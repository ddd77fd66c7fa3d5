package io.github.fairnessgate.counterfactual;

import io.github.fairnessgate.file.BundledFile;
import io.github.fairnessgate.file.Digests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lists of words that WinoBias was published with (Zhao et al. 2018), byte for byte in the jar. Read with what is
 * misspelt in them corrected, without blanks around words and without the full stops of titles.
 */
final class WinoBiasSwaps {

    private static final String FOLDER = "/io/github/fairnessgate/evaluate/data/winobias/";

    private static final Map<String, String> CORRECTIONS = Map.ofEntries(
            Map.entry("mentleman", "gentleman"),
            Map.entry("seamstress'", "seamstresses"),
            Map.entry("adultor", "adulterer"),
            Map.entry("adultors", "adulterers"),
            Map.entry("adultress", "adulteress"),
            Map.entry("adultresses", "adulteresses"),
            Map.entry("barnoesses", "baronesses"),
            Map.entry("godess", "goddess"),
            Map.entry("godesses", "goddesses"),
            Map.entry("heros", "heroes"));

    /** A plural with a singular, and a title that is more often a verb. */
    private static final Set<SwapList.Pair> LEFT_OUT =
            Set.of(new SwapList.Pair("chairwomen", "chairman"), new SwapList.Pair("miss", "sir"));

    private WinoBiasSwaps() {}

    static SwapList read() {
        List<SwapList.Pair> pairs = new ArrayList<>();
        StringBuilder digests = new StringBuilder();
        for (String name : List.of("generalized_swaps.txt", "extra_gendered_words.txt")) {
            byte[] content = BundledFile.bytes(WinoBiasSwaps.class, FOLDER + name);
            digests.append(Digests.sha256(content)).append('\n');
            new String(content, StandardCharsets.UTF_8)
                    .lines()
                    .map(WinoBiasSwaps::pair)
                    .filter(pair -> !LEFT_OUT.contains(pair))
                    .forEach(pairs::add);
        }
        return SwapList.of(
                SwapListReader.BUILTIN, Digests.sha256(digests.toString().getBytes(StandardCharsets.UTF_8)), pairs);
    }

    private static SwapList.Pair pair(String line) {
        String[] cells = line.split("\t");
        return new SwapList.Pair(word(cells[0]), word(cells[1]));
    }

    private static String word(String cell) {
        String word = cell.strip();
        return SwapListReader.plain(CORRECTIONS.getOrDefault(word, word));
    }
}
