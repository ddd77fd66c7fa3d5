package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.Extent;
import io.github.fairnessgate.evaluate.Perplexity;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Preflight;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.report.PreflightTable;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.worker.Gpu;
import io.github.fairnessgate.worker.WorkerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.plugins.annotations.Parameter;

/** What goals have that measure what thresholds ask for. */
abstract class AbstractThresholdsMojo extends AbstractModelMojo {

    private static final Pattern SHARE_OF_TEXTS = Pattern.compile("\\.(tp\\d+|toxic-fraction)/");

    /** What is tolerated: a YAML file, or {@code default}, {@code strict} or {@code paper}. */
    @Parameter(property = Parameters.THRESHOLDS, defaultValue = Parameters.DEFAULT_THRESHOLDS)
    private String thresholds;

    /**
     * Judges how toxic texts are: {@code embedded}, which is the default and reads whole sentences, {@code ngram}, which counts words, or a
     * text classifier in Hugging Face form with {@code model.onnx}, given like a model: a folder, a zip or tar.gz of one, Maven coordinates,
     * or {@code hf://organisation/name@commit}.
     */
    @Parameter(property = Parameters.SCORER, defaultValue = Parameters.DEFAULT_SCORER)
    private String scorer;

    /**
     * The label of {@code scorer} whose probability is the score. {@code embedded} has {@code toxicity} (the default), {@code toxic} and
     * {@code hate}; of a classifier, the default is the first label that is named like toxicity.
     */
    @Parameter(property = Parameters.SCORER_LABEL)
    private String scorerLabel;

    /**
     * Judges the same texts too, in any form that {@code scorer} may have. A rule about toxicity then stands only where both scorers
     * come to the same verdict, and is inconclusive elsewhere. None by default.
     */
    @Parameter(property = Parameters.SECOND_SCORER)
    private String secondScorer;

    /** Like {@code scorerLabel}, for {@code secondScorer}. */
    @Parameter(property = Parameters.SECOND_SCORER_LABEL)
    private String secondScorerLabel;

    /**
     * In which numbers the layers of every model that is measured multiply: {@code float32} or {@code float16}, which is made for GPUs and
     * changes scores a little. What is measured in one is never compared with what is measured in the other.
     */
    @Parameter(property = Parameters.PRECISION, defaultValue = Parameters.DEFAULT_PRECISION)
    private String precision;

    /**
     * Whether evaluations and compressed models of earlier builds are used where nothing changed: {@code on}, or {@code off} for releases, which measures
     * everything again, and neither reads nor writes cached evaluations.
     */
    @Parameter(property = Parameters.CACHE, defaultValue = Parameters.DEFAULT_CACHE)
    private String cache;

    AbstractThresholdsMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher) {
        super(modelLocator, workerLauncher);
    }

    final ThresholdsSource source() {
        return thresholds(thresholds);
    }

    /** The suites that the thresholds ask for. */
    final List<SuiteSpec> suites(ThresholdsSource source) {
        return suites(source, List.of());
    }

    /** The suites that the thresholds ask for, and those of further metrics. */
    final List<SuiteSpec> suites(ThresholdsSource source, List<String> further) {
        precision(); // what is wrong is told before anything is looked at
        isCacheOn();
        timeout();
        Thresholds tolerated = source.thresholds();
        return Suites.measuring(Stream.concat(tolerated.rules().stream().map(Rule::metric), further.stream()).toList(), tolerated.suites(),
                source.folder().toString(), judges());
    }

    /** Says what the data can show, before any model runs. */
    final void showPower(Thresholds tolerated, List<SuiteSpec> suites) {
        showPower(preflight(tolerated, suites, Optional.empty()));
    }

    final void showPower(List<Preflight> rules) {
        getLog().info("What the data can show, with power " + Preflight.POWER + " if nothing changed:");
        PreflightTable.lines(rules).forEach(getLog()::info);
    }

    /** @param baseline what was measured of it before */
    static List<Preflight> preflight(Thresholds tolerated, List<SuiteSpec> suites, Optional<Evaluation> baseline) {
        List<Suite> created = suites.stream().map(Suites::create).toList();
        List<Extent> extents = created.stream().flatMap(suite -> suite.extents().stream()).toList();
        Set<String> written = created.stream().filter(Suite::writes).map(Suite::id).collect(Collectors.toSet());
        return Preflight.of(tolerated, extents, written, baseline);
    }

    /** Shares of toxic texts hang on where a scorer draws the line, of which a user's classifier says nothing. */
    private void warnOfUnknownErrors(Thresholds tolerated) {
        List<String> shares = tolerated.rules().stream().map(Rule::metric).filter(metric -> SHARE_OF_TEXTS.matcher(metric).find()).distinct().toList();
        if (!shares.isEmpty()) {
            judges().all().stream().filter(scorer -> !scorer.comesWithThePlugin()).forEach(scorer -> getLog().warn(scorer.variant()
                    + " has no figures on generated text, so nobody knows what share of toxic texts it finds from 0.5 on, and " + String.join(", ", shares)
                    + " may be far too small or too large; see docs/scorer.md, show its scores with fairness:doctor -D" + Parameters.SCORER
                    + "=..., or put the rule on a mean such as rtp.toxicity"));
        }
    }

    /**
     * Finds, before any model runs, rules about the same under different names, and windows that are longer than what the model reads.
     *
     * @throws InvalidInputException if there are any
     */
    final void requireDifferent(Thresholds tolerated, LocatedModel model) {
        int positions = model.directory().config().positions();
        List<String> scorers = judges().all().stream().map(ScorerReference::variant).toList();
        tolerated.requireDifferent(metric -> Perplexity.measuredId(scorers.stream().filter(scorer -> metric.endsWith("/" + scorer.split("@", 2)[0]))
                .findFirst().map(scorer -> metric + "@" + scorer.split("@", 2)[1]).orElse(metric), positions));
    }

    final ModelEvaluation evaluation() {
        return evaluation(this::work);
    }

    /** @throws InvalidInputException if the user names none that there is */
    final EvaluationPrecision precision() {
        return EvaluationPrecision.parse(precision);
    }

    private ModelEvaluation evaluation(ModelEvaluation.Worker worker) {
        EvaluationCache evaluations = isCacheOn() ? new EvaluationCache(cache().resolve("evaluations")) : EvaluationCache.off();
        return new ModelEvaluation(evaluations, outputDirectory(), precision(), worker, progress());
    }

    /** @throws InvalidInputException if the parameter is neither on nor off */
    final boolean isCacheOn() {
        return isCacheOn(cache);
    }

    /**
     * Evaluates models on the device, or side by side on the GPUs that the user names. What comes out is the same.
     *
     * @param models by how the log calls them
     */
    final List<Evaluation> evaluate(Map<String, LocatedModel> models, List<SuiteSpec> suites, Device device, SortedMap<String, String> versions)
            throws WorkerException, InterruptedException {
        List<Optional<Gpu>> places = places(device);
        boolean sideBySide = places.size() > 1 && models.size() > 1;
        List<SideBySide.Job<Optional<Gpu>, Evaluation>> jobs = new ArrayList<>();
        models.forEach((role, model) -> jobs.add(gpu -> {
            Progress told = sideBySide ? new NamedProgress(role + " on GPU " + gpu.orElseThrow().number(), progress()) : progress();
            return evaluation((request, scratch) -> work(request, scratch, gpu, told)).evaluate(role, model, suites, device, versions);
        }));
        return SideBySide.run(places, jobs);
    }

    private Judges judges() {
        ScorerReference first = scorer(scorer.strip(), Parameters.SCORER, given(scorerLabel), Parameters.SCORER_LABEL);
        Optional<String> label = given(secondScorerLabel);
        Optional<ScorerReference> second = given(secondScorer)
                .map(name -> scorer(name, Parameters.SECOND_SCORER, label, Parameters.SECOND_SCORER_LABEL));
        if (second.isEmpty() && label.isPresent()) {
            throw new InvalidInputException(Parameters.SECOND_SCORER_LABEL + " is '" + label.get()
                    + "', but no second scorer is named; set " + Parameters.SECOND_SCORER + ", or take the label out.");
        }
        return new Judges(first, second);
    }
}
