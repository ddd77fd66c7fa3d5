package io.github.fairnessgate.search;

import java.util.List;

/**
 * What a search tries, and what it looks for.
 *
 * @param variants the recipes, at least two
 * @param objectives at least one; the first decides among those that pass, all of them which candidates are screened
 *     out
 * @param finalists how many of the candidates are judged, at least 1
 * @param confirmation share of the data that they are judged on, and that chooses nothing
 */
public record SearchPlan(List<RecipeVariant> variants, List<Objective> objectives, int finalists, double confirmation) {

    public SearchPlan {
        variants = List.copyOf(variants);
        objectives = List.copyOf(objectives);
    }
}
