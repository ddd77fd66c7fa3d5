package io.github.fairnessgate.yaml;

import io.github.fairnessgate.InvalidInputException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the one document of a YAML 1.2 file into nodes with line numbers. Maps, lists and values are all there is:
 * anchors, aliases, tags and further documents are refused, and so is nesting that no person writes, so that no file
 * can make the reader use more memory than its own size deserves.
 */
public final class YamlDocument {

    private static final int DEEPEST_NESTING = 32;

    private final String file;
    private final Iterator<Event> events;

    private YamlDocument(String file, Iterator<Event> events) {
        this.file = file;
        this.events = events;
    }

    /**
     * Reads a document.
     *
     * @param text the file's content
     * @param fileName the file's name for messages
     * @throws InvalidInputException {@code file:line: sentence} if the text is empty or no such YAML
     */
    public static YamlNode parse(String text, String fileName) {
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        LoadSettings settings =
                LoadSettings.builder().setLabel(fileName).setUseMarks(true).build();
        try {
            return new YamlDocument(
                            fileName, new Parse(settings).parseString(content).iterator())
                    .document();
        } catch (MarkedYamlEngineException malformed) {
            Mark mark = malformed.getProblemMark().or(malformed::getContextMark).orElse(null);
            throw new InvalidInputException(
                    "%s:%d: this is not valid YAML: %s"
                            .formatted(
                                    fileName, mark == null ? 1 : mark.getLine() + 1, oneLine(malformed.getProblem())),
                    malformed);
        } catch (YamlEngineException malformed) {
            throw new InvalidInputException(
                    "%s:1: this is not valid YAML: %s".formatted(fileName, oneLine(malformed.getMessage())), malformed);
        }
    }

    private YamlNode document() {
        Location root = new Location(file, 1, "");
        Event first = skipTo(Event.ID.DocumentStart, Event.ID.StreamEnd);
        if (first.getEventId() == Event.ID.StreamEnd) {
            throw root.problem("the file is empty");
        }
        YamlNode node = node(events.next(), root, 0);
        Event after = skipTo(Event.ID.DocumentStart, Event.ID.StreamEnd);
        if (after.getEventId() == Event.ID.DocumentStart) {
            throw root.at(lineOf(after)).problem("a second document begins here; write one document to a file");
        }
        if (node instanceof YamlScalar scalar && scalar.isNothing()) {
            throw root.problem("the file is empty");
        }
        return node;
    }

    private Event skipTo(Event.ID one, Event.ID other) {
        while (true) {
            Event event = events.next();
            if (event.getEventId() == one || event.getEventId() == other) {
                return event;
            }
        }
    }

    private YamlNode node(Event event, Location parent, int depth) {
        Location location = parent.at(lineOf(event));
        requirePlain(event, location);
        if (depth > DEEPEST_NESTING) {
            throw location.problem("values are nested more than %d deep".formatted(DEEPEST_NESTING));
        }
        return switch (event.getEventId()) {
            case MappingStart -> map(location, depth);
            case SequenceStart -> list(location, depth);
            case Scalar -> scalar((ScalarEvent) event, location);
            default -> throw new IllegalStateException("the YAML parser gave " + event + " for a value");
        };
    }

    private YamlMap map(Location location, int depth) {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        Map<String, Integer> keyLines = new LinkedHashMap<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            Location keyLocation = location.at(lineOf(event));
            requirePlain(event, keyLocation);
            if (!(event instanceof ScalarEvent written)) {
                throw keyLocation.problem("a key must be a word, not a map or a list");
            }
            String key = written.getValue();
            if (entries.containsKey(key)) {
                throw keyLocation.problem("duplicate key \"%s\"; the first is in line %d"
                        .formatted(YamlScalar.shortened(key), keyLines.get(key)));
            }
            keyLines.put(key, keyLocation.line());
            entries.put(key, node(events.next(), keyLocation.key(YamlScalar.shortened(key)), depth + 1));
        }
        return new YamlMap(location, entries, keyLines);
    }

    private YamlList list(Location location, int depth) {
        List<YamlNode> elements = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            elements.add(node(event, location.element(elements.size()), depth + 1));
        }
        return new YamlList(location, elements);
    }

    private static YamlScalar scalar(ScalarEvent event, Location location) {
        return new YamlScalar(location, event.getValue(), !event.isPlain());
    }

    private static void requirePlain(Event event, Location location) {
        if (event instanceof AliasEvent alias) {
            throw location.problem("the alias *%s is not supported; write the value out".formatted(alias.getAlias()));
        }
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            throw location.problem("the anchor &%s is not supported; write the value out where it is needed"
                    .formatted(node.getAnchor().get()));
        }
        Optional<String> tag = event instanceof ScalarEvent scalar
                ? scalar.getTag()
                : event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
        if (tag.isPresent()) {
            throw location.problem("the tag %s is not supported; leave it out".formatted(tag.get()));
        }
    }

    private static int lineOf(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s+", " ");
    }
}
