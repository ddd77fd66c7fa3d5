package io.github.fairnessgate.pickle;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a file says that {@code torch.save} wrote of a state dict: names, types, shapes and places of its tensors. The
 * numbers are not read, and no file is held open.
 *
 * @param path the file
 * @param tensors by name, in the order of the state dict
 * @param places where the bytes of every storage lie, by key
 * @param order in which the bytes of a number lie
 */
public record TorchFile(Path path, Map<String, TorchTensor> tensors, Map<String, Place> places, ByteOrder order) {

    /**
     * Where the bytes of a storage lie in the file.
     *
     * @param offset of the first byte
     * @param length in bytes, as they lie there
     * @param deflated whether they are compressed
     * @param crc CRC-32 of the bytes, uncompressed, if the file has one
     */
    public record Place(long offset, long length, boolean deflated, OptionalLong crc) {}

    /** Bytes of the largest pickle that is read; that of GPT-2 XL has about 100,000. */
    static final int LARGEST_PICKLE = 16 << 20;

    private static final int BEGINNING = 128;
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte[] PICKLE = {(byte) 0x80};
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] LFS = "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

    /**
     * Reads the pickle of a file, in the form of PyTorch 1.6 and later or in that of 0.4 to 1.5. Nothing in the file is
     * run.
     *
     * @throws InvalidInputException if the file is damaged, or holds anything but a state dict of tensors; says how to
     *     convert it
     */
    public static TorchFile read(Path path) {
        try {
            byte[] beginning = beginning(path);
            if (startsWith(beginning, ZIP)) {
                return TorchZip.read(path);
            }
            if (startsWith(beginning, PICKLE)) {
                return TorchLegacy.read(path);
            }
            if (startsWith(beginning, LFS)) {
                throw new InvalidInputException(
                        path + " is not the weights but a pointer of Git LFS to them; fetch them with: git lfs pull");
            }
            throw new PickleException(
                    startsWith(beginning, GZIP)
                            ? "the file is compressed with gzip"
                            : "the file begins neither like a zip (PyTorch 1.6 and later) nor like a pickle "
                                    + "(PyTorch 0.4 to 1.5)");
        } catch (PickleException e) {
            throw refused(path, e);
        } catch (IOException e) {
            throw FileErrors.cannot("read", path, e);
        }
    }

    /** {@code weights_only} keeps even this command from running what the file holds. */
    static InvalidInputException refused(Path path, PickleException reason) {
        return new InvalidInputException(
                path + ": " + reason.getMessage() + "; nothing of the file was run. If the file may be damaged, copy or"
                        + " download it again. If it comes from where you expect it, convert it once to "
                        + "safetensors: python -c \"import torch;"
                        + " from safetensors.torch import save_file; weights = torch.load('" + path.getFileName()
                        + "', map_location='cpu', weights_only=True);"
                        + " save_file({name: tensor.clone().contiguous() for name, tensor in weights.items()}, "
                        + "'model.safetensors', {'format': 'pt'})\"",
                reason);
    }

    private static byte[] beginning(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(BEGINNING);
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] magic) {
        return bytes.length >= magic.length && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
    }
}
