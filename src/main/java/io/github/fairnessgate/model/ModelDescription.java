package io.github.fairnessgate.model;

import io.github.fairnessgate.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a model is going to be measured, for its user: what was found in its files, and what it means. Reads headers and
 * the tokenizer, and runs nothing.
 *
 * @param facts clauses without a full stop
 * @param warnings what may be a surprise, likewise
 */
public record ModelDescription(List<String> facts, List<String> warnings) {

    /** Of a model that can be measured. */
    public static ModelDescription of(GivenModel given) {
        ModelDirectory model = given.directory();
        TokenizerFiles tokenizer =
                TokenizerFiles.read(model.path(), model.config().tokenizerClass());
        List<String> facts = new ArrayList<>(List.of(
                weights(given),
                computation(model.config()),
                tokenizer(model, tokenizer),
                model.specialTokens()
                        .difference()
                        .orElse("every text follows \"" + TokenizerFiles.END_OF_TEXT + "\" (token "
                                + model.specialTokens().beginning() + "), and a generated one ends with it")));
        if (tokenizer.rowsWithoutToken(model.config()) == 0) { // else a note says how many
            facts.add("each of the " + model.config().vocabulary() + " rows of the embedding has a token");
        }
        if (!model.weightTraits().unused().isEmpty()) {
            facts.add("weights that a language model does not use: "
                    + String.join(", ", model.weightTraits().unused()));
        }
        model.tokenizer().notes().forEach(note -> facts.add(withoutFullStop(note)));
        return new ModelDescription(List.copyOf(facts), warnings(model));
    }

    private static String withoutFullStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static String weights(GivenModel given) {
        ModelDirectory model = given.directory();
        String files = model.tensors().values().stream()
                .flatMap(weight -> weight.stored().stream())
                .map(Tensor::file)
                .distinct()
                .map(file -> file.getFileName().toString())
                .collect(Collectors.joining(", "));
        String types = model.tensors().values().stream()
                .flatMap(weight -> weight.stored().stream())
                .map(tensor -> tensor.dtype().name())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" and "));
        return "weights "
                + (given.isConverted()
                        ? "converted from " + String.join(", ", PickledModels.sources(given.folder()))
                        : "in " + files)
                + ", " + types + (model.isQuantized() ? ", quantized" : "") + ", output layer "
                + (model.config().tiedEmbeddings() ? "tied to the embedding" : "of its own");
    }

    private static String computation(Gpt2Config config) {
        AttentionScale scale = config.attentionScale();
        String attention = scale.byHeadSize()
                ? "divided by the root of the head size"
                : "not divided by the root of the head size";
        return "activation " + config.activation().id() + ", attention " + attention
                + (scale.byLayer() ? " and by the number of the layer" : "") + ", layer norm epsilon "
                + config.layerNormEpsilon();
    }

    private static String tokenizer(ModelDirectory model, TokenizerFiles tokenizer) {
        String type = tokenizer.json().at("/model/type").asText();
        String files = tokenizer.files().stream()
                .map(Path::getFileName)
                .map(Path::toString)
                .collect(Collectors.joining(", "));
        return "tokenizer " + type + " of class "
                + TokenizerSettings.read(model.path(), model.config().tokenizerClass())
                        .className() + ", decided by " + files;
    }

    private static List<String> warnings(ModelDirectory model) {
        List<String> warnings = new ArrayList<>();
        if (!model.weightTraits().wrapper().isEmpty()) {
            warnings.add("names of weights contain " + model.weightTraits().wrapper()
                    + ", with which transformers finds none of them");
        }
        model.tokenizer().random().forEach(setting -> warnings.add("random tokenization is switched off: " + setting));
        warnings.addAll(model.tokenizer().disagreements());
        warnings.addAll(model.weightTraits().disagreements());
        return List.copyOf(warnings);
    }
}
