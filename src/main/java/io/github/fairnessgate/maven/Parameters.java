package io.github.fairnessgate.maven;

import io.github.fairnessgate.model.PickledModels;
import java.util.Set;

/** Names and defaults of every user property, in one place. */
final class Parameters {

    static final String MODEL = "fairness.model";
    static final String CANDIDATE = "fairness.candidate";
    static final String ALLOW_MOVING_REVISION = "fairness.allowMovingRevision";
    static final String ALLOW_PICKLE = PickledModels.SWITCH;
    static final String RECIPE = "fairness.recipe";
    static final String THRESHOLDS = "fairness.thresholds";
    static final String BASELINE = "fairness.baseline";
    static final String REASON = "fairness.reason";
    static final String UNTIL = "fairness.until";
    static final String SLACK = "fairness.slack";
    static final String SCORER = "fairness.scorer";
    static final String SCORER_LABEL = "fairness.scorerLabel";
    static final String SECOND_SCORER = "fairness.secondScorer";
    static final String SECOND_SCORER_LABEL = "fairness.secondScorerLabel";
    static final String DEVICE = "fairness.device";
    static final String DEVICES = "fairness.devices";
    static final String PRECISION = "fairness.precision";
    static final String SKIP = "fairness.skip";
    static final String STRICT = "fairness.strict";
    static final String FAIL_ON_VIOLATION = "fairness.failOnViolation";
    static final String FAIL_ON_PROBLEM = "fairness.failOnProblem";
    static final String INIT_WORKFLOW = "fairness.init.workflow";
    static final String REPORTS = "fairness.reports";
    static final String SITE_DIRECTORY = "fairness.siteDirectory";
    static final String OUTPUT_DIRECTORY = "fairness.outputDirectory";
    static final String CACHE = "fairness.cache";
    static final String CACHE_DIRECTORY = "fairness.cacheDirectory";
    static final String ARG_LINE = "fairness.argLine";
    static final String TIMEOUT = "fairness.timeout";
    static final String ATTACH = "fairness.attach";
    static final String EVIDENCE = "fairness.evidence";
    static final String BUNDLE = "fairness.bundle";
    static final String UNVERIFIED_FILES = "fairness.unverifiedFiles";
    static final String FORCE = "fairness.force";
    static final String REPETITIONS = "fairness.repetitions";
    static final String SEEDS = "fairness.seeds";

    static final String DEFAULT_RECIPE = "int8";
    static final String DEFAULT_THRESHOLDS = "default";
    static final String DEFAULT_SCORER = "embedded";
    static final String NGRAM_SCORER = "ngram";
    static final String DEFAULT_REPORTS = "html,junit,sarif,markdown,badge,github";
    static final String DEFAULT_DEVICE = "auto";
    static final String DEFAULT_CACHE = "on";
    static final String DEFAULT_PRECISION = "float32";
    /** Seconds. */
    static final String DEFAULT_TIMEOUT = "86400";

    /** Properties that name what is judged and by what: an empty one would quietly give way to the default. */
    static final Set<String> NAMING = Set.of(MODEL, CANDIDATE, RECIPE, THRESHOLDS, BASELINE, BUNDLE);

    private Parameters() {
    }
}
