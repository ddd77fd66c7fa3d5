package io.github.fairnessgate.report;

import io.github.fairnessgate.Printable;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * {@code TEST-fairness.xml}: the rules as test cases, in the form of Surefire's {@code surefire-test-report.xsd}. A
 * rule that makes the gate not pass is a failure; one that only warns is skipped and says why, and so is every
 * {@link Caution}. One that is only reported is a test case without a finding, with its numbers as output. The time is
 * that of the whole suite: rules share what was measured, so no rule has a time of its own.
 */
public final class JUnitReport {

    private static final String SUITE = "fairness";

    private JUnitReport() {}

    /**
     * @param time that measuring and judging took
     * @throws io.github.fairnessgate.InvalidInputException if the file cannot be written
     */
    public static void write(Path file, Report report, Duration time) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newFactory().createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
            xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
            suite(xml, report, time);
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("XML can always be written to memory", e);
        }
        AtomicFiles.write(file, bytes.toByteArray());
    }

    private static void suite(XMLStreamWriter xml, Report report, Duration time) throws XMLStreamException {
        List<RuleResult> results = report.gate().results();
        Map<Outcome, Long> counts = results.stream()
                .map(result -> Outcome.of(report.gate(), result))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        xml.writeStartElement("testsuite");
        attribute(xml, "name", SUITE);
        xml.writeAttribute("time", String.format(Locale.ROOT, "%.3f", time.toMillis() / 1000.0));
        List<Caution> cautions = Caution.of(report);
        xml.writeAttribute("tests", Integer.toString(results.size() + cautions.size()));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", Long.toString(counts.getOrDefault(Outcome.WARNED, 0L) + cautions.size()));
        xml.writeAttribute("failures", Long.toString(counts.getOrDefault(Outcome.FAILED, 0L)));
        xml.writeStartElement("properties");
        xml.writeEmptyElement("property");
        attribute(xml, "name", "conclusion");
        attribute(xml, "value", Conclusion.sentence(report.gate()));
        xml.writeEndElement();
        for (RuleResult result : results) {
            testCase(xml, report, result, Outcome.of(report.gate(), result));
        }
        Map<String, Integer> numbers = new HashMap<>();
        for (Caution caution : cautions) {
            int number = numbers.merge(caution.about(), 1, Integer::sum);
            // Two test cases of one name are one to many readers.
            String name = number == 1 ? caution.about() : caution.about() + " " + number;
            skipped(xml, name, SUITE + ".gate", "warning only: " + caution.sentence());
        }
        xml.writeEndElement();
    }

    private static void skipped(XMLStreamWriter xml, String name, String className, String message)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "name", name);
        attribute(xml, "classname", className);
        xml.writeAttribute("time", "0");
        xml.writeStartElement("skipped");
        attribute(xml, "message", message);
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static void testCase(XMLStreamWriter xml, Report report, RuleResult result, Outcome outcome)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "name", RuleText.of(result).subject());
        attribute(xml, "classname", SUITE + "." + result.metric().suite());
        xml.writeAttribute("time", "0");
        switch (outcome) {
            case PASSED -> {}
            case FAILED -> {
                xml.writeStartElement("failure");
                attribute(xml, "message", result.reason());
                attribute(xml, "type", result.verdict().orElseThrow().name());
                xml.writeCharacters(Printable.line(Outcome.message(report.gate(), result)));
                xml.writeEndElement();
            }
            case WARNED -> {
                xml.writeStartElement("skipped");
                attribute(
                        xml,
                        "message",
                        (report.gate().acceptance(result).isPresent() ? "accepted by an exception: " : "warning only: ")
                                + Outcome.message(report.gate(), result));
                xml.writeEndElement();
            }
            case REPORTED -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(Printable.line("reported only: " + Outcome.message(report.gate(), result)));
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    /** XML has no way to write most control characters. */
    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, Printable.line(value));
    }
}
