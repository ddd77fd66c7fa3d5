package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePieceModelTest {

    private static final Path MODELS = Path.of("src/test/resources/fixtures/models/sentencepiece");

    @TempDir
    Path folder;

    /** Written by hand, field by field, as sentencepiece_model.proto numbers them. */
    private interface Message {

        void write(CodedOutputStream out) throws IOException;

        static byte[] bytes(Message... parts) {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                CodedOutputStream out = CodedOutputStream.newInstance(bytes);
                for (Message part : parts) {
                    part.write(out);
                }
                out.flush();
                return bytes.toByteArray();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Message message(int field, Message... parts) {
        return out -> out.writeByteArray(field, Message.bytes(parts));
    }

    private static Message piece(String text, float score, int type) {
        return message(
                1, out -> out.writeString(1, text), out -> out.writeFloat(2, score), out -> out.writeEnum(3, type));
    }

    private static Message unknown() {
        return piece("<unk>", 0, 2);
    }

    private static Message normal(String text) {
        return piece(text, -1, 1);
    }

    private SentencePieceModel read(Message... parts) {
        Path file = folder.resolve("spiece.model");
        Fixtures.write(file, Message.bytes(parts));
        return SentencePieceModel.read(file);
    }

    @Test
    void aFieldThatIsMissingHasTheDefaultOfTheFormat() {
        SentencePieceModel model = read(unknown(), message(1, out -> out.writeString(1, "a")));

        assertThat(model.isBytePairs()).isFalse();
        assertThat(model.unknown()).isZero();
        assertThat(model.unknownPiece()).isEqualTo("<unk>");
        assertThat(model.characters()).isEmpty();
        assertThat(model.pieces())
                .containsExactly(new SentencePieceModel.Piece("<unk>", 0, 2), new SentencePieceModel.Piece("a", 0, 1));
    }

    @Test
    void whatTheTrainerWroteIsRead() {
        SentencePieceModel model = SentencePieceModel.read(MODELS.resolve("bpe.model"));

        assertThat(model.isBytePairs()).isTrue();
        assertThat(model.pieces()).hasSize(150);
        assertThat(model.pieces().get(2)).isEqualTo(new SentencePieceModel.Piece("</s>", 0, 3));
        assertThat(model.pieces().get(7)).isEqualTo(new SentencePieceModel.Piece("fox", 0, 4));
        assertThat(SentencePieceModel.read(MODELS.resolve("t5.model")).unknown())
                .isEqualTo(2);
    }

    @Test
    void mergesGoByScoreThenByTheLengthsOfTheirParts() {
        Map<String, Float> scores = new LinkedHashMap<>();
        for (String piece : List.of("a", "aa", "aaa", "b", "ab")) {
            scores.put(piece, -(float) scores.size());
        }
        scores.put("aab", -1f);

        // generate_merges of transformers 4.57.1 with the same vocabulary and scores
        assertThat(SentencePieceMerges.of(scores, folder))
                .extracting(merge -> merge.left() + " " + merge.right())
                .containsExactly("aa b", "a ab", "a a", "aa a", "a aa", "a b");
    }

    @Nested
    class Refused {

        private void assertRefused(String reason, Message... parts) {
            assertThatThrownBy(() -> read(parts))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("spiece.model is not a usable model of SentencePiece (")
                    .hasMessageContaining(reason)
                    .hasMessageEndingWith("copy or download it again.");
        }

        @Test
        void noPieces() {
            assertRefused("it has no pieces");
        }

        @Test
        void aKindThatIsNotConverted() {
            assertRefused("its model_type is 3", unknown(), message(2, out -> out.writeEnum(3, 3)));
        }

        @Test
        void aPieceWithoutText() {
            assertRefused("piece 1 has no text", unknown(), normal(""));
        }

        @Test
        void aPieceTwice() {
            assertRefused("the same piece twice, \"a\"", unknown(), normal("a"), normal("a"));
        }

        @Test
        void aScoreThatIsNotANumber() {
            assertRefused("piece 1 has the score NaN", unknown(), piece("a", Float.NaN, 1));
        }

        @Test
        void textThatIsNotUtf8() {
            assertRefused(
                    "a piece is not UTF-8",
                    unknown(),
                    message(1, out -> out.writeByteArray(1, "\u00ff".getBytes(StandardCharsets.ISO_8859_1))));
        }

        @Test
        void anUnknownPieceThatIsAnotherOne() {
            assertRefused(
                    "its unk_id is 1, which is not its one piece for unknown characters",
                    unknown(),
                    normal("a"),
                    message(2, out -> out.writeInt32(40, 1)));
            assertRefused("its unk_id is 0", normal("a"));
            assertRefused("its unk_id is 0", unknown(), piece("<unk2>", 0, 2));
            assertRefused("its unk_id is -1", unknown(), message(2, out -> out.writeInt32(40, -1)));
        }

        @Test
        void bytePairsWithoutTheNameOfTheUnknownPiece() {
            assertRefused(
                    "its unk_piece is not one of its pieces",
                    unknown(),
                    message(2, out -> out.writeEnum(3, 2), out -> out.writeString(45, "[UNK]")));
        }

        @Test
        void aTableOfCharactersThatIsCutOff() {
            for (byte[] table : List.of(new byte[] {1}, new byte[] {8, 0, 0, 0, 1}, new byte[] {0, 0, 0, 0, 1})) {
                assertRefused(
                        "precompiled_charsmap is cut off", unknown(), message(3, out -> out.writeByteArray(2, table)));
            }
        }

        @Test
        void aFileThatEndsEarlyOrIsSomethingElse() {
            byte[] whole = FileErrors.read(MODELS.resolve("t5.model"));
            Path file = folder.resolve("spiece.model");
            for (byte[] bytes : List.of(
                    Arrays.copyOf(whole, 100),
                    "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8),
                    new byte[] {0x0b, 0x0b},
                    new byte[] {0x0c})) {
                Fixtures.write(file, bytes);
                assertThatThrownBy(() -> SentencePieceModel.read(file))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("is not a usable model of SentencePiece");
            }
        }

        @Test
        void piecesWhoseMergesWouldTakeForever() {
            String piece = "a".repeat(30_000);

            assertThatThrownBy(() -> SentencePieceMerges.of(Map.of(piece, 0f), folder))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("pieces that are too long together");
        }
    }
}
