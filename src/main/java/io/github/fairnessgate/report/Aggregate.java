package io.github.fairnessgate.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The results of all modules of a build.
 *
 * @param plugin version of this plugin
 * @param project what was built
 * @param build which build it was
 * @param modules the worst first: by standing, then by the share of its limit that the worst change uses, then by name
 */
public record Aggregate(String plugin, String project, Identity build, List<ModuleResult> modules) {

    private static final Comparator<ModuleResult> WORST_FIRST = Comparator.comparing(ModuleResult::standing)
            .thenComparing(Comparator.comparingDouble(Aggregate::share).reversed())
            .thenComparing(ModuleResult::module)
            .thenComparing(ModuleResult::file);

    public Aggregate {
        modules = modules.stream().sorted(WORST_FIRST).toList();
    }

    private static double share(ModuleResult module) {
        return module.worst().map(WorstChange::shareOrNone).orElse(Double.NEGATIVE_INFINITY);
    }

    /** That of the worst module; without any module there is no result. */
    public Standing verdict() {
        return modules.stream()
                .map(ModuleResult::standing)
                .min(Comparator.naturalOrder())
                .orElse(Standing.NO_RESULT);
    }

    /** Whether every module has a result and every build may go on. */
    public boolean passed() {
        return !modules.isEmpty() && modules.stream().allMatch(ModuleResult::passed);
    }

    /** The verdict in one line: {@code 1 of 3 modules failed, 1 without a result}. */
    public String headline() {
        if (modules.isEmpty()) {
            return "no module has a gate";
        }
        List<String> parts = new ArrayList<>();
        add(parts, Standing.FAIL, "failed");
        add(parts, Standing.NO_RESULT, "without a result");
        add(parts, Standing.INCONCLUSIVE, "inconclusive");
        if (parts.isEmpty()) {
            return modules.size() == 1
                    ? "the only module passed"
                    : String.format(Locale.ROOT, "all %d modules passed", modules.size());
        }
        parts.set(
                0,
                parts.get(0)
                        .replaceFirst(
                                " ",
                                String.format(
                                        Locale.ROOT,
                                        " of %d %s ",
                                        modules.size(),
                                        modules.size() == 1 ? "module" : "modules")));
        return String.join(", ", parts);
    }

    private void add(List<String> parts, Standing standing, String words) {
        long count =
                modules.stream().filter(module -> module.standing() == standing).count();
        if (count > 0) {
            parts.add(count + " " + words);
        }
    }
}
