package io.github.fairnessgate.gate;

import java.time.LocalDate;
import java.util.List;

/**
 * What became of an exception.
 *
 * @param exception the exception
 * @param state whether it is used
 */
public record ExceptionUse(AcceptedException exception, State state) {

    /** Whether an exception is used, and if not, why. */
    public enum State {
        /** It accepts a rule that does not pass. */
        USED,
        /** Every rule about its metric and slice passes, or there is none that decides: it should be taken out. */
        UNUSED,
        /** Its last day is over: the rule decides again. */
        EXPIRED,
        /** The numbers are worse than those that were accepted: the rule decides. */
        EXCEEDED,
        /** The rule guards against a broken model, which no exception accepts: the rule decides. */
        CAPABILITY
    }

    static ExceptionUse of(AcceptedException exception, List<RuleResult> results, LocalDate today) {
        return new ExceptionUse(
                exception,
                state(
                        exception,
                        results.stream()
                                .filter(result -> concerns(exception, result))
                                .toList(),
                        today));
    }

    private static State state(AcceptedException exception, List<RuleResult> notPassed, LocalDate today) {
        if (today.isAfter(exception.until())) {
            return State.EXPIRED;
        }
        if (notPassed.isEmpty()) {
            return State.UNUSED;
        }
        if (notPassed.stream().anyMatch(result -> result.rule().role() == Rule.Role.CAPABILITY)) {
            return State.CAPABILITY;
        }
        return notPassed.stream().allMatch(exception::covers) ? State.USED : State.EXCEEDED;
    }

    /** Whether the result, which is not a pass, does not decide because of this exception. */
    boolean accepts(RuleResult result) {
        return state == State.USED && concerns(exception, result);
    }

    private static boolean concerns(AcceptedException exception, RuleResult result) {
        return result.isAbout(exception.metric(), exception.slice())
                && result.rule().decides()
                && result.verdict().filter(verdict -> verdict != Verdict.PASS).isPresent();
    }

    /** The exception in one sentence. */
    public String sentence() {
        return "%s: \"%s\", %s at %s"
                .formatted(
                        exception.subject(),
                        exception.reason(),
                        switch (state) {
                            case USED -> "accepted on %s until %s".formatted(exception.date(), exception.until());
                            case UNUSED ->
                                "accepted until %s, but no rule needs it; run fairness:baseline to remove it"
                                        .formatted(exception.until());
                            case EXPIRED -> "expired after %s, the rule decides again".formatted(exception.until());
                            case EXCEEDED ->
                                ("does not apply: the candidate is worse than the numbers that were accepted (harm "
                                                + "+%s%s)")
                                        .formatted(
                                                exception.harmIncrease().toPlainString(),
                                                exception
                                                        .newlyBiasedRate()
                                                        .map(rate -> ", newly biased " + rate.toPlainString() + " %")
                                                        .orElse(""));
                            case CAPABILITY -> "does not apply: a rule with role: capability accepts no exception";
                        },
                        exception.location());
    }
}
