package io.github.fairnessgate.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Deletes, duplicates, nests, exchanges and retargets values and keys of a JSON document. */
public final class JsonMutator implements Mutator {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private static final int MOST_CHANGES = 3;

    private final boolean orderMatters;

    /** Of documents whose keys may be in any order. */
    public JsonMutator() {
        this(false);
    }

    /** @param orderMatters whether keys in another order mean something else */
    public JsonMutator(boolean orderMatters) {
        this.orderMatters = orderMatters;
    }

    @Override
    public byte[] changed(byte[] good, Random random) {
        JsonNode document = parsed(good);
        for (int change = random.nextInt(MOST_CHANGES); change >= 0; change--) {
            List<ContainerNode<?>> containers = containers(document);
            if (containers.isEmpty()) {
                return Hostile.value(random).getBytes(StandardCharsets.UTF_8);
            }
            ContainerNode<?> container = containers.get(random.nextInt(containers.size()));
            if (container instanceof ObjectNode object) {
                change(object, containers, random);
            } else {
                change((ArrayNode) container, containers, random);
            }
        }
        return text(document, false).getBytes(StandardCharsets.UTF_8);
    }

    /** Other white space, other escapes, and, where it does not matter, another order of the keys. */
    @Override
    public Optional<byte[]> sameMeaning(byte[] good, Random random) {
        JsonNode document = parsed(good);
        if (!orderMatters) {
            containers(document).forEach(container -> shuffle(container, random));
        }
        String text = text(document, random.nextBoolean());
        return Optional.of((random.nextBoolean() ? " \t\r\n" + text + "\n\n " : text).getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode parsed(byte[] good) {
        try {
            return MAPPER.readTree(new String(good, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a seed is always JSON", e);
        }
    }

    private static String text(JsonNode document, boolean pretty) {
        try {
            return pretty
                    ? MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document)
                    : MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    private static void shuffle(ContainerNode<?> container, Random random) {
        if (container instanceof ObjectNode object) {
            List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(
                    object.properties().stream().map(Map.Entry::copyOf).toList());
            Collections.shuffle(entries, random);
            object.removeAll();
            entries.forEach(entry -> object.set(entry.getKey(), entry.getValue()));
        }
    }

    private static List<ContainerNode<?>> containers(JsonNode node) {
        List<ContainerNode<?>> found = new ArrayList<>();
        collect(node, found);
        return found;
    }

    private static void collect(JsonNode node, List<ContainerNode<?>> found) {
        if (node instanceof ContainerNode<?> container) {
            if (!container.isEmpty()) {
                found.add(container);
            }
            container.forEach(child -> collect(child, found));
        }
    }

    private static void change(ObjectNode object, List<ContainerNode<?>> all, Random random) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        String key = keys.get(random.nextInt(keys.size()));
        JsonNode value = object.get(key);
        switch (random.nextInt(10)) {
            case 0 -> object.remove(key);
            case 1, 2, 3 -> object.putRawValue(key, new RawValue(Hostile.value(random)));
            case 4 ->
                object.putRawValue(
                        key,
                        new RawValue(text(value, false) + ",\""
                                + key.replace("\\", "\\\\").replace("\"", "\\\"") + "\":" + Hostile.value(random)));
            case 5 -> {
                object.remove(key);
                object.set(renamed(key, random), value);
            }
            case 6 -> object.set(key, any(all, random).deepCopy());
            case 7 -> object.set(keys.get(random.nextInt(keys.size())), value.deepCopy());
            case 8 -> object.set(renamed(key, random), value.deepCopy());
            default -> object.putRawValue(key, new RawValue(tweaked(value, random)));
        }
    }

    private static void change(ArrayNode array, List<ContainerNode<?>> all, Random random) {
        int at = random.nextInt(array.size());
        JsonNode value = array.get(at);
        switch (random.nextInt(7)) {
            case 0 -> array.remove(at);
            case 1 -> array.setRawValue(at, new RawValue(Hostile.value(random)));
            case 2 -> array.insert(at, value.deepCopy());
            case 3 -> array.insert(at, any(all, random).deepCopy());
            case 4 ->
                array.setRawValue(at, new RawValue((text(value, false) + ",").repeat(1 << random.nextInt(8)) + "0"));
            case 5 -> {
                array.remove(at);
                array.insert(random.nextInt(array.size() + 1), value);
            }
            default -> array.setRawValue(at, new RawValue(tweaked(value, random)));
        }
    }

    private static JsonNode any(List<ContainerNode<?>> all, Random random) {
        ContainerNode<?> container = all.get(random.nextInt(all.size()));
        List<JsonNode> children = new ArrayList<>();
        container.forEach(children::add);
        return children.isEmpty() || random.nextInt(4) == 0 ? container : children.get(random.nextInt(children.size()));
    }

    private static String renamed(String key, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> key.toUpperCase(java.util.Locale.ROOT);
            case 1 -> key + " ";
            case 2 -> key + random.nextInt(3);
            case 3 -> key.substring(0, key.length() / 2);
            case 4 -> "";
            case 5 -> "\n::error::" + key;
            case 6 -> "../" + key;
            default -> "x".repeat(1 << random.nextInt(14));
        };
    }

    /** A value that is near to what it was. */
    private static String tweaked(JsonNode value, Random random) {
        String text = text(value, false);
        if (value.isNumber()) {
            return List.of(
                            "-" + text,
                            text + "0",
                            text + "e1",
                            text + ".5",
                            "\"" + text + "\"",
                            text + "e-300",
                            "[" + text + "]",
                            "1" + text)
                    .get(random.nextInt(8));
        }
        if (value.isTextual() && text.length() > 2) {
            int at = 1 + random.nextInt(text.length() - 2);
            return List.of(
                            text.substring(0, at) + "x" + text.substring(at),
                            "\"" + text.substring(at, text.length() - 1).replace("\\", "") + "\"",
                            "\" " + text.substring(1),
                            "[" + text + "]",
                            "\"" + text.substring(1, text.length() - 1).repeat(1 << random.nextInt(8)) + "\"")
                    .get(random.nextInt(5));
        }
        return random.nextBoolean() ? "[" + text + "]" : "{\"a\":" + text + "}";
    }
}
