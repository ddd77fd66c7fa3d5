package io.github.fairnessgate.compress;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.counterfactual.SwappedText;
import io.github.fairnessgate.counterfactual.Swapper;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.train.CounterfactualTeacher;
import io.github.fairnessgate.train.CounterfactualWindow;
import io.github.fairnessgate.train.TokenSwaps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The text of a distillation with its counterfactual.
 *
 * @param windows to train on, those of the counterfactual documents among them, and to validate on
 * @param teacher what else the teacher reads, if anything
 * @param report what was done
 */
record CounterfactualText(
        HeldOut windows, Optional<CounterfactualTeacher> teacher, StageReport.CounterfactualText report) {

    /**
     * Makes it. Nothing is added that is the counterfactual of a document with windows that are held out.
     *
     * @param documents of the text
     * @param windows of the text, in order
     * @param split the same windows
     */
    static CounterfactualText of(
            Counterfactual settings,
            List<String> documents,
            int[][] windows,
            HeldOut split,
            Tokenizer tokenizer,
            Progress progress) {
        Swapper swapper = new Swapper(settings.swaps());
        List<AlignedStream.Document> swapped = documents.stream()
                .map(text -> new AlignedStream.Document(text, swapper.swap(text)))
                .toList();
        AlignedStream stream = AlignedStream.of(swapped, tokenizer);
        int length = windows[0].length;
        List<AlignedStream.Document> added =
                settings.augment() ? added(swapped, heldOut(stream, windows, split), swapper) : List.of();
        AlignedStream addedStream = AlignedStream.of(added, tokenizer);
        int[][] addedWindows = TokenStream.windows(addedStream.tokens(), length);
        Optional<TokenSwaps> tokens =
                settings.teacher().map(combination -> SwapVocabulary.of(settings.swaps(), tokenizer));
        Optional<CounterfactualTeacher> teacher = settings.teacher().map(combination -> {
            Map<int[], CounterfactualWindow> counterfactuals = new IdentityHashMap<>();
            put(counterfactuals, windows, stream);
            put(counterfactuals, addedWindows, addedStream);
            return new CounterfactualTeacher(combination, tokens.orElseThrow(), counterfactuals);
        });
        StageReport.CounterfactualText report = new StageReport.CounterfactualText(
                settings.swaps().name(),
                settings.augment(),
                settings.teacherId(),
                swapped.stream()
                        .mapToInt(document ->
                                document.counterfactual().replacements().size())
                        .sum(),
                added.size(),
                addedWindows.length,
                tokens.map(swaps -> swaps.tokens().length).orElse(0));
        progress.info(sentence(report, documents.size()));
        return new CounterfactualText(
                new HeldOut(
                        Stream.of(split.trained(), addedWindows)
                                .flatMap(Arrays::stream)
                                .toArray(int[][]::new),
                        split.validated()),
                teacher,
                report);
    }

    private static String sentence(StageReport.CounterfactualText report, int documents) {
        return String.format(
                Locale.ROOT,
                "distillation: %d words of %d documents are in %s; %d counterfactual documents (%d windows) are added to"
                        + " the text%s",
                report.swappedWords(),
                documents,
                report.swaps(),
                report.addedDocuments(),
                report.addedWindows(),
                report.teacher().equals(Counterfactual.PLAIN_TEACHER)
                        ? ""
                        : ", and the teacher's probabilities are combined by " + report.teacher() + ", "
                                + report.combinedTokens() + " tokens exchanged");
    }

    private static void put(Map<int[], CounterfactualWindow> counterfactuals, int[][] windows, AlignedStream stream) {
        for (int window = 0; window < windows.length; window++) {
            int length = windows[window].length;
            counterfactuals.put(windows[window], stream.counterfactual(window * length, length));
        }
    }

    /** The documents that windows held out are of. */
    private static Set<Integer> heldOut(AlignedStream stream, int[][] windows, HeldOut split) {
        Set<int[]> validated = Collections.newSetFromMap(new IdentityHashMap<>());
        Collections.addAll(validated, split.validated());
        return IntStream.range(0, windows.length)
                .filter(window -> validated.contains(windows[window]))
                .flatMap(window -> IntStream.rangeClosed(
                        stream.document(window * windows[window].length),
                        stream.document((window + 1) * windows[window].length - 1)))
                .boxed()
                .collect(Collectors.toSet());
    }

    private static List<AlignedStream.Document> added(
            List<AlignedStream.Document> documents, Set<Integer> heldOut, Swapper swapper) {
        List<AlignedStream.Document> added = new ArrayList<>();
        for (int number = 0; number < documents.size(); number++) {
            SwappedText counterfactual = documents.get(number).counterfactual();
            if (counterfactual.differs() && !heldOut.contains(number)) {
                added.add(new AlignedStream.Document(counterfactual.text(), swapper.swap(counterfactual.text())));
            }
        }
        return added;
    }
}
