package io.github.fairnessgate.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import java.util.function.Function;

/** Reads what a goal that tests the gate has left, if it is about the gate that gave a verdict. */
final class GateReliabilityReader {

    private GateReliabilityReader() {}

    /**
     * @param file its name
     * @param goal that writes it
     * @param measured what the test was made with
     * @param verdict what the verdict was reached with
     * @throws InvalidInputException if it is no such file, or is about another gate
     */
    static <T> T read(
            String file, String goal, String text, Class<T> type, Function<T, Measured> measured, Measured verdict) {
        try {
            T document = Json.MAPPER
                    .readerFor(type)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(text);
            Measured made = measured.apply(document);
            if (made == null) {
                throw new InvalidInputException(
                        ("%s does not record what it was measured with, like files of earlier versions; run "
                                        + "fairness:%s again.")
                                .formatted(file, goal));
            }
            made.differenceFrom(verdict).ifPresent(difference -> {
                throw new InvalidInputException("%s is %s, and says nothing about this verdict; run fairness:%s again."
                        .formatted(file, difference, goal));
            });
            return document;
        } catch (JsonProcessingException | NullPointerException e) {
            throw unusable(file, goal, e);
        }
    }

    static InvalidInputException unusable(String file, String goal, Exception cause) {
        return new InvalidInputException(
                ("%s cannot be used: it was edited, or was written by a different version of the plugin (%s); run "
                                + "fairness:%s again.")
                        .formatted(file, Reason.of(cause), goal),
                cause);
    }
}
