package io.github.fairnessgate.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/** What each metric means, in one sentence. */
final class MetricDefinitions {

    private static final String RESOURCE = "definitions.properties";
    private static final Properties SENTENCES = load();

    private MetricDefinitions() {
    }

    /** The sentence for a metric id: that of the longest pattern that fits. */
    static Optional<String> of(String metric) {
        return SENTENCES.stringPropertyNames().stream()
                .filter(pattern -> matches(pattern, metric))
                .max(Comparator.comparingInt(String::length))
                .map(SENTENCES::getProperty);
    }

    private static boolean matches(String pattern, String metric) {
        return Pattern.matches("\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E", metric);
    }

    private static Properties load() {
        Properties properties = new Properties();
        try (InputStream in = MetricDefinitions.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the plugin's jar lacks " + RESOURCE);
            }
            try (Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
                properties.load(text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the plugin's jar is damaged at " + RESOURCE, e);
        }
        return properties;
    }
}
