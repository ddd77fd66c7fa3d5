package io.github.fairnessgate;

import java.util.Set;

/** Names and defaults of every user property, in one place. */
public final class Parameters {

    public static final String MODEL = "fairness.model";
    public static final String CANDIDATE = "fairness.candidate";
    public static final String ALLOW_MOVING_REVISION = "fairness.allowMovingRevision";
    public static final String ALLOW_PICKLE = "fairness.allowPickle";
    public static final String RECIPE = "fairness.recipe";
    public static final String THRESHOLDS = "fairness.thresholds";
    public static final String BASELINE = "fairness.baseline";
    public static final String REASON = "fairness.reason";
    public static final String UNTIL = "fairness.until";
    public static final String HISTORY = "fairness.history";
    public static final String SLACK = "fairness.slack";
    public static final String SCORER = "fairness.scorer";
    public static final String SCORER_LABEL = "fairness.scorerLabel";
    public static final String SECOND_SCORER = "fairness.secondScorer";
    public static final String SECOND_SCORER_LABEL = "fairness.secondScorerLabel";
    public static final String DEVICE = "fairness.device";
    public static final String DEVICES = "fairness.devices";
    public static final String PRECISION = "fairness.precision";
    public static final String SKIP = "fairness.skip";
    public static final String STRICT = "fairness.strict";
    public static final String FAIL_ON_VIOLATION = "fairness.failOnViolation";
    public static final String FAIL_ON_PROBLEM = "fairness.failOnProblem";
    public static final String INIT_WORKFLOW = "fairness.init.workflow";
    public static final String INIT_SHARDS = "fairness.init.shards";
    public static final String REPORTS = "fairness.reports";
    public static final String SCHEMA_DIRECTORY = "fairness.schemaDirectory";
    public static final String SITE_DIRECTORY = "fairness.siteDirectory";
    public static final String OUTPUT_DIRECTORY = "fairness.outputDirectory";
    public static final String CACHE = "fairness.cache";
    public static final String CACHE_DIRECTORY = "fairness.cacheDirectory";
    public static final String ARG_LINE = "fairness.argLine";
    public static final String LOCK = "fairness.lock";
    public static final String TIMEOUT = "fairness.timeout";
    public static final String ATTACH = "fairness.attach";
    public static final String EVIDENCE = "fairness.evidence";
    public static final String BUNDLE = "fairness.bundle";
    public static final String UNVERIFIED_FILES = "fairness.unverifiedFiles";
    public static final String FORCE = "fairness.force";
    public static final String REPETITIONS = "fairness.repetitions";
    public static final String SHARD = "fairness.shard";
    public static final String SHARDS = "fairness.shards";
    public static final String MIXED_PROCESSORS = "fairness.mixedProcessors";
    public static final String SPARK_MASTER = "fairness.spark.master";
    public static final String SPARK_VERSION = "fairness.spark.version";
    public static final String SPARK_PROPERTIES = "fairness.spark.properties";
    public static final String SPARK_SHARDS = "fairness.spark.shards";
    public static final String SEEDS = "fairness.seeds";
    public static final String SEARCH = "fairness.search";
    public static final String CANDIDATES = "fairness.candidates";
    public static final String OBJECTIVES = "fairness.objectives";
    public static final String DEFAULT_OBJECTIVES = "size.bytes";

    public static final String DEFAULT_RECIPE = "int8";
    public static final String DEFAULT_THRESHOLDS = "default";
    public static final String DEFAULT_SCORER = "embedded";
    public static final String NGRAM_SCORER = "ngram";
    public static final String DEFAULT_REPORTS = "html,junit,sarif,markdown,badge,github";
    public static final String DEFAULT_MIXED_PROCESSORS = "warn";
    public static final String DEFAULT_SPARK_SHARDS = "16";
    public static final String DEFAULT_DEVICE = "auto";
    public static final String DEFAULT_LOCK = "auto";
    public static final String DEFAULT_CACHE = "on";
    public static final String DEFAULT_PRECISION = "float32";
    /** Seconds. */
    public static final String DEFAULT_TIMEOUT = "86400";

    /** Properties that name what is judged and by what: an empty one would quietly give way to the default. */
    public static final Set<String> NAMING =
            Set.of(MODEL, CANDIDATE, RECIPE, THRESHOLDS, BASELINE, BUNDLE, HISTORY, SEARCH, CANDIDATES);

    private Parameters() {}
}
