package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.evaluate.Portion;
import io.github.fairnessgate.evaluate.Portion.Side;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.Preflight;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.report.SearchFiles;
import io.github.fairnessgate.result.EvidenceFile;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.search.CandidateResult;
import io.github.fairnessgate.search.CandidateResult.Problem;
import io.github.fairnessgate.search.JudgedBefore;
import io.github.fairnessgate.search.Objective;
import io.github.fairnessgate.search.RecipeFile;
import io.github.fairnessgate.search.RecipeVariant;
import io.github.fairnessgate.search.Rounds;
import io.github.fairnessgate.search.SearchPlan;
import io.github.fairnessgate.search.SearchPlanReader;
import io.github.fairnessgate.search.SearchResult;
import io.github.fairnessgate.worker.WorkerException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the best recipe that keeps the thresholds: makes every candidate, screens them on one side of the data, and
 * judges the few that are left on the other side, which chose nothing.
 */
public final class Searching {

    /** The folder below the output folder. */
    private static final String FOLDER = "search";

    /** The recipe that was chosen. */
    private static final String CHOSEN = "chosen.yaml";

    /** As in thresholds: resamples have no stable quantile below. */
    private static final BigDecimal LEAST_ALPHA = new BigDecimal("0.001");

    private final ModelHost host;
    private final Workers workers;
    private final Measuring measuring;

    public Searching(ModelHost host, MeasuringSettings settings, ComputeSettings compute) {
        this.host = host;
        this.workers = new Workers(host, compute);
        this.measuring = new Measuring(host, workers, settings);
    }

    /**
     * @param written the model, as the user wrote it
     * @param search the file that says what is tried
     */
    public Outcome run(String written, String search) throws WorkerException, InterruptedException {
        Path folder = host.locations().output().resolve(FOLDER);
        SearchPlan plan = SearchPlanReader.read(search, host.locations().base());
        JudgedBefore before = JudgedBefore.in(folder);
        ThresholdsSource source = measuring.thresholds();
        List<SuiteSpec> suites = measuring.suites(
                source, plan.objectives().stream().map(Objective::metric).toList());
        Measuring.requireValues(plan.objectives(), suites);
        Thresholds screening = source.thresholds().judgedOnce().allowingUnderpowered();
        Thresholds judging = source.thresholds().judgedOnce().forEachOf(plan.finalists());
        requireLevel(judging, plan);
        List<SuiteSpec> confirmation = portion(suites, new Portion(Side.CONFIRMATION, plan.confirmation(), 1));
        Measuring.preflight(source.thresholds(), suites, Optional.empty()); // what no search can judge is told first
        measuring.showPower(preflight(judging, confirmation, plan));
        List<Rounds.Round> rounds = rounds(plan, screening, suites);
        LocatedModel model = new ModelFinder(host).original(written);
        measuring.requireDifferent(source.thresholds(), model);
        Device device = workers.device();
        Candidates candidates = new Candidates(host, workers, folder, measuring.isCacheOn());
        Map<String, Recipe> recipes = candidates.recipes(plan.variants(), model);
        Candidates.Made made = candidates.make(plan.variants(), recipes, model, device);
        requireMade(made, search);
        CandidateTrial trial = new CandidateTrial(measuring, plan.objectives(), model, device);
        Contest contest = new Contest(host.messages(), made.models(), made.problems());
        for (Rounds.Round round : rounds) {
            if (contest.left().size() <= round.kept()) {
                continue; // candidates that could not be made leave room for the others
            }
            double share = round.share() * (1 - plan.confirmation());
            host.messages()
                    .info("Screening " + contest.left().size() + " candidates on " + percent(share) + " of the data:");
            List<SuiteSpec> data = portion(suites, new Portion(Side.SEARCH, plan.confirmation(), round.share()));
            contest.screen(trial.of(contest.left(), data, screening, share), round.kept(), round.share() == 1);
        }
        if (rounds.isEmpty()) {
            host.messages()
                    .info(
                            "Every candidate is a finalist, so nothing is screened, and the data of the search are not used");
        }
        host.messages()
                .info("Judging " + contest.left().size() + (contest.left().size() == 1 ? " finalist" : " finalists")
                        + " on the other " + percent(plan.confirmation()) + " of the data:");
        contest.judge(trial.of(contest.left(), confirmation, judging, plan.confirmation()));
        List<CandidateResult> results = plan.variants().stream()
                .map(variant -> contest.result(variant.id(), variant.label()))
                .toList();
        Set<String> data = data(confirmation);
        Set<String> tried = plan.variants().stream()
                .map(variant -> variant.digest(model.directory().digest()))
                .collect(Collectors.toSet());
        SearchResult result = SearchResult.of(plan.objectives(), judging, results, before.others(data, tried));
        before.add(data, tried);
        return conclude(result, plan, source, folder);
    }

    private static void requireMade(Candidates.Made made, String search) throws WorkerException {
        if (!made.models().isEmpty()) {
            return;
        }
        String sentence = "No candidate of the search " + search + " could be made; the first problem: "
                + made.problems().values().iterator().next().sentence();
        if (made.problems().values().stream().anyMatch(problem -> problem.kind() == Problem.Kind.FAILED)) {
            throw new WorkerException(sentence);
        }
        throw new InvalidInputException(sentence);
    }

    /**
     * Removes what an earlier search chose, so that a build that breaks or skips leaves none that looks like its own.
     */
    public static void clear(Path output) {
        Path folder = output.resolve(FOLDER);
        SearchFiles.delete(folder, SearchFiles.Form.SEARCH);
        AtomicFiles.delete(folder.resolve(CHOSEN));
    }

    private static void requireLevel(Thresholds judging, SearchPlan plan) {
        if (judging.alpha().compareTo(LEAST_ALPHA) < 0) {
            throw new InvalidInputException(
                    ("The search judges %d finalists at alpha %s each, but no interval is known below %s: "
                                    + "name fewer finalists, or raise alpha.")
                            .formatted(
                                    plan.finalists(),
                                    judging.alpha().round(new MathContext(3)).toPlainString(),
                                    LEAST_ALPHA));
        }
    }

    /** In the words of the search: which side has too few items. */
    private static List<Preflight> preflight(Thresholds judging, List<SuiteSpec> confirmation, SearchPlan plan) {
        try {
            return Measuring.preflight(judging, confirmation, Optional.empty());
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    ("%s%s The search judges %d finalists on %s of the data; name fewer finalists, raise "
                                    + "confirmation, measure more items, or set -D%s=search.")
                            .formatted(
                                    e.getMessage(),
                                    e.getMessage().endsWith(".") ? "" : ".",
                                    plan.finalists(),
                                    percent(plan.confirmation()),
                                    Parameters.THRESHOLDS),
                    e);
        }
    }

    /** Rounds in which every rule has items. */
    private static List<Rounds.Round> rounds(SearchPlan plan, Thresholds screening, List<SuiteSpec> suites) {
        List<Rounds.Round> rounds = new ArrayList<>();
        for (Rounds.Round round : Rounds.of(plan.variants().size(), plan.finalists())) {
            double share = round.share();
            while (!hasItems(plan, screening, suites, share)) {
                share = Rounds.more(share);
            }
            rounds.add(new Rounds.Round(share, round.candidates(), round.kept()));
        }
        return rounds;
    }

    private static boolean hasItems(SearchPlan plan, Thresholds screening, List<SuiteSpec> suites, double share) {
        try {
            Measuring.preflight(
                    screening, portion(suites, new Portion(Side.SEARCH, plan.confirmation(), share)), Optional.empty());
            return true;
        } catch (InvalidInputException tooFew) {
            if (share == 1) {
                throw tooFew;
            }
            return false;
        }
    }

    private static List<SuiteSpec> portion(List<SuiteSpec> suites, Portion portion) {
        return suites.stream()
                .map(suite -> Suites.isOfCosts(suite.id()) ? suite : suite.withPortion(portion))
                .toList();
    }

    /** Digests of what judges. */
    private static Set<String> data(List<SuiteSpec> suites) {
        return suites.stream()
                .filter(suite -> !Suites.isOfCosts(suite.id()))
                .map(suite -> Suites.create(suite).dataDigest())
                .collect(Collectors.toSet());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.3g %%", 100 * share);
    }

    private Outcome conclude(SearchResult result, SearchPlan plan, ThresholdsSource source, Path folder) {
        SearchFiles files = SearchFiles.write(
                folder,
                SearchFiles.Form.SEARCH,
                new SearchFiles.Origin(
                        host.libraries().plugin(),
                        host.identity(),
                        EvidenceFile.portable(source.name(), host.locations().base())),
                result);
        files.lines().forEach(host.messages()::info);
        files.warnings().forEach(host.messages()::warn);
        if (result.chosen().isEmpty()) {
            return new Outcome(List.of(
                    "No recipe of the search keeps the thresholds (page: " + files.page() + ")",
                    files.sentence() + "."));
        }
        RecipeVariant best = plan.variants().stream()
                .filter(variant -> variant.id().equals(result.chosen().get().id()))
                .findFirst()
                .orElseThrow();
        Path recipe = folder.resolve(CHOSEN);
        AtomicFiles.write(recipe, RecipeFile.chosen(best, folder).getBytes(StandardCharsets.UTF_8));
        host.messages().info(files.sentence() + ".");
        host.messages().info("Recipe: " + recipe + "; page: " + files.page());
        return Outcome.GOOD;
    }
}
