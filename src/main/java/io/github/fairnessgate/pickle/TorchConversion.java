package io.github.fairnessgate.pickle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;

/**
 * Writes the state dict of a {@link TorchFile} as safetensors. The bytes are those that
 * {@code safetensors.torch.save_file(state_dict, file, metadata={"format": "pt"})} writes: tensors sorted by type, then
 * by name, in the types that they have.
 */
public final class TorchConversion {

    /** Of a tied model, the embedding and the output layer are the same numbers; nothing else shares any. */
    private static final int MOST_SHARING = 2;

    private static final Comparator<Map.Entry<String, TorchTensor>> ORDER =
            Map.Entry.<String, TorchTensor>comparingByValue(Comparator.comparing(TorchTensor::type))
                    .thenComparing(entry -> entry.getKey().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private TorchConversion() {}

    /** A part of the conversion that meets what the file really holds. */
    @FunctionalInterface
    private interface Step {
        void run() throws PickleException, IOException;
    }

    /**
     * Converts a file. One tensor after the other is copied; none has to fit into the heap.
     *
     * @param tensors those of {@code source} to write
     * @param folder exists; temporary files are written to it, and deleted
     * @param name of the file to write in {@code folder}
     * @throws InvalidInputException if the numbers are not what the file announces, or the disk has not enough room
     */
    public static void write(TorchFile source, Map<String, TorchTensor> tensors, Path folder, String name) {
        Path scratch = folder.resolve(".unpacked");
        try {
            requireRoom(source, tensors, folder);
            Files.createDirectory(scratch);
            try (TorchStorages storages = new TorchStorages(source, scratch)) {
                ofTheFile(source, storages::prepare);
                AtomicFiles.write(folder.resolve(name), out -> write(source, sorted(tensors), storages, out));
            }
        } catch (IOException e) {
            AtomicFiles.deleteAfter(e, scratch);
            throw FileErrors.cannot("convert", source.path(), e);
        } catch (RuntimeException | Error e) {
            AtomicFiles.deleteAfter(e, scratch);
            throw e;
        }
        AtomicFiles.delete(scratch);
    }

    /** What cannot be read because the file is damaged is its user's to mend; what goes wrong with the disk is not. */
    private static void ofTheFile(TorchFile source, Step step) throws IOException {
        try {
            step.run();
        } catch (PickleException e) {
            throw TorchFile.refused(source.path(), e);
        } catch (ZipException | EOFException e) {
            throw TorchFile.refused(
                    source.path(), new PickleException("a storage cannot be read (" + e.getMessage() + ")"));
        }
    }

    private static void requireRoom(TorchFile source, Map<String, TorchTensor> tensors, Path folder)
            throws IOException {
        Map<String, Long> used = new HashMap<>();
        source.tensors()
                .values()
                .forEach(tensor ->
                        used.put(tensor.storage().key(), tensor.storage().size()));
        long stored = used.values().stream().mapToLong(Long::longValue).sum();
        long written = tensors.values().stream().mapToLong(TorchTensor::length).sum();
        if (written / MOST_SHARING > stored) {
            throw TorchFile.refused(
                    source.path(),
                    new PickleException(
                            "its tensors have " + written + " bytes, but they are views of only " + stored));
        }
        long unpacked = used.entrySet().stream()
                .filter(entry -> source.places().get(entry.getKey()).deflated())
                .mapToLong(Map.Entry::getValue)
                .sum();
        long free = folder.toFile().getUsableSpace();
        if (written + unpacked > free) {
            throw new InvalidInputException(
                    source.path() + " takes " + Bytes.text(written + unpacked) + " when it is converted to safetensors,"
                            + " but the disk of " + folder.getParent() + " has only " + Bytes.text(free)
                            + " free; make room, or"
                            + " set " + Parameters.CACHE_DIRECTORY + " to another disk.");
        }
    }

    private static Map<String, TorchTensor> sorted(Map<String, TorchTensor> tensors) {
        List<Map.Entry<String, TorchTensor>> entries = new ArrayList<>(tensors.entrySet());
        entries.sort(ORDER);
        Map<String, TorchTensor> sorted = new LinkedHashMap<>();
        entries.forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    private static void write(
            TorchFile source, Map<String, TorchTensor> tensors, TorchStorages storages, OutputStream out)
            throws IOException {
        byte[] header = header(tensors);
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .array());
        out.write(header);
        for (TorchTensor tensor : tensors.values()) {
            ofTheFile(source, () -> storages.write(tensor, out));
        }
    }

    private static byte[] header(Map<String, TorchTensor> tensors) {
        ObjectNode header = Json.MAPPER.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long begin = 0;
        for (Map.Entry<String, TorchTensor> entry : tensors.entrySet()) {
            TorchTensor tensor = entry.getValue();
            ObjectNode json =
                    header.putObject(entry.getKey()).put("dtype", tensor.type().name());
            ArrayNode shape = json.putArray("shape");
            Arrays.stream(tensor.shape()).forEach(shape::add);
            json.putArray("data_offsets").add(begin).add(begin + tensor.length());
            begin += tensor.length();
        }
        try {
            return SafetensorsWriter.padded(Json.MAPPER.writeValueAsBytes(header));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a header of names and numbers is always JSON", e);
        }
    }
}
