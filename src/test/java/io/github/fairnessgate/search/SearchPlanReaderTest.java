package io.github.fairnessgate.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.compress.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchPlanReaderTest {

    private static final String TWO_STAGES = """
            version: 1
            seed: 7
            text: texts/*.txt
            stages:
              - method: head-pruning
                importance: michel
                heads: 0.3
              - method: quantization
                scheme: int8
            """;

    @TempDir
    Path folder;

    private SearchPlan read(String yaml) throws IOException {
        Files.createDirectories(folder.resolve("recipes"));
        Files.writeString(folder.resolve("recipes/two.yaml"), TWO_STAGES);
        Files.writeString(folder.resolve("search.yaml"), "version: 1\n" + yaml);
        return SearchPlanReader.read("search.yaml", folder);
    }

    @Test
    void everyCombinationIsACandidate() throws IOException {
        SearchPlan plan = read("""
                recipes:
                  - int8
                  - recipe: recipes/two.yaml
                    vary:
                      head-pruning.heads: [0.1, 0.2]
                      quantization.scheme: [int8, int4]
                """);

        assertThat(plan.variants())
                .extracting(RecipeVariant::id, RecipeVariant::label)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("int8", "int8"),
                        tuple("0.1", "int8"),
                        tuple("0.1", "int4"),
                        tuple("0.2", "int8"),
                        tuple("0.2", "int4"));
        assertThat(plan.variants().get(3).yaml())
                .contains("heads: 0.2")
                .contains("scheme: int8")
                .contains("importance: michel");
        assertThat(plan.objectives()).extracting(Objective::metric).containsExactly("size.bytes");
        assertThat(plan.finalists()).isEqualTo(3);
        assertThat(plan.confirmation()).isEqualTo(0.5);
    }

    private static org.assertj.core.groups.Tuple tuple(String heads, String scheme) {
        return org.assertj.core.groups.Tuple.tuple(
                "two-" + heads + "-" + scheme,
                "recipes/two.yaml, head-pruning.heads " + heads + ", quantization.scheme " + scheme);
    }

    @Test
    void aRangeHasBothItsEnds() throws IOException {
        SearchPlan plan = read("""
                recipes:
                  - {recipe: heads-30, vary: {head-pruning.heads: {from: 0.1, to: 0.3, step: 0.05}}}
                """);

        assertThat(plan.variants())
                .extracting(RecipeVariant::label)
                .containsExactly(
                        "heads-30, head-pruning.heads 0.1",
                        "heads-30, head-pruning.heads 0.15",
                        "heads-30, head-pruning.heads 0.20",
                        "heads-30, head-pruning.heads 0.25",
                        "heads-30, head-pruning.heads 0.30");
    }

    @Test
    void seedsAndNestedKeysAndKeysThatAreLeftOutCanVary() throws IOException {
        SearchPlan plan = read("""
                recipes:
                  - recipe: quickstart-distillation
                    vary:
                      seed: [1, 2]
                      distillation.loss.ce: [0.5, 1]
                  - recipe: heads-30
                    vary: {head-pruning.step: [0.2, null]}
                """);

        assertThat(plan.variants()).hasSize(6);
        assertThat(plan.variants().get(1).recipe().seed()).isEqualTo(1);
        assertThat(plan.variants().get(1).yaml()).contains("ce: 1");
        assertThat(plan.variants().get(5).label()).endsWith("head-pruning.step left out");
        assertThat(plan.variants().get(5).yaml()).doesNotContain("step:");
    }

    @Test
    void aSampleIsDrawnByItsSeed() throws IOException {
        String recipes =
                "recipes: [{recipe: heads-30, vary: {head-pruning.heads: {from: 0.001, to: 0.9, step: 0.001}}}]\n";

        SearchPlan first = read(recipes + "sample: 12\n");

        assertThat(first.variants()).hasSize(12).doesNotHaveDuplicates();
        assertThat(read(recipes + "sample: 12\n").variants())
                .extracting(RecipeVariant::label)
                .isEqualTo(first.variants().stream().map(RecipeVariant::label).toList());
        assertThat(read(recipes + "sample: 12\nseed: 1\n").variants())
                .extracting(RecipeVariant::label)
                .isNotEqualTo(
                        first.variants().stream().map(RecipeVariant::label).toList());
    }

    @Test
    void whatADistillationDoesWithItsCounterfactualCanVaryAndItsSwapsAreFoundFromAnotherFolder() throws IOException {
        Files.createDirectories(folder.resolve("recipes"));
        Files.writeString(folder.resolve("recipes/swapped.yaml"), """
                version: 1
                seed: 1
                text: builtin:gpt2-samples
                stages:
                  - method: distillation
                    layers: 3
                    steps: 10
                    counterfactual: {swaps: swaps.tsv}
                """);
        Files.writeString(folder.resolve("recipes/swaps.tsv"), "he\tshe\n");
        SearchPlan plan = read("recipes: [{recipe: recipes/swapped.yaml, vary: "
                + "{distillation.counterfactual.teacher: [none, mean, max]}}, int8]\n");
        assertThat(plan.variants()).hasSize(4);
        Path own = folder.resolve("target/search/swapped");
        Files.createDirectories(own);

        Path file = RecipeFile.write(plan.variants().get(1), own);

        assertThat(Files.readString(file)).contains("../../../recipes/swaps.tsv", "mean");
        assertThat(RecipeReader.read(file.toString(), folder).stages()).hasSize(1);
    }

    @Test
    void aRecipeIsTheSameFromItsOwnFolder() throws IOException {
        SearchPlan plan = read("recipes: [recipes/two.yaml, int8]\n");
        Path own = folder.resolve("target/search/two");
        Files.createDirectories(own);

        Path file = RecipeFile.write(plan.variants().get(0), own);

        assertThat(RecipeReader.read(file.toString(), folder).text()).containsExactly("../../../recipes/texts/*.txt");
        assertThat(RecipeFile.chosen(plan.variants().get(0), folder)).contains("recipes/texts/*.txt");
    }

    @Test
    void aCandidateKeepsItsIdWhateverElseIsTried() throws IOException {
        List<String> few = ids(read("recipes: [{recipe: heads-30, vary: {head-pruning.heads: [0.2, 0.3]}}]\n"));
        List<String> more =
                ids(read("recipes: [int8, {recipe: heads-30, vary: {head-pruning.heads: [0.1, 0.2, 0.3]}}]\n"));

        assertThat(few).containsExactly("heads-30-0.2", "heads-30-0.3");
        assertThat(more).containsExactly("int8", "heads-30-0.1", "heads-30-0.2", "heads-30-0.3");
    }

    @Test
    void anIdIsShortAndTheNameOfAFolder() throws IOException {
        List<String> ids = ids(read("""
                recipes:
                  - recipe: quickstart-distillation
                    vary: {distillation.learningRate: [1.0e-4, 2.0e-4], text: ["a/b.txt", "a:b.txt"]}
                """));

        assertThat(ids).hasSize(4).doesNotHaveDuplicates().allMatch(id -> id.matches("quickstart-d-[0-9a-f]{6}"));
    }

    @Test
    void candidatesThatReadAlikeHaveDifferentIds() throws IOException {
        Files.createDirectories(folder.resolve("other"));
        Files.writeString(folder.resolve("other/two.yaml"), TWO_STAGES.replace("0.3", "0.4"));
        List<String> ids = ids(read("recipes: [int8, recipes/two.yaml, other/two.yaml]\n"));

        assertThat(ids).hasSize(3).doesNotHaveDuplicates().contains("int8");
        assertThat(ids.subList(1, 3)).allMatch(id -> id.matches("two-[0-9a-f]{6}"));
    }

    private static List<String> ids(SearchPlan plan) {
        return plan.variants().stream().map(RecipeVariant::id).toList();
    }

    @Test
    void whatIsWrongWithACandidateNamesTheUsersLineAndItsValues() {
        assertThatThrownBy(() -> read("""
                        recipes:
                          - recipe: recipes/two.yaml
                            vary:
                              head-pruning.importance: [michel, magnitude]
                              head-pruning.heads:
                                - 0.1
                                - 1.5
                        """))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("search.yaml:8: ")
                .hasMessageEndingWith(
                        "(candidate: recipes/two.yaml, head-pruning.importance michel, " + "head-pruning.heads 1.5).");
        assertThatThrownBy(() -> read("""
                        recipes:
                          - recipe: recipes/two.yaml
                            vary:
                              head-pruning.hedas: [0.1, 0.2]
                        """))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("search.yaml:5: ")
                .hasMessageContaining("has no key \"hedas\"");
    }

    @Test
    void linesOfAWrittenRecipeAreThoseOfTheUser() throws IOException {
        RecipeVariant variant = read("""
                recipes:
                  - recipe: recipes/two.yaml
                    vary:
                      head-pruning.heads: [0.1, 0.2]
                """).variants().get(1);
        Path own = folder.resolve("target/search/two");
        List<String> lines = Files.readAllLines(RecipeFile.write(variant, own));
        int stage = 1 + lines.indexOf("  - method: head-pruning");
        int heads = 1 + lines.indexOf("    heads: 0.2");

        assertThat(RecipeFile.inTheUsersLines(
                        "recipe.yaml:%d: no, as recipe.yaml:%d says.".formatted(stage, heads), variant, own))
                .isEqualTo("recipes/two.yaml:5: no, as search.yaml:5 says.");
        assertThat(RecipeFile.isIn(own)).isTrue();
        assertThat(RecipeFile.isIn(folder.resolve("recipes"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = (char) 1,
            value = {
                "recipes: []|search.yaml:2: recipes is empty",
                "recipes: [int8]|search.yaml:2: the search has one candidate",
                "recipes: [int8, int8]|The recipe int8 is tried twice in the search",
                "recipes: [int9, int8]|search.yaml:2: the recipe int9 is neither a file",
                "recipes: [{recipe: int8, vary: {quantization.scheme: []}}]|has no value, so nothing would be tried",
                "recipes: [{recipe: int8, vary: {quantization.scheme: [int8, int8]}}]|the value int8 is listed twice",
                "recipes: [{recipe: int8, vary: {pruning.heads: [1, 2]}}]|search.yaml:2: the recipe has no stage \"pruning\"",
                "recipes: [{recipe: int8, vary: {quantization#2.scheme: [int8, int4]}}]|\"quantization#2\" is not one of",
                "recipes: [{recipe: int8, vary: {quantization.scheme.x: [int8, int4]}}]|leads into scheme, which is",
                "recipes: [{recipe: int8, vary: {quantization.sceme: [int8, int4]}}]|has no key \"sceme\"",
                "recipes: [{recipe: heads-30, vary: {head-pruning.heads: {from: 0.5, to: 0.1, step: 0.1}}}]|the range is empty",
                "recipes: [{recipe: heads-30, vary: {head-pruning.heads: {from: 0.1, to: 0.5, step: 0}}}]|must be above 0",
                "recipes: [{recipe: heads-30, vary: {head-pruning.heads: {from: 0, to: 1, step: 1e-9}}}]|more than 1000 values",
                "recipes: [{recipe: heads-30, vary: {head-pruning.heads: {from: 0.001, to: 0.9, step: 0.001}}}]|make 900 candidates",
                "recipes: [{recipe: heads-30, vary: {head-pruning.heads: [0.1, 1.5]}}]|search.yaml:2: ",
                "recipes: [{recipe: heads-30, vary: {head-pruning.heads: {from: 0.1, to: 0.35, step: 0.1}}}]|does not end on a step",
                "recipes: [int8, heads-30]~seed: banana|seed must be",
                "recipes: [{recipe: heads-30, vary: {head-pruning.method: [a, b]}}]|head-pruning.method cannot vary",
                "recipes: [{recipe: heads-30, vary: {head-pruning.heads: [1, 2], head-pruning#1.heads: [3, 4]}}]|lead to the same place",
                "recipes: [int8, heads-30]~objectives: []|objectives is empty",
                "recipes: [int8, heads-30]~objectives: [size.bites]|the objective \"size.bites\" is no metric",
                "recipes: [int8, heads-30]~finalists: 3|finalists is 3, but the search has 2 candidates",
                "recipes: [int8, heads-30]~finalists: 0|finalists must be",
                "recipes: [int8, heads-30]~confirmation: 0.95|must be a share from 0.2 to 0.8",
                "recipes: [int8, heads-30]~rules: []|has no key \"rules\"",
            })
    void whatIsWrongIsSaid(String yaml, String problem) {
        assertThatThrownBy(() -> read(yaml.replace("~", "\n") + "\n"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing.yaml", "recipes"})
    void aFileThatIsNotThereIsNamed(String name) throws IOException {
        Files.createDirectories(folder.resolve("recipes"));
        assertThatThrownBy(() -> SearchPlanReader.read(name, folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("There is no file")
                .hasMessageContaining("docs/search.md");
    }
}
