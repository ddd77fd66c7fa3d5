package io.github.fairnessgate.pickle;

import io.github.fairnessgate.file.FileRange;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The form of PyTorch 0.4 to 1.5, and of {@code torch.save(_use_new_zipfile_serialization=False)} since: five pickles
 * (a magic number, the version, the machine, the state dict, the keys of its storages), then, for each key, the number
 * of numbers in eight bytes and the numbers, little endian.
 */
final class TorchLegacy {

    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;

    private TorchLegacy() {}

    static TorchFile read(Path path) throws PickleException, IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer pickles = FileRange.read(channel, 0, (int) Math.min(channel.size(), TorchFile.LARGEST_PICKLE));
            requireVersion(pickles);
            TorchObjects objects = new TorchObjects();
            Map<String, TorchTensor> tensors = TorchObjects.stateDict(PickleMachine.read(pickles, objects));
            Object keys = PickleMachine.read(pickles, new TorchObjects());
            return new TorchFile(
                    path, tensors, places(channel, pickles.position(), objects, keys), ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static void requireVersion(ByteBuffer pickles) throws PickleException {
        if (!MAGIC.equals(PickleMachine.read(pickles, new TorchObjects()))) {
            throw new PickleException("the file is a pickle, but not one of a state dict by torch.save");
        }
        Object version = PickleMachine.read(pickles, new TorchObjects());
        if (!Long.valueOf(VERSION).equals(version)) {
            throw new PickleException("the file has a version of PyTorch's form that does not exist");
        }
        if (!(PickleMachine.read(pickles, new TorchObjects()) instanceof Map<?, ?> machine)
                || !Boolean.TRUE.equals(machine.get("little_endian"))) {
            throw new PickleException("the file was not written on a little-endian machine");
        }
    }

    private static Map<String, TorchFile.Place> places(
            FileChannel channel, long begin, TorchObjects objects, Object keys) throws PickleException, IOException {
        Map<String, TorchFile.Place> places = new LinkedHashMap<>();
        if (!(keys instanceof ArrayList<?> list)) {
            throw new PickleException("the file is damaged: the keys of its storages are not a list");
        }
        long position = begin;
        for (Object key : list) {
            TorchTensor.Storage storage =
                    key instanceof String ? objects.storages().get(key) : null;
            if (storage == null || places.containsKey(storage.key())) {
                throw new PickleException("the file is damaged: it lists a storage twice, or one that no tensor has");
            }
            requireSize(channel, position, storage, objects.elementBytes(storage.key()));
            places.put(
                    storage.key(),
                    new TorchFile.Place(position + Long.BYTES, storage.size(), false, OptionalLong.empty()));
            position += Long.BYTES + storage.size();
        }
        if (places.size() != objects.storages().size() || position != channel.size()) {
            throw new PickleException("the file is damaged: storages are missing, or " + (channel.size() - position)
                    + " bytes at its end belong to none");
        }
        return places;
    }

    private static void requireSize(FileChannel channel, long position, TorchTensor.Storage storage, int elementBytes)
            throws PickleException, IOException {
        if (channel.size() - position < Long.BYTES || storage.size() > channel.size() - position - Long.BYTES) {
            throw new PickleException("the file is truncated: the storage " + PickleException.shown(storage.key())
                    + " of " + storage.size() + " bytes is not whole");
        }
        long numbers = FileRange.read(channel, position, Long.BYTES).getLong();
        if (numbers != storage.size() / elementBytes) {
            throw new PickleException("the file is damaged: the storage " + PickleException.shown(storage.key())
                    + " has " + numbers + " numbers, but the pickle says " + storage.size() / elementBytes);
        }
    }
}
