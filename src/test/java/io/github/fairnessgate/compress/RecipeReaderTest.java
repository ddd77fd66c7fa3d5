package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.train.DistillationSettings;
import io.github.fairnessgate.train.LossWeights;
import io.github.fairnessgate.train.Precision;
import io.github.fairnessgate.train.TeacherCombination;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeReaderTest {

    private static final String HEAD = "version: 1\nseed: 7\ntext: [a.txt, 'b/*.txt']\nstages:\n";
    private static final String DISTILLATION = HEAD + "  - method: distillation\n    layers: 3\n    steps: 10\n";
    private static final String HEAD_PRUNING =
            HEAD + "  - method: head-pruning\n    importance: michel\n    heads: 0.3\n";

    private static final JsonSchema SCHEMA = schema();

    @TempDir
    private Path directory;

    @Test
    void everyKeyOfADistillationIsRead() {
        Recipe recipe = parse(HEAD + """
                  - method: distillation
                    layers: [0, 2, 5]
                    temperature: 3
                    loss: {ce: 0.1, clm: 0.2, mse: 0.3, cosine: 0.4, reverseKl: 0.5, hidden: 0.6, attention: 0.7}
                    topK: 50
                    freezePositions: true
                    steps: 300
                    batchSize: 4
                    sequenceLength: 64
                    learningRate: 1e-3
                    schedule: cosine
                    warmup: 0.1
                    clip: 1.5
                    gradientAccumulation: 2
                    validation: {windows: 10, every: 20, patience: 2}
                    checkpointEvery: 7
                    precision: float16
                    counterfactual: {swaps: builtin:winobias, augment: false, teacher: max}
                """);
        assertThat(recipe.seed()).isEqualTo(7);
        assertThat(recipe.text()).containsExactly("a.txt", "b/*.txt");
        Distillation stage = (Distillation) recipe.stages().get(0);
        assertThat(stage.layers()).isEqualTo(new Distillation.Layers.Chosen(List.of(0, 2, 5)));
        assertThat(stage.settings())
                .isEqualTo(new DistillationSettings(
                        3,
                        50,
                        new LossWeights(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),
                        true,
                        300,
                        4,
                        64,
                        1e-3,
                        DistillationSettings.Schedule.COSINE,
                        0.1,
                        1.5,
                        2,
                        Precision.FLOAT16));
        assertThat(stage.validation()).contains(new Distillation.Validation(10, 20, 2));
        assertThat(stage.checkpointEvery()).isEqualTo(7);
        assertThat(stage.counterfactual().map(Counterfactual::augment)).contains(false);
        assertThat(stage.counterfactual().flatMap(Counterfactual::teacher)).contains(TeacherCombination.MAX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{method: quantization, scheme: int8}",
                "{method: weight-pruning, importance: magnitude, sparsity: 0.5}"
            })
    void whatTrainsAndCalibratesNothingNeedsNoText(String stage) {
        String recipe = "version: 1\nseed: 1\nstages:\n  - " + stage + "\n";
        assertThat(parse(recipe).text()).isEmpty();
        assertThat(SCHEMA.validate(recipe, InputFormat.YAML)).isEmpty();
    }

    @Test
    void whatIsTrainedOrCalibratedNeedsText() {
        String recipe = "version: 1\nseed: 1\nstages:\n  - {method: quantization, scheme: int8}\n";
        assertRefused(
                recipe.replace("quantization, scheme: int8", "weight-pruning, importance: wanda, sparsity: 0.5"),
                "recipe.yaml:1: the file needs the key \"text\", because stages[0] (weight-pruning) learns or ranks with text;"
                        + " name files of text like your model's, or builtin:gpt2-samples to try the recipe");
        assertRefused(DISTILLATION.replaceFirst("text: .*\\n", ""), "the file needs the key \"text\"");
    }

    @Test
    void textMayHaveMavenCoordinatesSpelledLikeThoseOfAModel() {
        Recipe recipe = parse(HEAD_PRUNING.replace(
                "[a.txt, 'b/*.txt']",
                "['maven:org.example:corpus:1.0', a.txt, 'maven:org.example:corpus:tar.gz:small:1.0', "
                        + "'maven:org.example:corpus:1.0']"));
        assertThat(recipe.mavenSources())
                .containsExactly("maven:org.example:corpus:1.0", "maven:org.example:corpus:tar.gz:small:1.0");
        assertThat(Recipe.coordinates(recipe.mavenSources().get(1))).isEqualTo("org.example:corpus:tar.gz:small:1.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "maven:",
                "maven:org.example",
                "maven:org.example:corpus",
                "maven:a:b:c:d:e:f",
                "maven:org.example: corpus:1"
            })
    void textWithHalfOfItsCoordinatesIsRefusedWithTheLine(String source) {
        assertThatThrownBy(() -> parse(HEAD_PRUNING.replace("[a.txt, 'b/*.txt']", "[a.txt, '" + source + "']")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("recipe.yaml:3: \"" + source + "\" has no Maven coordinates; write "
                        + "maven:groupId:artifactId[:extension[:classifier]]:version");
    }

    @Test
    void whatADistillationLeavesOutIsThatOfDistilGpt2() {
        Distillation stage = (Distillation) parse(DISTILLATION).stages().get(0);
        assertThat(stage.layers()).isEqualTo(new Distillation.Layers.Count(3));
        assertThat(stage.teacher()).isEqualTo(Distillation.Teacher.INPUT);
        assertThat(stage.settings())
                .isEqualTo(new DistillationSettings(
                        2,
                        0,
                        new LossWeights(0.5, 0.5, 0, 0, 0, 0, 0),
                        false,
                        10,
                        8,
                        128,
                        5e-4,
                        DistillationSettings.Schedule.LINEAR,
                        0.05,
                        5,
                        1,
                        Precision.FLOAT32));
        assertThat(stage.validation()).isEmpty();
        assertThat(stage.checkpointEvery()).isEqualTo(200);
    }

    @Test
    void everyKeyOfAHeadPruningIsRead() {
        HeadPruning stage = (HeadPruning)
                parse(HEAD_PRUNING + "    examples: 5\n    heldOut: 6\n    sequenceLength: 16\n    step: 0.25\n    "
                                + "maxLossIncrease: 0.5\n    onGuard: stop\n")
                        .stages()
                        .get(0);
        assertThat(stage.importance()).isEqualTo(HeadPruning.Importance.MICHEL);
        assertThat(stage.heads()).isEqualByComparingTo("0.3");
        assertThat(stage.settings())
                .isEqualTo(new PruningSettings(5, 6, 16, Optional.of(new LossGuard(0.5, LossGuard.Reaction.STOP))));
        assertThat(stage.fairness()).isEmpty();
        assertThat(stage.step()).isEqualByComparingTo("0.25");
    }

    @Test
    void stagesKeepTheirOrder() {
        Recipe recipe = parse(HEAD_PRUNING + "  - method: distillation\n    layers: 2\n    steps: 5\n");
        assertThat(recipe.stages()).extracting(Stage::method).containsExactly("head-pruning", "distillation");
    }

    @Test
    void anUnknownKeyIsRefusedWithItsLineAndTheKeyThatWasMeant() {
        assertRefused(
                DISTILLATION + "    learnigRate: 1e-3\n",
                "recipe.yaml:8: stages[0] has no key \"learnigRate\"; did you mean \"learningRate\"?");
        assertRefused(HEAD_PRUNING + "    loss: {ce: 1}\n", "recipe.yaml:8: stages[0] has no key \"loss\"");
        assertRefused(
                "sead: 1\n" + DISTILLATION, "recipe.yaml:1: the file has no key \"sead\"; did you mean \"seed\"?");
        assertRefused(DISTILLATION + "    loss:\n      kl: 1\n", "recipe.yaml:9: stages[0].loss has no key \"kl\"");
    }

    @Test
    void anUnknownMethodIsRefusedWithTheOneThatWasMeant() {
        assertRefused(
                HEAD + "  - method: destillation\n",
                "recipe.yaml:5: stages[0].method is \"destillation\"; did you mean \"distillation\"?");
        assertRefused(
                HEAD_PRUNING.replace("michel", "micel"),
                "recipe.yaml:6: stages[0].importance is \"micel\"; did you mean \"michel\"?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "temperature: 0          | temperature must be a number above 0",
                "temperature: -1         | temperature must be a number above 0",
                "learningRate: -5e-4     | learningRate must be a number above 0",
                "clip: 0                 | clip must be a number above 0",
                "warmup: 1.5             | warmup must be a number from 0 to 1",
                "warmup: -0.1            | warmup must be a number from 0 to 1",
                "batchSize: 0            | batchSize must be a whole number from 1",
                "batchSize: 2.5          | batchSize must be a whole number from 1",
                "sequenceLength: 1       | sequenceLength must be a whole number from 2",
                "gradientAccumulation: 0 | gradientAccumulation must be a whole number from 1",
                "loss: {ce: -0.5}        | loss.ce must be a number 0 or more",
                "loss: {ce: 0}           | all weights of the loss are 0",
                "loss: {}                | all weights of the loss are 0",
                "topK: 0                 | topK must be a whole number from 1",
                "schedule: polynomial    | schedule is \"polynomial\"",
                "checkpointEvery: -1     | checkpointEvery must be a whole number from 0",
                "validation: {windows: 0}| windows must be a whole number from 1",
                "validation: {every: 0}  | every must be a whole number from 1",
                "validation: {patience: 0} | patience must be a whole number from 1",
                "validation: {epochs: 1} | has no key \"epochs\"",
                "counterfactual: {swap: x} | has no key \"swap\"",
                "counterfactual: {teacher: average} | counterfactual.teacher is \"average\"",
                "counterfactual: {augment: 2} | augment must be true or false",
                "counterfactual: {swaps: builtin:x} | there are no swaps \"builtin:x\"; there is builtin:winobias",
                "freezePositions: maybe  | freezePositions must be true or false",
            })
    void anImpossibleNumberIsRefusedWithItsLine(String line, String sentence) {
        assertRefused(DISTILLATION + "    " + line + "\n", "recipe.yaml:8: ", sentence);
    }

    @Test
    void topKWithoutTheTermThatItIsAboutIsRefused() {
        assertRefusedByTheReader(
                DISTILLATION + "    loss: {clm: 1}\n    topK: 5\n",
                "recipe.yaml:9: topK applies only to the loss term ce, but ce is 0");
    }

    @Test
    void aCounterfactualThatChangesNothingIsRefused() {
        assertRefusedByTheReader(
                DISTILLATION + "    counterfactual: {augment: false}\n",
                "recipe.yaml:8: counterfactual changes nothing, because augment is false and the teacher is none");
        assertRefusedByTheReader(
                DISTILLATION + "    loss: {clm: 1}\n    counterfactual: {teacher: mean}\n",
                "recipe.yaml:9: teacher: mean applies only to the loss terms ce, reverseKl and mse, but all are 0");
        Counterfactual defaults = ((Distillation) parse(DISTILLATION + "    counterfactual: {}\n")
                        .stages()
                        .get(0))
                .counterfactual()
                .orElseThrow();
        assertThat(defaults.augment()).isTrue();
        assertThat(defaults.teacher()).isEmpty();
        assertThat(defaults.swaps().name()).isEqualTo("builtin:winobias");
    }

    @Test
    void aTemperatureWithoutTheTermsThatItIsAboutIsRefused() {
        assertRefusedByTheReader(
                DISTILLATION + "    loss: {clm: 1, mse: 1}\n    temperature: 3\n",
                "recipe.yaml:9: temperature applies only to the loss terms ce and reverseKl, but both are 0");
        assertThat(((Distillation) parse(DISTILLATION + "    loss: {reverseKl: 1}\n    temperature: 3\n")
                                .stages()
                                .get(0))
                        .settings()
                        .temperature())
                .isEqualTo(3);
    }

    @Test
    void theTeacherMayBeTheModelThatTheRecipeIsGiven() {
        assertThat(((Distillation) parse(DISTILLATION + "    teacher: original\n")
                                .stages()
                                .get(0))
                        .teacher())
                .isEqualTo(Distillation.Teacher.ORIGINAL);
        assertRefused(
                DISTILLATION + "    teacher: orignal\n",
                "recipe.yaml:8: stages[0].teacher is \"orignal\"; did you mean \"original\"?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attention | original | {method: head-pruning, importance: michel, heads: 0.3}       | head by "
                        + "head  | heads",
                "attention | original | {method: layer-pruning, importance: loss, layers: 1}          | head by "
                        + "head  | blocks",
                "hidden    | original | {method: layer-pruning, importance: loss, layers: 1}          | block by "
                        + "block | blocks",
                "hidden    | original | {method: distillation, layers: 3, steps: 5}                   | block by "
                        + "block | blocks",
            })
    void aTermThatComparesPartsWhichTheOriginalHasAndTheStudentLacksIsRefused(
            String term, String teacher, String earlier, String how, String parts) {
        String recipe = HEAD + "  - " + earlier + "\n  - {method: distillation, layers: 2, steps: 5, teacher: "
                + teacher + ", loss: {ce: 1, " + term + ": 1}}\n";
        assertRefusedByTheReader(
                recipe,
                "recipe.yaml:6: the loss term " + term + " compares student and teacher " + how + ", but the ",
                " at recipe.yaml:5 removes " + parts + " that the original model has; remove " + term
                        + " from the loss, or remove teacher: original.");
        assertThat(parse(recipe.replace("original", "input")).stages()).hasSize(2);
    }

    @Test
    void hiddenStatesMayBeComparedWithTheOriginalsAsLongAsEveryBlockIsThere() {
        assertThat(parse(HEAD_PRUNING + "  - {method: neuron-pruning, importance: taylor, neurons: 0.3}\n"
                                + "  - {method: distillation, layers: 2, steps: 5, teacher: original, "
                                + "loss: {hidden: 1}}\n")
                        .stages())
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0.3", "1.5", "-2", "'0.3'"})
    void headsIsAShareOrAWholeNumber(String heads) {
        assertRefused(HEAD_PRUNING.replace("0.3", heads), "recipe.yaml:7: ", "heads must be a");
    }

    @Test
    void negativeDepthsAndBlocksOutOfOrderAreRefused() {
        assertRefused(
                DISTILLATION.replace("layers: 3", "layers: 0"),
                "recipe.yaml:6: stages[0].layers must be a whole number from 1");
        assertRefusedByTheReader(
                DISTILLATION.replace("layers: 3", "layers: [2, 1]"),
                "recipe.yaml:6: stages[0].layers[1] must be a whole number from 3");
        assertRefused(DISTILLATION.replace("layers: 3", "layers: []"), "recipe.yaml:6: layers is an empty list");
    }

    @Test
    void aRecipeWithoutStagesOrOfAnotherVersionIsRefused() {
        assertRefused("version: 1\nseed: 1\ntext: a.txt\nstages: []\n", "recipe.yaml:4: stages is empty");
        assertRefused(
                DISTILLATION.replace("version: 1", "version: 2"),
                "recipe.yaml:1: version must be a whole number from 1 to 1");
        assertRefused("version: 1\nseed: 1\ntext: a.txt\n", "recipe.yaml:1: the file needs the key \"stages\"");
        assertRefused(DISTILLATION.replace("seed: 7", "seed: -7"), "recipe.yaml:2: seed must be a whole number from 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"distilgpt2", "heads-30", "int8", "quickstart-distillation", "quickstart-heads", "wanda-2of4"})
    void builtInRecipesAreFoundByName(String name) {
        Recipe recipe = RecipeReader.read(name, directory);
        assertThat(recipe.name()).isEqualTo(name);
        assertThat(recipe.stages()).hasSize(1);
        assertThat(recipe.text()).isEqualTo(name.equals("int8") ? List.of() : List.of("builtin:gpt2-samples"));
        assertThat(SCHEMA.validate(recipe.source(), InputFormat.YAML)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{method: quantization, scheme: float16, blockSize: 32}",
                "{method: quantization, scheme: int8, blockSize: 48}",
                "{method: quantization, scheme: int8, blockSize: 64}",
                "{method: quantization, scheme: int8-dynamic, embedding: rest}",
                "{method: quantization, scheme: int4, protect: {pairs: 'builtin:winobias-dev', share: 1}}",
                "{method: quantization, scheme: int4, protect: {pairs: 'builtin:winobias-dev'}}",
                "{method: quantization, scheme: float16, protect: {pairs: 'builtin:winobias-dev', share: 0.3}}",
                "{method: quantization, scheme: int8-dynamic, protect: {pairs: 'builtin:winobias-dev', share: 0.3}}",
                "{method: quantization}",
                "{method: quantization, scheme: int8, rest: int8}",
                "{method: weight-pruning, importance: wanda}",
                "{method: weight-pruning, importance: wanda, sparsity: 0.5, pattern: '2:4'}",
                "{method: weight-pruning, importance: wanda, sparsity: 1}",
                "{method: weight-pruning, importance: magnitude, sparsity: 0.5, examples: 4}",
                "{method: weight-pruning, importance: sparsegpt, sparsity: 0.5, scope: layer}",
                "{method: weight-pruning, importance: magnitude, pattern: '2:4', scope: layer}",
                "{method: weight-pruning, importance: wanda, sparsity: 0.5, linears: []}",
                "{method: weight-pruning, importance: wanda, sparsity: 0.5, linears: [mlp.c_fc, mlp.c_fc]}",
                "{method: head-pruning, importance: fasp, heads: 3}",
                "{method: head-pruning, importance: michel, heads: 3, bias: absolute}",
                "{method: head-pruning, importance: michel, heads: 3, onGuard: stop}",
                "{method: layer-pruning, importance: loss, layers: 0.5}",
                "{method: neuron-pruning, importance: michel, neurons: 3}",
                "{method: distillation, layers: 3}"
            })
    void stagesThatContradictThemselvesAreRefusedByReaderAndSchema(String stage) {
        assertRefused(HEAD + "  - " + stage + "\n", "recipe.yaml:5: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{method: quantization, scheme: int8, blockSize: 64, activations: float32, embedding: rest, rest: "
                        + "float32}",
                "{method: quantization, scheme: float16}",
                "{method: quantization, scheme: int4, protect: {pairs: 'builtin:winobias-dev', share: 0.3, minReliability: 0}}",
                "{method: quantization, scheme: int8-dynamic, rest: float32}",
                "{method: weight-pruning, importance: magnitude, sparsity: 0.5, scope: global}",
                "{method: weight-pruning, importance: sparsegpt, pattern: '4:8', damping: 0.1, blockSize: 64, "
                        + "examples: 4, sequenceLength: 8, linears: [mlp.c_fc]}",
                "{method: neuron-pruning, importance: magnitude, neurons: 0.5, step: 1, maxLossIncrease: 0}",
                "{method: layer-pruning, importance: block-influence, layers: 2}"
            })
    void otherStagesAreReadAndKeepToTheSchema(String stage) {
        assertThat(parse(HEAD + "  - " + stage + "\n").stages()).hasSize(1);
    }

    @Test
    void aFileGoesBeforeABuiltInRecipe() throws IOException {
        Files.writeString(directory.resolve("distilgpt2"), HEAD_PRUNING);
        Recipe recipe = RecipeReader.read("distilgpt2", directory);
        assertThat(recipe.stages().get(0)).isInstanceOf(HeadPruning.class);
        assertThat(recipe.baseDirectory()).isEqualTo(directory.toAbsolutePath());
    }

    @Test
    void aRecipeThatIsNowhereIsRefusedWithTheOneThatWasMeant() {
        assertThatThrownBy(() -> RecipeReader.read("distillgpt2", directory))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("neither a file in " + directory)
                .hasMessageContaining("did you mean \"distilgpt2\"?");
    }

    /** What is read keeps to the schema. */
    private Recipe parse(String yaml) {
        Recipe recipe = RecipeReader.parse(yaml, "recipe.yaml", directory);
        assertThat(SCHEMA.validate(yaml, InputFormat.YAML))
                .as("the schema's view of %s", yaml)
                .isEmpty();
        return recipe;
    }

    /** By the reader and by the schema. */
    private void assertRefused(String yaml, String... parts) {
        assertRefusedByTheReader(yaml, parts);
        assertThat(SCHEMA.validate(yaml, InputFormat.YAML))
                .as("the schema's view of %s", yaml)
                .isNotEmpty();
    }

    /** The schema cannot compare one key or stage with another. */
    private void assertRefusedByTheReader(String yaml, String... parts) {
        assertThatThrownBy(() -> RecipeReader.parse(yaml, "recipe.yaml", directory))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(parts);
    }

    private static JsonSchema schema() {
        try (InputStream in = RecipeReader.class.getResourceAsStream("recipe.schema.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
