package io.github.fairnessgate.pickle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names that a state dict of tensors needs, and no others: {@code collections.OrderedDict}, the functions that
 * rebuild a tensor or a parameter from a storage, the types of storages, and types of numbers. Each is a case in this
 * class; none leads to code that a file could choose.
 */
final class TorchObjects implements PickleObjects {

    private enum Function {
        ORDERED_DICT,
        TENSOR_V2,
        TENSOR_V3,
        PARAMETER
    }

    private enum Untyped {
        STORAGE
    }

    /** By module and name, with a space between them. */
    private static final Map<String, Function> FUNCTIONS = Map.of(
            "collections OrderedDict", Function.ORDERED_DICT,
            "torch._utils _rebuild_tensor_v2", Function.TENSOR_V2,
            "torch._utils _rebuild_tensor_v3", Function.TENSOR_V3,
            "torch._utils _rebuild_parameter", Function.PARAMETER);

    private static final Set<String> UNTYPED =
            Set.of("torch UntypedStorage", "torch.storage UntypedStorage", "torch.storage _UntypedStorage");
    private static final String TORCH = "torch";

    /** Of {@code torch.save} since 1.6; before, there is one more, for a storage that is a part of another. */
    private static final int IDENTITY = 5;

    private final Map<String, TorchTensor.Storage> storages = new LinkedHashMap<>();
    private final Map<String, Integer> elementBytes = new LinkedHashMap<>();

    @Override
    public Object named(String module, String name) throws PickleException {
        String both = module + " " + name;
        if (FUNCTIONS.containsKey(both)) {
            return FUNCTIONS.get(both);
        }
        if (UNTYPED.contains(both)) {
            return Untyped.STORAGE;
        }
        Optional<TorchType> type =
                module.equals(TORCH) ? TorchType.ofStorage(name).or(() -> TorchType.ofDtype(name)) : Optional.empty();
        return type.orElseThrow(() -> new PickleException("the pickle names "
                + PickleException.shown(module + "." + name) + ", which a state dict of tensors does not need"));
    }

    @Override
    public Object call(Object function, List<Object> arguments) throws PickleException {
        if (!(function instanceof Function known)) {
            throw new PickleException("the pickle calls something that is not a function");
        }
        return switch (known) {
            case ORDERED_DICT -> orderedDict(arguments);
            case TENSOR_V2 -> tensor(arguments, false);
            case TENSOR_V3 -> tensor(arguments, true);
            case PARAMETER -> parameter(arguments);
        };
    }

    /** Python 2 gives the items as a list of pairs. */
    private static Map<Object, Object> orderedDict(List<Object> arguments) throws PickleException {
        Map<Object, Object> dictionary = new LinkedHashMap<>();
        if (arguments.isEmpty()) {
            return dictionary;
        }
        if (arguments.size() != 1 || !(arguments.get(0) instanceof ArrayList<?> pairs)) {
            throw new PickleException(
                    "the pickle calls collections.OrderedDict with something that is not a list of pairs");
        }
        for (Object pair : pairs) {
            List<?> items = pair instanceof PickleTuple tuple
                    ? tuple.items()
                    : pair instanceof ArrayList<?> list ? list : List.of();
            if (items.size() != 2) {
                throw new PickleException(
                        "the pickle calls collections.OrderedDict with something that is not a list of pairs");
            }
            PickleMachine.put(dictionary, items.get(0), items.get(1));
        }
        return dictionary;
    }

    /**
     * Arguments: storage, offset, shape, strides, requires_grad, hooks, then, of v3, the type, then, since 1.13, marks
     * of views that change numbers.
     */
    private static TorchTensor tensor(List<Object> arguments, boolean hasType) throws PickleException {
        int required = hasType ? 7 : 6;
        if (arguments.size() < required
                || arguments.size() > required + 1
                || !(arguments.get(0) instanceof Typed typed)
                || !(arguments.get(1) instanceof Long offset)
                || offset < 0) {
            throw new PickleException("a tensor is not built from a storage, an offset, a shape and strides");
        }
        if (arguments.size() > required
                && !(arguments.get(required) == null
                        || arguments.get(required) instanceof Map<?, ?> marks && marks.isEmpty())) {
            throw new PickleException(
                    "a tensor is marked as conjugate or negative, so that its numbers are not those that are stored");
        }
        Object type = hasType ? arguments.get(6) : typed.type().orElse(null);
        if (!(type instanceof TorchType known)) {
            throw new PickleException("a tensor is built from a storage without a type");
        }
        return TorchTensor.checked(known, typed.storage(), offset, sizes(arguments.get(2)), sizes(arguments.get(3)));
    }

    private static long[] sizes(Object value) throws PickleException {
        List<Object> items = value instanceof PickleTuple tuple ? tuple.items() : null;
        if (items == null || !items.stream().allMatch(item -> item instanceof Long size && size >= 0)) {
            throw new PickleException(
                    "a tensor has a shape or strides that are not a tuple of whole numbers, 0 or more");
        }
        return items.stream().mapToLong(Long.class::cast).toArray();
    }

    private static TorchTensor parameter(List<Object> arguments) throws PickleException {
        if (arguments.size() != 3 || !(arguments.get(0) instanceof TorchTensor tensor)) {
            throw new PickleException("a parameter is not built from a tensor");
        }
        return tensor;
    }

    /** A storage as a tensor sees it: with the type of its numbers, if it has one. */
    private record Typed(Optional<TorchType> type, TorchTensor.Storage storage) {}

    @Override
    public Object outside(Object identity) throws PickleException {
        List<Object> parts = identity instanceof PickleTuple tuple ? tuple.items() : List.of();
        if (parts.size() < IDENTITY
                || parts.size() > IDENTITY + 1
                || !"storage".equals(parts.get(0))
                || !(parts.get(2) instanceof String key)
                || !(parts.get(4) instanceof Long count)
                || count < 0) {
            throw new PickleException("the pickle refers to an object outside of it that is not a storage");
        }
        if (parts.size() > IDENTITY && parts.get(IDENTITY) != null) {
            throw new PickleException("the storage " + PickleException.shown(key)
                    + " is a part of another storage, which is not supported");
        }
        Optional<TorchType> type = type(parts.get(1));
        int bytes = type.map(TorchType::bytes).orElse(1);
        if (count > Long.MAX_VALUE / bytes) {
            throw new PickleException("the storage " + PickleException.shown(key) + " is larger than any file");
        }
        TorchTensor.Storage storage = new TorchTensor.Storage(key, count * bytes);
        if (!storage.equals(storages.computeIfAbsent(key, unused -> storage))) {
            throw new PickleException("the storage " + PickleException.shown(key) + " has two sizes");
        }
        elementBytes.put(key, bytes);
        return new Typed(type, storage);
    }

    private static Optional<TorchType> type(Object value) throws PickleException {
        if (value == Untyped.STORAGE) {
            return Optional.empty();
        }
        if (value instanceof TorchType type) {
            return Optional.of(type);
        }
        throw new PickleException("a storage has a type that is not a storage type");
    }

    /** Every storage that the pickle refers to, by key. */
    Map<String, TorchTensor.Storage> storages() {
        return storages;
    }

    /** Bytes of one of the numbers that a storage is counted in. */
    int elementBytes(String key) {
        return elementBytes.get(key);
    }

    /** The tensors of a state dict by name. */
    static Map<String, TorchTensor> stateDict(Object value) throws PickleException {
        if (!(value instanceof Map<?, ?> dictionary)) {
            throw new PickleException("the file holds " + (value instanceof TorchTensor ? "one tensor" : "something")
                    + ", not a state dict: a dictionary from name to tensor");
        }
        if (dictionary.isEmpty()) {
            throw new PickleException("the file holds a state dict without tensors");
        }
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : dictionary.entrySet()) {
            if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof TorchTensor tensor)) {
                throw new PickleException(
                        "the entry \"" + PickleException.shown(entry.getKey().toString()) + "\" is "
                                + (entry.getValue() instanceof Map
                                        ? "a dictionary, as in a checkpoint of a training program"
                                        : "not a tensor")
                                + ", but the file must hold only the state dict, a dictionary from name to tensor: "
                                + "save that alone");
            }
            tensors.put(name, tensor);
        }
        return tensors;
    }
}
