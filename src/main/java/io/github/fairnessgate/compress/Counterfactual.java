package io.github.fairnessgate.compress;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.counterfactual.SwapList;
import io.github.fairnessgate.counterfactual.Swapper;
import io.github.fairnessgate.train.TeacherCombination;
import io.github.fairnessgate.yaml.Location;
import java.util.Optional;

/**
 * What a distillation does with the counterfactual of its text (after Gupta et al. 2022, arXiv 2203.12574).
 *
 * @param location where it stands in the recipe
 * @param swaps the words that are exchanged
 * @param augment whether the student also learns from the counterfactual documents
 * @param teacher how the teacher's probabilities for the text and for the counterfactual are combined, if they are
 */
public record Counterfactual(Location location, SwapList swaps, boolean augment, Optional<TeacherCombination> teacher) {

    static final String PLAIN_TEACHER = "none";

    /** As recipes and reports name it. */
    String teacherId() {
        return teacher.map(EnumText::of).orElse(PLAIN_TEACHER);
    }

    /** Fails if there is nothing to exchange in a text. */
    void requireSwaps(TrainingText text) {
        Swapper swapper = new Swapper(swaps);
        if (text.documents().stream()
                .noneMatch(document -> swapper.swap(document).differs())) {
            throw location.problem(
                    ("the text %s has none of the %d words of %s, so its counterfactual is the text itself; name a list"
                                    + " with words of the text under swaps, give another text, or remove counterfactual.")
                            .formatted(text.name(), swaps.counterparts().size(), swaps.name()));
        }
    }
}
