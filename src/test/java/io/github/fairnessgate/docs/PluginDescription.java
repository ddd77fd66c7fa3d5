package io.github.fairnessgate.docs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Goals and parameters as maven-plugin-plugin describes them, with the code marks of the Java documentation. */
record PluginDescription(List<Goal> goals) {

    private static final Path FILE = Path.of("target", "plugin-enhanced.xml");

    private static final Map<String, String> TYPES = Map.of(
            "java.lang.String",
            "text",
            "boolean",
            "true or false",
            "int",
            "number",
            "long",
            "number",
            "java.io.File",
            "path",
            "java.util.List<java.lang.String>",
            "list");

    PluginDescription {
        goals = List.copyOf(goals);
    }

    /** @param phase to which it is bound by default */
    record Goal(String name, Optional<String> phase, List<Parameter> parameters) {

        Goal {
            parameters = List.copyOf(parameters);
        }
    }

    /**
     * What a user can set.
     *
     * @param type in words
     * @param defaultValue as it would be written; empty where the description says it, or there is none
     * @param description Markdown in one line
     */
    record Parameter(String name, String property, String type, String defaultValue, String description) {}

    static PluginDescription read() throws Exception {
        if (!Files.exists(FILE)) {
            throw new IllegalStateException(FILE + " is not there; mvn process-classes makes it.");
        }
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(FILE.toFile());
        return new PluginDescription(elements(document.getDocumentElement(), "mojo").stream()
                .map(PluginDescription::goal)
                .toList());
    }

    private static Goal goal(Element mojo) {
        Element configuration = elements(mojo, "configuration").get(0);
        List<Parameter> parameters = elements(mojo, "parameter").stream()
                .filter(parameter -> text(parameter, "editable").equals("true"))
                .map(parameter -> parameter(
                        parameter,
                        elements(configuration, text(parameter, "name")).get(0)))
                .toList();
        return new Goal(
                text(mojo, "goal"), Optional.of(text(mojo, "phase")).filter(phase -> !phase.isEmpty()), parameters);
    }

    private static Parameter parameter(Element parameter, Element value) {
        String name = text(parameter, "name");
        String type = Optional.ofNullable(TYPES.get(text(parameter, "type")))
                .orElseThrow(() -> new IllegalStateException(
                        "the type " + text(parameter, "type") + " of " + name + " has no words yet"));
        String defaultValue = value.getAttribute("default-value");
        String property = value.getTextContent().replaceAll("^\\$\\{(.*)}$", "$1");
        return new Parameter(
                name,
                property,
                defaultValue.matches("true|false") ? "true or false" : type,
                defaultValue,
                markdown(text(parameter, "description")));
    }

    private static String markdown(String description) {
        String marked = description
                .replaceAll("</?code>", "`")
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
        if (marked.matches(".*</?[a-z].*")) {
            throw new IllegalStateException(
                    "only <code> is understood in the description of a parameter: " + description);
        }
        return marked.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    }

    private static String text(Element parent, String tag) {
        List<Element> found = elements(parent, tag);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }

    private static List<Element> elements(Element parent, String tag) {
        NodeList nodes = parent.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
