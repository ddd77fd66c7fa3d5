package io.github.fairnessgate.score;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the files of a classifier say about its output and its longest input.
 *
 * @param labels one per logit
 * @param independent each label has a probability of its own (sigmoid); otherwise they add up to 1 (softmax)
 * @param maxTokens special tokens included
 */
record ClassifierConfig(List<String> labels, boolean independent, int maxTokens) {

    /** In order of preference, letters only. */
    private static final List<String> TOXIC_NAMES = List.of(
            "toxic",
            "toxicity",
            "toxiccomment",
            "toxicspeech",
            "hate",
            "hateful",
            "hatespeech",
            "offensive",
            "abusive",
            "abuse");

    /** Their first position is 2: two rows of the position embedding are never used. */
    private static final Set<String> OFFSET_POSITIONS = Set.of(
            "roberta", "xlm-roberta", "camembert", "xlm-roberta-xl", "longformer", "mpnet", "roberta-prelayernorm");

    private static final int USUAL_MAX_TOKENS = 512;
    private static final int NO_LIMIT = 1_000_000;

    static ClassifierConfig read(ClassifierFiles files) {
        JsonNode config = files.readConfig();
        List<String> labels = labels(config.path("id2label"), files);
        String problem = config.path("problem_type").asText("");
        if (problem.equals("regression")) {
            throw new InvalidInputException(
                    files.config() + " has the problem_type 'regression', whose output is not a probability;"
                            + " give a classifier (single_label_classification or multi_label_classification).");
        }
        boolean independent = problem.equals("multi_label_classification") || labels.size() == 1;
        return new ClassifierConfig(labels, independent, maxTokens(config, files.readTokenizerConfig()));
    }

    private static List<String> labels(JsonNode id2label, ClassifierFiles files) {
        TreeMap<Integer, String> byId = new TreeMap<>();
        for (var entry : id2label.properties()) {
            if (!entry.getKey().matches("[0-9]{1,6}")) {
                throw new InvalidInputException(files.config() + ": id2label has the key '" + entry.getKey()
                        + "', but every key is the number of a logit.");
            }
            byId.put(Integer.parseInt(entry.getKey()), entry.getValue().asText());
        }
        if (byId.isEmpty() || byId.lastKey() != byId.size() - 1) {
            throw new InvalidInputException(
                    files.config() + " does not name its labels: id2label must number them from 0 on, without a gap,"
                            + " but has the numbers " + byId.keySet() + "; save the model again with transformers.");
        }
        if (Set.copyOf(byId.values()).size() < byId.size()) {
            throw new InvalidInputException(files.config() + " gives two labels the same name (" + byId.values()
                    + "), so neither can be named; save the model again with different names.");
        }
        return List.copyOf(byId.values());
    }

    private static int maxTokens(JsonNode config, JsonNode tokenizerConfig) {
        int positions = config.path("max_position_embeddings").asInt(USUAL_MAX_TOKENS);
        if (positions < 1) {
            positions = USUAL_MAX_TOKENS; // what models with relative positions only were trained on
        }
        if (OFFSET_POSITIONS.contains(config.path("model_type").asText(""))) {
            positions -= 2;
        }
        double tokenizerLimit = tokenizerConfig.path("model_max_length").asDouble(NO_LIMIT);
        return tokenizerLimit < NO_LIMIT ? Math.min(positions, (int) tokenizerLimit) : positions;
    }

    /** The number of the first label, by preference, whose name means toxic. */
    int toxicLabel(ClassifierFiles files) {
        List<String> names = labels.stream().map(ClassifierConfig::lettersOnly).toList();
        return TOXIC_NAMES.stream()
                .filter(names::contains)
                .findFirst()
                .map(names::indexOf)
                .orElseThrow(() -> new InvalidInputException(files.config() + " has the labels " + labels
                        + ", none of which is named like toxicity; name the one whose probability "
                        + "is the score (scorerLabel, secondScorerLabel)."));
    }

    /** The number of the label with this name; if there is none, of the first with this name in another case. */
    int label(String name, ClassifierFiles files) {
        if (labels.contains(name)) {
            return labels.indexOf(name);
        }
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i).equalsIgnoreCase(name)) {
                return i;
            }
        }
        throw new InvalidInputException(files.config() + " has no label '" + name + "'; name one of " + labels + ".");
    }

    /** P(label) from the logits of one text; not a number if a logit is not. */
    double probability(float[] logits, int label) {
        if (independent) {
            return 1 / (1 + Math.exp(-(double) logits[label]));
        }
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return Math.exp(logits[label] - largest) / sum;
    }

    private static String lettersOnly(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }
}
