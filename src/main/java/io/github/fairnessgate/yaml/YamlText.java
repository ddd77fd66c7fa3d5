package io.github.fairnessgate.yaml;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes nodes as YAML that {@link YamlDocument} reads back as the same. */
public final class YamlText {

    private static final String INDENT = "  ";

    /** Text that is no number, boolean or null without quotes, and that no indicator makes something else. */
    private static final Pattern PLAIN = Pattern.compile(
            "(?!(true|false|null)$)([A-Za-z_/]|\\.{1,2}/)[-A-Za-z0-9_./:+*]*(?<!:)", Pattern.CASE_INSENSITIVE);

    private static final Pattern AMBIGUOUS =
            Pattern.compile("[,\\[\\]{}\"\\p{Cntrl}]|: |:$| #|^[ #&*!|>'%@`]|^[-?:]( |$)| $");

    private YamlText() {}

    /** The document, with a line feed at its end. */
    public static String of(YamlMap root) {
        StringBuilder text = new StringBuilder();
        map(root, "", text);
        return text.toString();
    }

    /** A value in a line: {@code [0, 2, 5]}. */
    public static String inline(YamlNode node) {
        if (node instanceof YamlScalar scalar) {
            return scalar(scalar);
        }
        if (node instanceof YamlList list) {
            return "["
                    + String.join(
                            ", ", list.elements().stream().map(YamlText::inline).toList()) + "]";
        }
        return "{"
                + String.join(
                        ", ",
                        node.asMap().entries().entrySet().stream()
                                .map(entry -> quoted(entry.getKey()) + ": " + inline(entry.getValue()))
                                .toList())
                + "}";
    }

    private static void map(YamlMap map, String indent, StringBuilder text) {
        for (Map.Entry<String, YamlNode> entry : map.entries().entrySet()) {
            text.append(indent).append(quoted(entry.getKey())).append(':');
            value(entry.getValue(), indent, text);
        }
    }

    private static void value(YamlNode node, String indent, StringBuilder text) {
        if (node instanceof YamlList list && list.elements().stream().anyMatch(YamlMap.class::isInstance)) {
            text.append('\n');
            elements(list.elements(), indent + INDENT, text);
        } else {
            text.append(' ').append(inline(node)).append('\n');
        }
    }

    private static void elements(List<YamlNode> elements, String indent, StringBuilder text) {
        for (YamlNode element : elements) {
            if (element instanceof YamlMap map && !map.entries().isEmpty()) {
                StringBuilder lines = new StringBuilder();
                map(map, indent + INDENT, lines);
                text.append(indent).append("- ").append(lines.substring(indent.length() + INDENT.length()));
            } else {
                text.append(indent).append("- ").append(inline(element)).append('\n');
            }
        }
    }

    /** What was plain stays plain, unless the place in a line would make something else of it. */
    private static String scalar(YamlScalar scalar) {
        if (scalar.isNothing()) {
            return "null";
        }
        return scalar.quoted() && !PLAIN.matcher(scalar.written()).matches()
                        || AMBIGUOUS.matcher(scalar.written()).find()
                ? json(scalar.written())
                : scalar.written();
    }

    private static String quoted(String key) {
        return key.matches("[A-Za-z_][-A-Za-z0-9_]*") ? key : json(key);
    }

    private static String json(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(letter -> {
            if (letter == '"' || letter == '\\') {
                quoted.append('\\').append((char) letter);
            } else if (letter < 0x20 || letter >= 0x7f && letter < 0xa0 || letter >= 0x2028 && letter <= 0x202e) {
                quoted.append("\\u%04x".formatted(letter));
            } else {
                quoted.append((char) letter);
            }
        });
        return quoted.append('"').toString();
    }
}
