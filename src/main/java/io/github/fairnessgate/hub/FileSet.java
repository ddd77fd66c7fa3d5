package io.github.fairnessgate.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.FileErrors;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which files of a repository are needed: most have the same weights in many forms. */
public enum FileSet {

    /**
     * Configuration, weights (safetensors, else a pickle; whole, else in shards), tokenizer; README.md and LICENSE,
     * which say under which terms.
     */
    LANGUAGE_MODEL(List.of(
            "config.json",
            "tokenizer.json",
            "vocab.json",
            "merges.txt",
            "vocab.txt",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "generation_config.json",
            "quantized.safetensors",
            "README.md",
            "LICENSE",
            "LICENSE.txt",
            "LICENSE.md")) {

        @Override
        List<String> of(Collection<String> repository) {
            List<String> wanted = named(repository);
            if (!repository.contains("tokenizer.json")) {
                PIECES.stream().filter(repository::contains).forEach(wanted::add);
            }
            if (repository.contains(WEIGHTS)) {
                wanted.add(WEIGHTS);
            } else if (repository.contains(INDEX)) {
                wanted.add(INDEX);
                repository.stream()
                        .filter(file ->
                                file.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors") && !wanted.contains(file))
                        .sorted()
                        .forEach(wanted::add);
            } else if (repository.contains(PICKLE)) {
                wanted.add(PICKLE);
            } else if (repository.contains(PICKLE_INDEX)) {
                wanted.add(PICKLE_INDEX);
                repository.stream()
                        .filter(file -> file.matches("pytorch_model[A-Za-z0-9._-]*\\.bin"))
                        .sorted()
                        .forEach(wanted::add);
            }
            return wanted;
        }

        @Override
        Optional<String> lacking(Predicate<String> has, Optional<Path> folder) {
            if (!has.test("config.json")) {
                return Optional.of("config.json");
            }
            if (!has.test("tokenizer.json")
                    && !has.test("vocab.txt")
                    && PIECES.stream().noneMatch(has)
                    && !(has.test("vocab.json") && has.test("merges.txt"))) {
                return Optional.of("tokenizer.json, or vocab.json with merges.txt, or vocab.txt, or"
                        + " spiece.model or another model of SentencePiece");
            }
            if (has.test(WEIGHTS) || has.test("quantized.safetensors")) {
                return Optional.empty();
            }
            if (!has.test(INDEX) && has.test(PICKLE)) {
                return Optional.empty();
            }
            return Stream.of(INDEX, PICKLE_INDEX)
                    .filter(has)
                    .findFirst()
                    .map(index -> folder.flatMap(files -> shards(files.resolve(index)).stream()
                            .filter(has.negate())
                            .findFirst()))
                    .orElse(Optional.of(WEIGHTS + ", or " + INDEX + " with its shards"));
        }

        @Override
        List<String> alternatives(Predicate<String> has) {
            List<String> names = new ArrayList<>(has.test("tokenizer.json") ? List.of() : PIECES);
            if (!has.test(WEIGHTS)) {
                names.addAll(List.of(WEIGHTS, INDEX));
                if (!has.test(INDEX) && !has.test("quantized.safetensors")) {
                    names.addAll(List.of(PICKLE, PICKLE_INDEX));
                }
            }
            return names;
        }

        @Override
        String advice() {
            return "the plugin reads GPT-2 with weights of PyTorch (safetensors, or a pickle): look for another "
                    + "revision, among the model's pull requests,"
                    + " too, or convert the model once with transformers (save_pretrained) and give the folder.";
        }
    },

    /** The same where pickles are not allowed: repositories are seen as if they had none. */
    SAFE_LANGUAGE_MODEL(List.of()) {

        @Override
        List<String> of(Collection<String> repository) {
            return LANGUAGE_MODEL.of(
                    repository.stream().filter(FileSet::isNoPickle).toList());
        }

        @Override
        Optional<String> lacking(Predicate<String> has, Optional<Path> folder) {
            return LANGUAGE_MODEL.lacking(has.and(FileSet::isNoPickle), folder);
        }

        @Override
        Set<String> mattering(Predicate<String> has) {
            return LANGUAGE_MODEL.mattering(has.and(FileSet::isNoPickle)).stream()
                    .filter(FileSet::isNoPickle)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }

        @Override
        List<String> alternatives(Predicate<String> has) {
            return LANGUAGE_MODEL.alternatives(has).stream()
                    .filter(FileSet::isNoPickle)
                    .toList();
        }

        @Override
        String advice() {
            return Parameters.ALLOW_PICKLE
                    + " is false, so that only safetensors weights are read (no pickles): set it to true, look for "
                    + "another revision, among the"
                    + " model's pull requests, too, or convert the model once with transformers (save_pretrained) "
                    + "and give the folder.";
        }
    },

    /** Configuration, tokenizer, and the graph in ONNX with what belongs to it. */
    TEXT_CLASSIFIER(List.of("config.json", "tokenizer.json", "tokenizer_config.json", "README.md", "LICENSE")) {

        @Override
        List<String> of(Collection<String> repository) {
            List<String> wanted = named(repository);
            GRAPHS.stream()
                    .filter(repository::contains)
                    .findFirst()
                    .ifPresent(graph -> repository.stream()
                            .filter(file -> file.equals(graph)
                                    || file.startsWith(graph + "_data")
                                    || file.startsWith(graph + ".data"))
                            .filter(file -> !file.substring(graph.length()).contains("/"))
                            .sorted()
                            .forEach(wanted::add));
            return wanted;
        }

        @Override
        Optional<String> lacking(Predicate<String> has, Optional<Path> folder) {
            return List.of("config.json", "tokenizer.json").stream()
                    .filter(has.negate())
                    .findFirst()
                    .or(() -> GRAPHS.stream().anyMatch(has)
                            ? Optional.empty()
                            : Optional.of("model.onnx or onnx/model.onnx"));
        }

        @Override
        List<String> alternatives(Predicate<String> has) {
            List<String> names = new ArrayList<>();
            for (String graph : GRAPHS) {
                names.addAll(List.of(graph, graph + "_data", graph + ".data"));
                if (has.test(graph)) {
                    return names.subList(names.size() - 2, names.size());
                }
            }
            return names;
        }

        @Override
        String advice() {
            return "a toxicity classifier needs them: export it once (optimum-cli export onnx --task "
                    + "text-classification) and give the folder.";
        }
    };

    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String PICKLE = "pytorch_model.bin";
    private static final String PICKLE_INDEX = "pytorch_model.bin.index.json";
    /** Of SentencePiece; where there is tokenizer.json, nothing reads them. */
    private static final List<String> PIECES =
            List.of("spiece.model", "tokenizer.model", "spm.model", "sentencepiece.bpe.model");

    private static final List<String> GRAPHS = List.of("model.onnx", "onnx/model.onnx");

    private final List<String> names;

    FileSet(List<String> names) {
        this.names = names;
    }

    /** Those files of a repository that are needed; what is missing there, {@link #lacking} tells. */
    abstract List<String> of(Collection<String> repository);

    /** Names that matter beside {@link #names}, given those that are there. */
    abstract List<String> alternatives(Predicate<String> has);

    /**
     * What a model cannot do without.
     *
     * @param has whether a file is there
     * @param folder where an index of shards can be read; if empty, shards are taken to be there
     * @return the first that is not there; empty if nothing is missing
     */
    abstract Optional<String> lacking(Predicate<String> has, Optional<Path> folder);

    /** What to do about a repository that lacks something: a part of a sentence, with its full stop. */
    abstract String advice();

    /** Those files of a folder that are needed, by path. */
    List<String> present(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return of(paths.filter(Files::isRegularFile)
                    .map(path -> folder.relativize(path).toString().replace(File.separatorChar, '/'))
                    .collect(Collectors.toCollection(TreeSet::new)));
        } catch (IOException e) {
            throw FileErrors.cannot("list", folder, e);
        } catch (UncheckedIOException e) {
            throw FileErrors.cannot("list", folder, e.getCause());
        }
    }

    /** Every name of which it matters whether a repository has it, given those that are there. */
    Set<String> mattering(Predicate<String> has) {
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(alternatives(has));
        return all;
    }

    private static boolean isNoPickle(String file) {
        return !file.equals(PICKLE) && !file.equals(PICKLE_INDEX);
    }

    List<String> named(Collection<String> repository) {
        return new ArrayList<>(names.stream().filter(repository::contains).toList());
    }

    /**
     * The files that an index of shards names; those that are no names of files in the same folder are left to who
     * opens the model.
     */
    static Set<String> shards(Path index) {
        Set<String> shards = new TreeSet<>();
        try {
            for (JsonNode shard : Json.MAPPER
                    .readTree(BoundedFiles.bytes(index, BoundedFiles.LARGEST))
                    .path("weight_map")) {
                shards.add(shard.asText());
            }
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(index + " is not JSON; give a revision in which it is.", e);
        } catch (IOException e) {
            throw FileErrors.cannot("read", index, e);
        }
        return shards;
    }
}
