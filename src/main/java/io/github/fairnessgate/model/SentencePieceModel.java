package io.github.fairnessgate.model;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a tokenizer needs of a file of SentencePiece: the fields of {@code ModelProto} in its
 * {@code sentencepiece_model.proto} (release 0.2.1), each with the default that it has there.
 *
 * @param pieces by number; each has a text of its own
 * @param isBytePairs whether merges make the pieces; else the most probable ones are taken (Unigram)
 * @param unknown number of the piece for what the others cannot write
 * @param unknownPiece its text as the settings of the training have it
 * @param characters the compiled table that normalizes characters; empty if there is none
 * @param hasBytes whether characters that no piece has are written as bytes
 * @param blanks what becomes of them
 */
record SentencePieceModel(
        List<Piece> pieces,
        boolean isBytePairs,
        int unknown,
        String unknownPiece,
        byte[] characters,
        boolean hasBytes,
        Blanks blanks) {

    /** {@code NORMAL}: a piece of texts. */
    static final int NORMAL = 1;
    /** {@code CONTROL}: a token that no text has by itself, such as the end of a text. */
    static final int CONTROL = 3;
    /** {@code USER_DEFINED}: a token that is found in texts whatever stands around it. */
    static final int USER_DEFINED = 4;

    private static final int UNKNOWN = 2;
    private static final int UNIGRAM = 1;
    private static final int BYTE_PAIRS = 2;
    /** Gemma, the largest that is known, has 256,000. */
    private static final int MOST_PIECES = 1_000_000;

    /**
     * One piece.
     *
     * @param score the logarithm of its probability, or the negative number of its merge; finite
     * @param type {@link #NORMAL}, {@link #CONTROL}, {@link #USER_DEFINED}, or another that only SentencePiece itself
     *     tells apart
     */
    record Piece(String text, float score, int type) {}

    /**
     * What becomes of blanks in a text.
     *
     * @param inFront whether one is put in front of every text
     * @param once whether those around a text are removed, and several between words become one
     * @param usual whether they are written as pieces write them, and belong to the word that follows
     */
    record Blanks(boolean inFront, boolean once, boolean usual) {}

    SentencePieceModel {
        pieces = List.copyOf(pieces);
    }

    /** @throws InvalidInputException if it is damaged, or is of a kind that transformers does not convert */
    static SentencePieceModel read(Path file) {
        byte[] bytes = FileErrors.read(file);
        try {
            Builder builder = new Builder();
            builder.model(CodedInputStream.newInstance(bytes));
            return builder.build();
        } catch (DamagedException | IOException e) {
            throw new InvalidInputException(
                    file + " is not a usable model of SentencePiece (" + Reason.of(e)
                            + "), but it must be the file that its trainer writes; copy or download it again.",
                    e);
        }
    }

    private static final class DamagedException extends Exception {

        private static final long serialVersionUID = 1;

        DamagedException(String reason) {
            super(reason);
        }
    }

    private static final class Builder {

        private static final int PIECE = bytes(1);
        private static final int TRAINER = bytes(2);
        private static final int NORMALIZER = bytes(3);

        private static final int PIECE_TEXT = bytes(1);
        private static final int PIECE_SCORE = tag(2, WireFormat.WIRETYPE_FIXED32);
        private static final int PIECE_TYPE = number(3);
        private static final int MODEL_TYPE = number(3);
        private static final int UNKNOWN_NUMBER = number(40);
        private static final int UNKNOWN_PIECE = bytes(45);
        private static final int BLANKS_BEHIND = number(24);
        private static final int BYTE_FALLBACK = number(35);
        private static final int CHARACTERS = bytes(2);
        private static final int BLANK_IN_FRONT = number(3);
        private static final int BLANKS_ONCE = number(4);
        private static final int BLANKS_ESCAPED = number(5);

        private final List<Piece> pieces = new ArrayList<>();
        private int type = UNIGRAM;
        private int unknown;
        private String unknownPiece = "<unk>";
        private byte[] characters = {};
        private boolean hasBytes;
        private boolean blankInFront = true;
        private boolean blanksOnce = true;
        private boolean blanksEscaped = true;
        private boolean blanksBehind;

        private static int tag(int field, int wireType) {
            return field << 3 | wireType;
        }

        private static int bytes(int field) {
            return tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        }

        private static int number(int field) {
            return tag(field, WireFormat.WIRETYPE_VARINT);
        }

        void model(CodedInputStream in) throws IOException, DamagedException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag != PIECE && tag != TRAINER && tag != NORMALIZER) {
                    skip(in, tag);
                    continue;
                }
                int outer = in.pushLimit(in.readRawVarint32());
                if (tag == PIECE) {
                    piece(in);
                } else if (tag == TRAINER) {
                    trainer(in);
                } else {
                    normalizer(in);
                }
                in.checkLastTagWas(0);
                in.popLimit(outer);
            }
        }

        private void piece(CodedInputStream in) throws IOException, DamagedException {
            String text = "";
            float score = 0;
            int kind = NORMAL;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == PIECE_TEXT) {
                    text = text(in);
                } else if (tag == PIECE_SCORE) {
                    score = in.readFloat();
                } else if (tag == PIECE_TYPE) {
                    kind = in.readEnum();
                } else {
                    skip(in, tag);
                }
            }
            require(pieces.size() < MOST_PIECES, "more than " + MOST_PIECES + " pieces");
            require(!text.isEmpty(), "piece " + pieces.size() + " has no text");
            require(Float.isFinite(score), "piece " + pieces.size() + " has the score " + score);
            pieces.add(new Piece(text, score, kind));
        }

        private void trainer(CodedInputStream in) throws IOException, DamagedException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == MODEL_TYPE) {
                    type = in.readEnum();
                } else if (tag == UNKNOWN_NUMBER) {
                    unknown = in.readInt32();
                } else if (tag == UNKNOWN_PIECE) {
                    unknownPiece = text(in);
                } else if (tag == BYTE_FALLBACK) {
                    hasBytes = in.readBool();
                } else if (tag == BLANKS_BEHIND) {
                    blanksBehind = in.readBool();
                } else {
                    skip(in, tag);
                }
            }
        }

        private void normalizer(CodedInputStream in) throws IOException, DamagedException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == CHARACTERS) {
                    characters = in.readByteArray();
                } else if (tag == BLANK_IN_FRONT) {
                    blankInFront = in.readBool();
                } else if (tag == BLANKS_ONCE) {
                    blanksOnce = in.readBool();
                } else if (tag == BLANKS_ESCAPED) {
                    blanksEscaped = in.readBool();
                } else {
                    skip(in, tag);
                }
            }
        }

        private static void skip(CodedInputStream in, int tag) throws IOException, DamagedException {
            require(in.skipField(tag), "a group ends that did not begin");
        }

        private static String text(CodedInputStream in) throws IOException, DamagedException {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(in.readByteBuffer())
                        .toString();
            } catch (CharacterCodingException e) {
                throw new DamagedException("a piece is not UTF-8");
            }
        }

        SentencePieceModel build() throws DamagedException {
            require(!pieces.isEmpty(), "it has no pieces");
            require(type == UNIGRAM || type == BYTE_PAIRS, "its model_type is " + type + ", not 1, Unigram, or 2, BPE");
            Set<String> texts = new HashSet<>();
            int unknowns = 0;
            for (Piece piece : pieces) {
                require(texts.add(piece.text()), "it has the same piece twice, \"" + piece.text() + "\"");
                unknowns += piece.type() == UNKNOWN ? 1 : 0;
            }
            require(
                    unknowns == 1
                            && unknown >= 0
                            && unknown < pieces.size()
                            && pieces.get(unknown).type() == UNKNOWN,
                    "its unk_id is " + unknown + ", which is not its one piece for unknown characters");
            require(!(type == BYTE_PAIRS && !texts.contains(unknownPiece)), "its unk_piece is not one of its pieces");
            requireTable();
            return new SentencePieceModel(
                    pieces,
                    type == BYTE_PAIRS,
                    unknown,
                    unknownPiece,
                    characters,
                    hasBytes,
                    new Blanks(blankInFront, blanksOnce, blanksEscaped && !blanksBehind));
        }

        /** The size of a trie of 32-bit units, the trie, and texts. */
        private void requireTable() throws DamagedException {
            if (characters.length > 0) {
                long trie = characters.length < Integer.BYTES
                        ? -1
                        : Integer.toUnsignedLong(ByteBuffer.wrap(characters)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getInt());
                require(
                        trie > 0 && trie % Integer.BYTES == 0 && trie <= characters.length - Integer.BYTES,
                        "its precompiled_charsmap is cut off");
            }
        }

        private static void require(boolean holds, String otherwise) throws DamagedException {
            if (!holds) {
                throw new DamagedException(otherwise);
            }
        }
    }
}
