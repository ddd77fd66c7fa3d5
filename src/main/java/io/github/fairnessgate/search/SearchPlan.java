package io.github.fairnessgate.search;

import java.util.List;

/**
 * What a search tries, and what it looks for.
 *
 * @param source the YAML
 * @param variants the recipes, at least two
 * @param objectives at least one; the first decides, the others are shown beside it
 * @param finalists how many of the candidates are judged, at least 1
 * @param confirmation share of the data that they are judged on, and that chooses nothing
 */
public record SearchPlan(
        String source, List<RecipeVariant> variants, List<Objective> objectives, int finalists, double confirmation) {

    public SearchPlan {
        variants = List.copyOf(variants);
        objectives = List.copyOf(objectives);
    }
}
