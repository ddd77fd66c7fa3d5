package io.github.fairnessgate.model;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.Archives;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileSums;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.file.TextArchive;
import io.github.fairnessgate.fuzz.ByteMutator;
import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.LinesMutator;
import io.github.fairnessgate.fuzz.Mutator;
import io.github.fairnessgate.fuzz.SafetensorsMutator;
import io.github.fairnessgate.fuzz.TarGzMutator;
import io.github.fairnessgate.fuzz.Target;
import io.github.fairnessgate.fuzz.ZipMutator;
import io.github.fairnessgate.pickle.TorchConversion;
import io.github.fairnessgate.pickle.TorchFile;
import io.github.fairnessgate.tensor.Safetensors;
import io.github.fairnessgate.tensor.SafetensorsHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The readers of models and archives. */
public final class ModelReaders {

    private static final String WEIGHTS = "model.safetensors";
    /** Instructions of pickles. */
    private static final byte[] INSTRUCTIONS =
            "().012NJKMXTU]}aesutqrhjcRQbiopPIL\u0080\u0081\u0085\u0086\u0087\u0088\u008a\u008c\u008d\u0093\u0094\u0095"
                    .getBytes(StandardCharsets.ISO_8859_1);

    private static final Mutator JSON = new JsonMutator().andBytes();
    private static final Mutator CONTENT =
            (good, random) -> (good[0] == '{' ? JSON : new SafetensorsMutator()).changed(good, random);
    private static final String SPECIAL_TOKENS =
            "{\"bos_token\": {\"content\": \"<s>\", \"lstrip\": false, \"normalized\": true, \"rstrip\": false, "
                    + "\"single_word\": false}, \"eos_token\": \"<|endoftext|>\", \"additional_special_tokens\": [\"<x>\", \"<y>\"]}";
    private static final long MOST_TEXT = 20_000_000;

    private ModelReaders() {}

    /** @param root where the readers' folders are made */
    public static List<Target> all(Path root) throws IOException {
        return List.of(
                safetensors(folder(root, "safetensors")),
                weights(folder(root, "weights")),
                index(folder(root, "shard-index")),
                config(folder(root, "config")),
                tokenizer(folder(root, "tokenizer"), "tokenizer.json", JSON),
                tokenizer(folder(root, "tokenizer-config"), "tokenizer_config.json", JSON),
                vocabulary(folder(root, "vocabulary")),
                merges(folder(root, "merges")),
                wordPieces(folder(root, "word-pieces")),
                pieces(folder(root, "sentence-piece")),
                specialTokens(folder(root, "special-tokens"), "special_tokens_map.json", SPECIAL_TOKENS),
                specialTokens(folder(root, "added-tokens"), "added_tokens.json", "{\"<x>\": 257, \"<y>\": 258}"),
                generation(folder(root, "generation-config")),
                adapter(folder(root, "adapter-config")),
                pickle(folder(root, "pickle"), false),
                pickle(folder(root, "legacy-pickle"), true),
                pickleIndex(folder(root, "pickle-index")),
                archive(folder(root, "model-zip"), "model.zip", new ZipMutator(CONTENT, false)),
                archive(folder(root, "model-tar-gz"), "model.tar.gz", new TarGzMutator(CONTENT)),
                texts(folder(root, "text-archive")));
    }

    private static Path folder(Path root, String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    private static byte[] fixture(String name) throws IOException {
        return Files.readAllBytes(Fixtures.path(name));
    }

    private static Target safetensors(Path folder) throws IOException {
        return new Target(
                "safetensors",
                "x.safetensors",
                folder,
                List.of(
                        fixture("numbers-F16.safetensors"),
                        fixture("numbers-BF16.safetensors"),
                        fixture("numbers-F32.safetensors")),
                new SafetensorsMutator(),
                file -> {
                    TreeMap<String, String> tensors = new TreeMap<>();
                    Safetensors.read(file)
                            .forEach((name, tensor) -> tensors.put(
                                    name,
                                    tensor.dtype() + " " + List.of(tensor.shape().length, tensor.elements())
                                            + Digests.sha256(tensor.toBytes())));
                    return tensors.toString();
                });
    }

    private static Target weights(Path folder) throws IOException {
        TinyModels.builder().layers(1).embedding(4).positions(8).write(folder);
        return new Target(
                "weights",
                WEIGHTS,
                folder,
                List.of(Files.readAllBytes(folder.resolve(WEIGHTS))),
                new SafetensorsMutator(),
                file -> summary(file.getParent()));
    }

    /** What a model means, wherever its bytes lie. */
    private static String summary(Path folder) {
        ModelDirectory model = ModelDirectory.open(folder);
        model.requireFinite();
        return model.config() + " " + model.parameters() + " " + model.tokenizer()
                + model.tensors().keySet();
    }

    private static Target index(Path folder) throws IOException {
        Fixtures.copyFolder(Fixtures.path("transformers-sharded"), folder);
        Gpt2Config config = Gpt2Config.read(folder.resolve("config.json"));
        TinyModels.writeTokenizer(
                folder.resolve("tokenizer.json"), Math.max(TinyModels.BYTE_VOCABULARY, config.vocabulary()));
        return new Target(
                "shard-index",
                "model.safetensors.index.json",
                folder,
                List.of(fixture("transformers-sharded/model.safetensors.index.json")),
                JSON,
                file -> new TreeMap<>(WeightFiles.find(file.getParent()).entries())
                        .keySet()
                        .toString());
    }

    private static Target config(Path folder) throws IOException {
        TinyModels.create(folder);
        List<byte[]> good = new ArrayList<>(List.of(Files.readAllBytes(folder.resolve("config.json"))));
        for (String name : List.of("transformers-sharded", "transformers-pruned-bf16")) {
            good.add(fixture(name + "/config.json"));
        }
        return new Target("config", "config.json", folder, good, JSON, file -> {
            Gpt2Config config = Gpt2Config.read(file);
            return OwnComputation.disagreements(file) + " " + config + " " + config.parameters()
                    + config.tensorShapes().keySet();
        });
    }

    private static Target tokenizer(Path folder, String file, Mutator mutator) throws IOException {
        ModelDirectory model = TinyModels.create(folder);
        Path input = folder.resolve(file);
        if (!Files.exists(input)) {
            Files.writeString(
                    input,
                    "{\"add_prefix_space\": false, \"model_max_length\": 1024, \"tokenizer_class\": "
                            + "\"GPT2Tokenizer\", \"unk_token\": \"<|endoftext|>\"}");
        }
        return new Target(
                file.equals("tokenizer.json") ? "tokenizer" : "tokenizer-config",
                file,
                folder,
                List.of(Files.readAllBytes(input)),
                mutator,
                read -> tokenizer(read.getParent(), model.config()));
    }

    private static String tokenizer(Path folder, Gpt2Config config) {
        TokenizerFiles tokenizer = TokenizerFiles.read(folder, config.tokenizerClass());
        return tokenizer.traits() + " " + tokenizer.requireFits(config, List.of());
    }

    private static Path legacyTokenizer(Path folder) {
        TinyModels.builder().vocabulary(TinyModels.BYTE_VOCABULARY + 20).write(folder);
        Fixtures.delete(folder.resolve("tokenizer.json"));
        TinyModels.writeLegacyTokenizer(folder, TinyModels.BYTE_VOCABULARY + 20);
        return folder;
    }

    private static Target vocabulary(Path folder) throws IOException {
        Gpt2Config config = Gpt2Config.read(legacyTokenizer(folder).resolve("config.json"));
        return new Target(
                "vocabulary",
                "vocab.json",
                folder,
                List.of(Files.readAllBytes(folder.resolve("vocab.json"))),
                JSON,
                file -> tokenizer(file.getParent(), config));
    }

    private static Target merges(Path folder) throws IOException {
        Gpt2Config config = Gpt2Config.read(legacyTokenizer(folder).resolve("config.json"));
        return new Target(
                "merges",
                "merges.txt",
                folder,
                List.of(Files.readAllBytes(folder.resolve("merges.txt"))),
                new LinesMutator(new ByteMutator()).andBytes(),
                file -> tokenizer(file.getParent(), config));
    }

    private static Target wordPieces(Path folder) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"BertTokenizer\"}");
        String good = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\nc\u00e9\n\u6211\n##\u7684\n";
        return new Target(
                "word-pieces",
                "vocab.txt",
                folder,
                List.of(good.getBytes(StandardCharsets.UTF_8)),
                new LinesMutator(new ByteMutator()).andBytes(),
                file -> {
                    TokenizerFiles tokenizer = TokenizerFiles.read(file.getParent(), Optional.empty());
                    return tokenizer.traits() + " " + tokenizer.json();
                });
    }

    private static Target specialTokens(Path folder, String file, String good) throws IOException {
        ModelDirectory model = TinyModels.builder().vocabulary(280).write(folder);
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\": \"GPT2Tokenizer\", \"eos_token\": \"<|endoftext|>\"}");
        return new Target(
                folder.getFileName().toString(),
                file,
                folder,
                List.of(good.getBytes(StandardCharsets.UTF_8)),
                JSON,
                read -> tokenizer(read.getParent(), model.config()));
    }

    private static Target generation(Path folder) throws IOException {
        ModelDirectory model = TinyModels.create(folder);
        return new Target(
                "generation-config",
                GenerationSettings.FILE,
                folder,
                List.of("{\"_from_model_config\": true, \"bos_token_id\": 256, \"eos_token_id\": [256, 10]}"
                        .getBytes(StandardCharsets.UTF_8)),
                JSON,
                file -> GenerationSettings.read(folder, model.config()).toString());
    }

    /** A folder that is not a model; what is said about it is the end of a build. */
    private static Target adapter(Path folder) {
        return new Target(
                "adapter-config",
                "adapter_config.json",
                folder,
                List.of("{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"gpt2\", \"r\": 8}"
                        .getBytes(StandardCharsets.UTF_8)),
                JSON,
                file -> {
                    String message = new InvalidInputException(
                                    MisplacedModel.explain(folder).orElseThrow())
                            .getMessage();
                    if (!message.equals(Printable.line(message))) {
                        throw new IllegalStateException("the sentence is not printable");
                    }
                    return message;
                });
    }

    private static Target pieces(Path folder) throws IOException {
        Path fixtures = Path.of("src/test/resources/fixtures/models/sentencepiece");
        List<byte[]> good = new ArrayList<>();
        for (String name : List.of("t5", "bpe", "identity")) {
            good.add(Files.readAllBytes(fixtures.resolve(name + ".model")));
        }
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"T5Tokenizer\"}");
        Mutator bytes = new ByteMutator();
        Mutator mutator = new Mutator() {
            @Override
            public byte[] changed(byte[] input, Random random) {
                return bytes.changed(input, random);
            }

            /** With a field that no version of the format has. */
            @Override
            public Optional<byte[]> sameMeaning(byte[] input, Random random) {
                byte[] more = Arrays.copyOf(input, input.length + 3);
                more[input.length] = (byte) (100 << 3 | 0x80);
                more[input.length + 1] = (byte) (100 >> 4);
                more[input.length + 2] = (byte) random.nextInt(0x80);
                return Optional.of(more);
            }
        };
        return new Target("sentence-piece", "spiece.model", folder, good, mutator, file -> {
            TokenizerFiles tokenizer = TokenizerFiles.read(file.getParent(), Optional.empty());
            return tokenizer.traits() + " " + tokenizer.json();
        });
    }

    private static Target pickle(Path folder, boolean legacy) throws IOException {
        List<byte[]> good = new ArrayList<>();
        for (String name : Fixtures.names(Fixtures.path("pickle"))) {
            if (name.endsWith(".bin") && name.contains("legacy") == legacy) {
                good.add(fixture("pickle/" + name));
            }
        }
        Mutator bytes = new ByteMutator(INSTRUCTIONS);
        Mutator whole = legacy ? bytes : new ZipMutator(bytes, true);
        Path target = folder.resolve("converted");
        return new Target(legacy ? "legacy-pickle" : "pickle", "pytorch_model.bin", folder, good, whole, file -> {
            try {
                TorchFile source = TorchFile.read(file);
                Files.createDirectories(target);
                TorchConversion.write(source, source.tensors(), target, WEIGHTS);
                return new TreeMap<>(SafetensorsHeader.read(target.resolve(WEIGHTS))).keySet()
                        + Digests.sha256(target.resolve(WEIGHTS));
            } finally {
                Files.deleteIfExists(target.resolve(WEIGHTS));
                Files.deleteIfExists(target); // which fails if anything else is in it
            }
        });
    }

    private static Target pickleIndex(Path folder) throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        for (String name : Fixtures.names(Fixtures.path("pickle/sharded"))) {
            if (name.startsWith("pytorch_model")) {
                Files.write(model.resolve(name), fixture("pickle/sharded/" + name));
            }
        }
        Files.writeString(
                model.resolve("config.json"),
                "{\"model_type\": \"gpt2\", \"n_layer\": 1, \"n_head\": 2, \"n_embd\": 4, \"n_positions\": 8, "
                        + "\"vocab_size\": 300, \"bos_token_id\": 1, \"eos_token_id\": 1}");
        Path cache = folder.resolve("cache");
        return new Target(
                "pickle-index",
                "model/pytorch_model.bin.index.json",
                folder,
                List.of(fixture("pickle/sharded/pytorch_model.bin.index.json")),
                JSON,
                file -> {
                    try {
                        return PickledModels.open(file.getParent(), cache, true, Progress.NONE)
                                .directory()
                                .config()
                                .toString();
                    } catch (InvalidInputException e) {
                        if (e.getMessage().contains("converted to safetensors")) {
                            return "converted"; // the shards are of another width than the configuration, which is not
                            // what is tested here
                        }
                        throw e;
                    } finally {
                        AtomicFiles.delete(cache);
                    }
                });
    }

    private static Target archive(Path folder, String name, Mutator mutator) throws IOException {
        Path model = folder.resolve("model");
        TinyModels.builder().layers(1).embedding(4).positions(8).write(model);
        Path archive = folder.resolve(name);
        if (name.endsWith(".zip")) {
            Archives.writeZip(model, archive);
        } else {
            Files.write(archive, tarGz(model));
        }
        AtomicFiles.delete(model);
        return new Target(
                name.endsWith(".zip") ? "model-zip" : "model-tar-gz",
                name,
                folder,
                List.of(Files.readAllBytes(archive)),
                mutator,
                file -> {
                    Path target = folder.resolve("target");
                    try {
                        Archives.extract(file, target);
                        return FileSums.of(target).toString();
                    } finally {
                        AtomicFiles.delete(target);
                    }
                });
    }

    private static byte[] tarGz(Path folder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes));
                Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getFileName().toString());
                entry.setSize(Files.size(file));
                tar.putArchiveEntry(entry);
                Files.copy(file, tar);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static Target texts(Path folder) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>(Map.of(
                "a.txt",
                "one text\n".getBytes(StandardCharsets.UTF_8),
                "b/c.txt",
                "another text\n".repeat(50).getBytes(StandardCharsets.UTF_8),
                "README.md",
                "not a text".getBytes(StandardCharsets.UTF_8)));
        Mutator zip = new ZipMutator(new ByteMutator(), false);
        Mutator tar = new TarGzMutator(new ByteMutator());
        Mutator either = new Mutator() {
            @Override
            public byte[] changed(byte[] good, Random random) {
                return (good[0] == 'P' ? zip : tar).changed(good, random);
            }

            @Override
            public Optional<byte[]> sameMeaning(byte[] good, Random random) {
                return (good[0] == 'P' ? zip : tar).sameMeaning(good, random);
            }
        };
        Path unpacked = folder.resolve("unpacked");
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            Fixtures.write(unpacked.resolve(entry.getKey().replace('/', '-')), entry.getValue());
        }
        byte[] tarGz = tarGz(unpacked);
        Path packed = Archives.writeZip(unpacked, folder.resolve("packed.zip"));
        List<byte[]> good = List.of(Files.readAllBytes(packed), tarGz);
        AtomicFiles.delete(unpacked);
        Files.delete(packed);
        return new Target(
                "text-archive",
                "texts",
                folder,
                good,
                either,
                file -> TextArchive.isArchive(file)
                        ? TextArchive.read(file, MOST_TEXT).entrySet().stream()
                                .map(entry -> entry.getKey() + " " + Digests.sha256(entry.getValue()))
                                .collect(Collectors.joining("\n"))
                        : "a plain text");
    }
}
