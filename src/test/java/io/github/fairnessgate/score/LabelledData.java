package io.github.fairnessgate.score;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Digests;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** The labelled texts that the n-gram scorer is trained and judged on, as their authors published them. */
final class LabelledData {

    /**
     * Where a text came from; {@link #SNIPPETS} are neutral Wikipedia sentences, half of them with an identity term;
     * {@link #IDENTITY_SENTENCES} are our own; {@link #PERSPECTIVE} are continuations of GPT-2 and pieces of web texts
     * with scores of the Perspective API.
     */
    enum Source {
        JIGSAW,
        DAVIDSON,
        HATEXPLAIN,
        CONVABUSE,
        SNIPPETS,
        IDENTITY_SENTENCES,
        PERSPECTIVE
    }

    /** What a text may be used for. */
    enum Split {
        TRAINING,
        VALIDATION,
        HELD_OUT
    }

    /**
     * @param weight in (0, 1]: a text with the score s is toxic with the weight s, and harmless with the weight 1 - s
     */
    record LabelledText(Source source, String text, boolean toxic, Split split, double weight) {

        LabelledText(Source source, String text, boolean toxic, Split split) {
            this(source, text, toxic, split, 1);
        }
    }

    /** A sentence of the identity templates. */
    record TemplateSentence(String template, String text, boolean toxic) {}

    /** A prompt or a continuation of RealToxicityPrompts, with the toxicity that the Perspective API gave it. */
    record ScoredPiece(String text, double toxicity, boolean continuation) {}

    private static final CSVFormat TABS =
            CSVFormat.RFC4180.builder().setDelimiter('\t').get();

    /** Which one is all the same: the scorer does not tell them apart. */
    private static final String ANY_IDENTITY = "canadian";

    private final Path labelled;
    private final Path evaluation;
    private final Path own;

    /**
     * @param folder with {@code toxicity-labelled} and {@code evaluation} in it
     * @param own the folder of the word lists and identity sentences
     */
    LabelledData(Path folder, Path own) {
        this.own = own;
        this.labelled = folder.resolve("toxicity-labelled");
        this.evaluation = folder.resolve("evaluation");
    }

    List<LabelledText> texts() {
        List<LabelledText> texts = new ArrayList<>();
        for (CSVRecord row : rows(labelled.resolve("jigsaw-test-robtest/data/jigsaw/test.csv"), CSVFormat.RFC4180)) {
            texts.add(text(Source.JIGSAW, row.get(0), row.get(1).equals("1")));
        }
        for (CSVRecord row : named(labelled.resolve("davidson/data/labeled_data.csv"), CSVFormat.RFC4180)) {
            texts.add(text(Source.DAVIDSON, row.get("tweet"), !row.get("class").equals("2")));
        }
        for (CSVRecord row : named(labelled.resolve("hatexplain-magpie/preprocessed.csv"), CSVFormat.RFC4180)) {
            texts.add(text(Source.HATEXPLAIN, row.get("text"), !row.get("label").equals("0")));
        }
        for (String part : List.of("train", "valid", "test")) {
            for (CSVRecord row :
                    named(labelled.resolve("convabuse/2_splits/ConvAbuseEMNLP" + part + ".csv"), CSVFormat.RFC4180)) {
                texts.add(text(Source.CONVABUSE, row.get("user"), isAbuseForTheMajority(row)));
            }
        }
        for (String file : List.of("toxicity_debiasing_data.tsv", "toxicity_debiasing_data_random.tsv")) {
            for (CSVRecord row :
                    named(labelled.resolve("unintended-bias/history").resolve(file), TABS)) {
                texts.add(new LabelledText(Source.SNIPPETS, row.get("comment"), false, snippetSplit(row.get("split"))));
            }
        }
        for (CSVRecord row : named(own.resolve("identity-sentences.tsv"), TABS)) {
            Split split = row.get("split").equals("training") ? Split.TRAINING : Split.VALIDATION;
            texts.add(new LabelledText(
                    Source.IDENTITY_SENTENCES,
                    row.get("sentence").replace("{}", ANY_IDENTITY),
                    row.get("toxic").equals("1"),
                    split));
        }
        for (String folder : List.of("gpt2-rtp", "rtp-critic", "rtp-preadd")) {
            for (JsonNode record : compressedLines(labelled.resolve(folder).resolve("data.jsonl.gz"))) {
                String text = record.get("text").asText();
                double score = record.get("y").asDouble();
                Split split =
                        record.has("prompt") ? promptSplit(record.get("prompt").asText()) : split(text);
                texts.add(new LabelledText(Source.PERSPECTIVE, text, true, split, score));
                texts.add(new LabelledText(Source.PERSPECTIVE, text, false, split, 1 - score));
            }
        }
        return texts.stream().filter(text -> text.weight() > 1e-6).toList();
    }

    private static List<JsonNode> compressedLines(Path file) {
        List<JsonNode> records = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                records.add(Json.MAPPER.readTree(line));
            }
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    List<TemplateSentence> templates() {
        List<TemplateSentence> sentences = new ArrayList<>();
        for (CSVRecord row : named(
                labelled.resolve("unintended-bias/sentence_templates/en_sentence_templates.csv"), CSVFormat.RFC4180)) {
            sentences.add(new TemplateSentence(
                    row.get("template"), row.get("phrase"), row.get("toxicity").equals("toxic")));
        }
        return List.copyOf(sentences);
    }

    List<ScoredPiece> realToxicityPrompts() throws IOException {
        List<ScoredPiece> pieces = new ArrayList<>();
        for (String file : List.of("toxic.jsonl", "nontoxic.jsonl")) {
            for (String line : Files.readAllLines(evaluation
                    .resolve("decodingtrust-toxicity/data/toxicity/user_prompts")
                    .resolve(file))) {
                JsonNode record = Json.MAPPER.readTree(line);
                for (String part : List.of("prompt", "continuation")) {
                    if (record.path(part).path("toxicity").isNumber()) {
                        pieces.add(new ScoredPiece(
                                record.path(part).path("text").asText(),
                                record.path(part).path("toxicity").asDouble(),
                                part.equals("continuation")));
                    }
                }
            }
        }
        return List.copyOf(pieces);
    }

    /** The terms that must not change a score. */
    SortedSet<String> identityTerms() throws IOException {
        return new TreeSet<>(Files.readAllLines(own.resolve("identity-terms.txt")));
    }

    /** The two word lists, without the identity terms, which must not be good or bad words. */
    LexiconFeatures lexicon() throws IOException {
        SortedMap<String, Float> obscenity = new TreeMap<>();
        List<String> weights = Files.readAllLines(labelled.resolve("profanity-check-svm/weights.tsv"));
        for (String line : weights.subList(1, weights.size())) {
            String[] fields = line.split("\t");
            obscenity.put(fields[0], (float) Arrays.stream(fields)
                    .skip(1)
                    .mapToDouble(Double::parseDouble)
                    .average()
                    .orElseThrow());
        }
        SortedMap<String, Float> valence = new TreeMap<>();
        for (String line : Files.readAllLines(own.resolve("vader_lexicon.txt"))) {
            String[] fields = line.split("\t");
            valence.put(fields[0], Float.parseFloat(fields[1]));
        }
        SortedSet<String> identityTerms = identityTerms();
        obscenity.keySet().removeAll(identityTerms);
        valence.keySet().removeAll(identityTerms);
        return new LexiconFeatures(obscenity, valence);
    }

    private static LabelledText text(Source source, String text, boolean toxic) {
        return new LabelledText(source, text, toxic, split(text));
    }

    /**
     * Two tenths are held out and one tenth is for validation, by a digest of the text's letters and digits: copies of
     * a text, also in another source, are never on both sides.
     */
    private static Split split(String text) {
        int tenth = tenth(text);
        return tenth < 2 ? Split.HELD_OUT : tenth == 9 ? Split.VALIDATION : Split.TRAINING;
    }

    /** Three tenths of GPT-2's 100 prompts are held out, with all of their continuations. */
    private static Split promptSplit(String prompt) {
        int tenth = tenth(prompt);
        return tenth < 3 ? Split.HELD_OUT : tenth == 9 ? Split.VALIDATION : Split.TRAINING;
    }

    private static int tenth(String text) {
        String letters =
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ").strip();
        return (int) (Long.parseLong(
                        Digests.sha256(letters.getBytes(StandardCharsets.UTF_8)).substring(0, 8), 16)
                % 10);
    }

    /** The snippets come with a split of their own. */
    private static Split snippetSplit(String name) {
        return switch (name) {
            case "train" -> Split.TRAINING;
            case "dev" -> Split.VALIDATION;
            case "test" -> Split.HELD_OUT;
            default -> throw new IllegalArgumentException("unknown split " + name);
        };
    }

    /** Up to eight annotators give levels 1 (no abuse), 0 (ambiguous), -1, -2, -3 (abuse), some of them twice. */
    private static boolean isAbuseForTheMajority(CSVRecord row) {
        int abuse = 0;
        int other = 0;
        for (int annotator = 1; annotator <= 8; annotator++) {
            for (int level = -3; level <= 1; level++) {
                if (row.get("Annotator" + annotator + "_is_abuse." + level).contains("1")) {
                    abuse += level < 0 ? 1 : 0;
                    other += level < 0 ? 0 : 1;
                }
            }
        }
        return abuse > other;
    }

    private static List<CSVRecord> named(Path file, CSVFormat format) {
        return rows(
                file,
                format.builder()
                        .setHeader()
                        .setSkipHeaderRecord(true)
                        .setAllowMissingColumnNames(true)
                        .get());
    }

    private static List<CSVRecord> rows(Path file, CSVFormat format) {
        try (Reader reader = Files.newBufferedReader(file);
                CSVParser parser = CSVParser.parse(reader, format)) {
            return parser.getRecords();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
