package io.github.fairnessgate.report;

/** Pages of the documentation that a report links to. */
enum Documentation {
    READING("tutorials/reading-a-report.md"),
    METRICS("metrics.md"),
    COSTS("metrics.md#size-latency-and-memory"),
    RECIPES("recipes.md"),
    DISTILLATION("recipes.md#distillation"),
    STRUCTURED_PRUNING("recipes.md#structured-pruning"),
    PRUNING_BY_BIAS("recipes.md#fasp-by-the-effect-on-bias"),
    WEIGHT_PRUNING("recipes.md#weight-pruning"),
    QUANTIZATION("recipes.md#quantization"),
    LOOKING_AGAIN("check.md#looking-again"),
    PARTS_OF_SUITES("metrics.md#part-of-a-suite"),
    WHAT_DATA_CAN_SHOW("statistics.md#what-data-can-show"),
    EXCEPTIONS("baseline.md#exceptions");

    static final String REPOSITORY = "https://github.com/fairnessgate/fairness-maven-plugin/blob/";

    private final String page;

    Documentation(String page) {
        this.page = page;
    }

    /** Page and heading, below {@code docs}. */
    String page() {
        return page;
    }

    /** The address in the state of a version of the plugin. */
    String address(String plugin) {
        return REPOSITORY + (plugin.matches("\\d+(\\.\\d+)*") ? "v" + plugin : "main") + "/docs/" + page;
    }
}
