package io.github.fairnessgate.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** What a model was given and wrote in an item, and its raw numbers: what people read, and rules do not. */
interface ItemTexts {

    /** Characters from which packing saves memory. */
    int LONG = 2_000;

    /** Characters that a number and its name take at least as objects, for the decision whether to pack. */
    int NUMBER = 50;

    SortedMap<String, String> texts();

    SortedMap<String, String> outputs();

    SortedMap<String, Double> scores();

    /** Packed if they are long. */
    static ItemTexts of(
            SortedMap<String, String> texts, SortedMap<String, String> outputs, SortedMap<String, Double> scores) {
        Plain plain = new Plain(new TreeMap<>(texts), new TreeMap<>(outputs), new TreeMap<>(scores));
        return length(texts) + length(outputs) + NUMBER * scores.size() < LONG ? plain : Packed.of(plain);
    }

    private static int length(SortedMap<String, String> texts) {
        return texts.values().stream().mapToInt(String::length).sum();
    }

    /** As they are. */
    record Plain(SortedMap<String, String> texts, SortedMap<String, String> outputs, SortedMap<String, Double> scores)
            implements ItemTexts {}

    /** As deflated JSON; equal texts have equal bytes. */
    final class Packed implements ItemTexts {

        private final byte[] deflated;

        private Packed(byte[] deflated) {
            this.deflated = deflated;
        }

        static Packed of(Plain plain) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            Deflater fast = new Deflater(Deflater.BEST_SPEED);
            try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, fast)) {
                out.write(Json.MAPPER.writeValueAsString(plain).getBytes(StandardCharsets.UTF_8));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("texts and numbers can always be written as JSON", e);
            } catch (IOException e) {
                throw new UncheckedIOException("nothing is written to a disk", e);
            } finally {
                fast.end();
            }
            return new Packed(bytes.toByteArray());
        }

        private Plain plain() {
            try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
                return Json.MAPPER.readValue(in, Plain.class);
            } catch (IOException e) {
                throw new UncheckedIOException("what this class packed can be unpacked", e);
            }
        }

        @Override
        public SortedMap<String, String> texts() {
            return plain().texts();
        }

        @Override
        public SortedMap<String, String> outputs() {
            return plain().outputs();
        }

        @Override
        public SortedMap<String, Double> scores() {
            return plain().scores();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Packed packed && plain().equals(packed.plain());
        }

        @Override
        public int hashCode() {
            return plain().hashCode();
        }
    }
}
