package io.github.fairnessgate.report;

import io.github.fairnessgate.Printable;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a run of the gate was told, and by whom.
 *
 * @param settings what decided the verdict; empty where that is not known, as in an evidence bundle
 * @param relaxations the switches in use by which a build can end well although a rule is not kept, a sentence each
 */
public record RunSettings(List<Setting> settings, List<String> relaxations) {

    /** Nothing is known. */
    public static final RunSettings UNKNOWN = new RunSettings(List.of(), List.of());

    public RunSettings {
        settings = List.copyOf(settings);
        relaxations = relaxations.stream().map(Printable::line).toList();
    }

    /**
     * A setting.
     *
     * @param name what it is: {@code thresholds}
     * @param value as it was given
     * @param origin where it came from, in words
     */
    public record Setting(String name, String value, String origin) {

        public Setting {
            name = Printable.line(name);
            value = Printable.line(value);
            origin = Printable.line(origin);
        }
    }

    /** Settings in aligned columns, one a line. */
    public List<String> lines() {
        List<List<String>> rows = settings.stream()
                .map(setting -> List.of(setting.name(), setting.value(), setting.origin()))
                .toList();
        List<String> table = TextTable.lines(List.of("setting", "value", "from"), rows, Set.of());
        return IntStream.range(0, table.size())
                .filter(i -> i != 1)
                .mapToObj(table::get)
                .toList();
    }
}
