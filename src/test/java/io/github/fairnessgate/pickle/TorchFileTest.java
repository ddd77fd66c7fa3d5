package io.github.fairnessgate.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.tensor.SafetensorsHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {

    private static final Pickles GOOD =
            Pickles.pickle().op('}').text("a").tensor("0", 4, 0, 4, 1).op('s').op('.');

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("pytorch_model.bin");
    }

    private static Map<String, byte[]> good() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", GOOD.bytes());
        entries.put("archive/data/0", new byte[16]);
        return entries;
    }

    private void write(Consumer<Map<String, byte[]>> edit) {
        Map<String, byte[]> entries = good();
        edit.accept(entries);
        Fixtures.write(file, Pickles.zip(entries));
    }

    private void convert() throws IOException {
        Path target = Files.createDirectories(folder.resolve("converted"));
        TorchFile source = TorchFile.read(file);
        TorchConversion.write(source, source.tensors(), target, "model.safetensors");
    }

    private void assertRefused(String... sentence) {
        assertThatThrownBy(this::convert)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContainingAll(sentence);
        assertThat(Files.exists(folder.resolve("converted")) ? Fixtures.names(folder.resolve("converted")) : List.of())
                .isEqualTo(List.of());
    }

    static Stream<String> files() throws IOException {
        return Fixtures.names(Fixtures.path("pickle")).stream().filter(name -> name.endsWith(".bin"));
    }

    /** Byte by byte what {@code safetensors.torch.save_file} writes of what {@code torch.load} reads. */
    @ParameterizedTest
    @MethodSource("files")
    void whatPyTorchSavedIsConvertedAsSafetensorsWritesIt(String name) throws IOException {
        Path target = Files.createDirectories(folder.resolve("converted"));
        TorchFile source = TorchFile.read(Fixtures.path("pickle/" + name));
        Map<String, TorchTensor> tensors = new LinkedHashMap<>(source.tensors());
        tensors.remove("lm_head.weight");
        TorchConversion.write(source, tensors, target, "model.safetensors");

        Path twin = Fixtures.path("pickle/" + name.replaceFirst("(gpt2|assorted)-.*|\\.bin", "$1") + ".safetensors");
        assertThat(target.resolve("model.safetensors")).hasSameBinaryContentAs(twin);
        assertThat(Fixtures.names(target)).containsExactly("model.safetensors");
        SafetensorsHeader.read(target.resolve("model.safetensors"));
    }

    @Test
    void whatIsRefusedComesWithTheCommandThatConverts() {
        Fixtures.write(
                file,
                Pickles.pickle()
                        .op('}')
                        .text("a")
                        .global("os", "system")
                        .text("touch x")
                        .op(0x85)
                        .op('R')
                        .op('s')
                        .op('.')
                        .zipped());

        assertRefused(
                "the pickle names os.system, which a state dict of tensors does not need; nothing of the file was run",
                "python -c \"import torch;",
                "torch.load('pytorch_model.bin', map_location='cpu', weights_only=True)",
                "'model.safetensors'");
    }

    @Test
    void theFileIsAStateDictOfPyTorch() {
        Fixtures.write(file, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
        assertRefused("a pointer of Git LFS", "git lfs pull");
        Fixtures.write(file, new byte[] {0x1f, (byte) 0x8b, 8, 0});
        assertRefused("compressed with gzip");
        Fixtures.write(file, "<html>");
        assertRefused("begins neither like a zip");
        Fixtures.write(file, "");
        assertRefused("begins neither like a zip");
        Fixtures.write(file, Pickles.pickle().op('}').op('.').bytes());
        assertRefused("not one of a state dict by torch.save");
        Fixtures.write(file, "PK\3\4");
        assertRefused("cannot be read as a zip");
    }

    @Test
    void theZipHasOneStateDict() {
        write(entries -> entries.put("archive/constants.pkl", new byte[1]));
        assertRefused("a TorchScript archive");
        write(entries -> entries.put("other/data.pkl", new byte[1]));
        assertRefused("2 files named data.pkl");
        write(entries -> entries.remove("archive/data.pkl"));
        assertRefused("0 files named data.pkl");
        write(entries -> entries.put("archive/deeper/data.pkl", new byte[1]));
        assertThat(TorchFile.read(file).tensors()).containsOnlyKeys("a");
        write(entries -> entries.put("archive/byteorder", "middle".getBytes(StandardCharsets.UTF_8)));
        assertRefused("byteorder is \"middle\"");
    }

    @Test
    void storagesHaveTheirSize() {
        write(entries -> entries.remove("archive/data/0"));
        assertRefused("lacks the entry archive/data/0");
        write(entries -> entries.put("archive/data/0", new byte[15]));
        assertRefused("archive/data/0 has 15 bytes, but the pickle says 16");
        write(entries -> entries.put("archive/data/0", new byte[17]));
        assertRefused("archive/data/0 has 17 bytes, but the pickle says 16");
    }

    @Test
    void anEntryThatIsThereTwiceIsRefused() throws IOException {
        byte[] zip = Pickles.zip(Map.of(
                "archive/data.pkl", GOOD.bytes(), "archive/data/0", new byte[16], "archive/data/9", new byte[16]));
        String text = new String(zip, StandardCharsets.ISO_8859_1).replace("archive/data/9", "archive/data/0");
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));

        assertRefused("the entry archive/data/0 twice");
    }

    @Test
    void aChangedNumberIsFoundByItsChecksum() throws IOException {
        byte[] bytes = Files.readAllBytes(Fixtures.path("pickle/gpt2-2.5.1.bin"));
        TorchFile.Place place =
                TorchFile.read(Fixtures.path("pickle/gpt2-2.5.1.bin")).places().get("3");
        bytes[(int) place.offset()] ^= 1;
        Files.write(file, bytes);

        assertRefused("the storage 3 do not have the checksum of the zip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2-1.6.0.bin", "gpt2-legacy-1.6.0.bin", "assorted-compressed.bin"})
    void noTruncationIsTakenForTheWhole(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(Fixtures.path("pickle/" + name));
        for (int length = 0; length < bytes.length; length += length < bytes.length - 100 ? 37 : 1) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertRefused("nothing of the file was run");
        }
        Files.write(file, Arrays.copyOf(bytes, bytes.length + (name.contains("legacy") ? 1 : 70_000)));
        assertRefused("nothing of the file was run");
    }

    @Test
    void anEncryptedEntryIsRefused() throws IOException {
        byte[] zip = Pickles.zip(good());
        for (int i = 0; i + 10 < zip.length; i++) {
            if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == 1) {
                zip[i + 8] |= 1;
            }
        }
        Files.write(file, zip);

        assertRefused("is encrypted");
    }

    @Test
    void aDirectoryThatNoModelHasIsNotReadAsAWhole() {
        Map<String, byte[]> entries = good();
        for (int i = 0; i < 50_000; i++) {
            entries.put("archive/" + "x".repeat(200) + i, new byte[0]);
        }
        Fixtures.write(file, Pickles.zip(entries));

        assertRefused("larger than that of any model");
    }

    /** A small file must not become a large one: many views of one storage, and zeros that were compressed. */
    @Test
    void viewsTogetherAreNotMuchLargerThanWhatTheyShow() {
        Pickles pickle = Pickles.pickle().op('}');
        for (int i = 0; i < 3; i++) {
            pickle.text("a" + i).tensor("0", 4, 0, 4, 1).op('s');
        }
        write(entries -> entries.put("archive/data.pkl", pickle.op('.').bytes()));

        assertRefused("have 48 bytes, but they are views of only 16");
    }

    @Test
    void aPickleThatNoModelHasIsNotRead() {
        write(entries -> entries.put("archive/data.pkl", new byte[TorchFile.LARGEST_PICKLE + 1]));

        assertRefused("has 16777217 bytes, but at most 16777216 are read");
    }
}
