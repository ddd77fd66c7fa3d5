package io.github.fairnessgate.gate;

import io.github.fairnessgate.metric.Metric;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The tests of one rule.
 *
 * @param change nothing where the items show nothing
 * @param candidate if the rule limits it
 * @param churn where an item is biased or not
 * @param corrected if the rule asks for it
 */
record RuleTests(
        Optional<ChangeTest> change,
        Optional<CandidateTest> candidate,
        Optional<ChurnTest> churn,
        Optional<CorrectedTest> corrected) {

    static final RuleTests NONE = new RuleTests(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static RuleTests of(
            Rule rule, Metric metric, Harm harm, RuleItems items, Optional<RoganGladen> correction, Levels levels) {
        boolean enough = items.showsAnything(metric);
        Optional<ChangeTest> change =
                enough ? Optional.of(ChangeTest.of(rule, items, metric, harm, levels)) : Optional.empty();
        Optional<ChurnTest> churn = metric.estimator() == Metric.Estimator.SHARE
                ? Optional.of(ChurnTest.of(items, harm, rule.newlyBiasedLimit().filter(limit -> enough), levels))
                : Optional.empty();
        Optional<CandidateTest> candidate = rule.candidateLimit()
                .filter(limit -> enough)
                .map(limit -> CandidateTest.of(items, harm, limit, levels));
        return new RuleTests(
                change,
                candidate,
                churn,
                correction.flatMap(method ->
                        change.map(test -> CorrectedTest.of(method, test, items, rule.candidateLimit(), levels))));
    }

    /** What the tests claim about the rule, for adjustment together with the claims of other rules. */
    List<Claim> claims(Rule rule) {
        return Stream.of(
                        change.filter(test -> claimsChange(rule)).map(ChangeTest::claim),
                        candidate.map(CandidateTest::claim),
                        churn.flatMap(ChurnTest::claim),
                        corrected.flatMap(CorrectedTest::candidate).map(CandidateTest::claim))
                .flatMap(Optional::stream)
                .toList();
    }

    static boolean claimsChange(Rule rule) {
        return rule.changeLimit().isPresent() || rule.role() == Rule.Role.EXPLORATORY;
    }
}
