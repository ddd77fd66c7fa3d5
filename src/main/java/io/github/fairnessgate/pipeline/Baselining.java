package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.baseline.Baseline;
import io.github.fairnessgate.baseline.BaselineFile;
import io.github.fairnessgate.baseline.BaselineUpdate;
import io.github.fairnessgate.baseline.Loosening;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.report.History;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.result.BaselineSource;
import io.github.fairnessgate.result.FinishedResult;
import io.github.fairnessgate.result.MeasuredLooks;
import io.github.fairnessgate.result.ThresholdsSource;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * Accepts the candidate that was evaluated: writes the baseline file, whose limits only become tighter. What does not
 * pass is accepted only with a reason, and only until a day.
 */
public final class Baselining {

    private static final int USUAL_DAYS = 90;
    private static final int MOST_YEARS = 1;
    private static final String SHARE = "0(\\.\\d{1,6})?|1(\\.0{1,6})?";
    private static final BigDecimal USUAL_SLACK = new BigDecimal("0.5");

    private final Host host;

    public Baselining(Host host) {
        this.host = host;
    }

    public Outcome run(BaselineSettings settings) {
        Locations locations = host.locations();
        List<Look> looks = MeasuredLooks.read(locations.output());
        BaselineSource source = BaselineSource.read(
                ParameterValues.given(settings.baseline()), locations.base(), locations.checkout(), host.today());
        Optional<Loosening> loosening = loosening(settings, source.today());
        ThresholdsSource thresholds =
                ThresholdsSource.read(settings.thresholds(), locations.base(), locations.checkout(), locations.pom());
        BaselineUpdate update = new BaselineUpdate(
                source.file().toString(), source.baseline(), thresholds.thresholds(), looks, source.today());
        BaselineUpdate.Result result = update.accept(slack(settings, source.baseline()), loosening);
        ParameterValues.given(settings.history()).ifPresent(this::record);
        if (source.baseline().equals(Optional.of(result.after()))) {
            host.messages().info("The candidate changes nothing in " + source.file() + ".");
            return Outcome.GOOD;
        }
        BaselineFile.write(source.file(), result.after(), source.today());
        result.changes().forEach(host.messages()::info);
        host.messages().info("Wrote " + source.file() + "; commit it, so that its history says who accepted what.");
        return Outcome.GOOD;
    }

    /** Before the baseline file is written: a history that cannot be used must not leave half of the work. */
    private void record(String written) {
        Path output = host.locations().output();
        if (!FinishedResult.isIn(output)) {
            throw new InvalidInputException("There is no result in " + output + " that " + Parameters.HISTORY
                    + " could record: run fairness:check first, or leave the property out.");
        }
        Path file = HistoryFile.in(host, written);
        Report report = FinishedResult.read(output);
        Report own = report.with(host.identity());
        try (HistoryFile locked = HistoryFile.lock(file, host.identity().project())) {
            History after = locked.with(own);
            if (after.equals(locked.read())) {
                host.messages().info("The result is in " + file + " already.");
                return;
            }
            locked.write(after);
        }
        host.messages().info("Appended the result to " + file + "; commit it.");
    }

    private static Optional<Loosening> loosening(BaselineSettings settings, LocalDate today) {
        Optional<String> why = ParameterValues.given(settings.reason());
        Optional<String> day = ParameterValues.given(settings.until());
        if (why.isEmpty()) {
            if (settings.reason() != null || day.isPresent()) {
                throw new InvalidInputException("Nothing is accepted without a reason: " + Parameters.REASON
                        + " is empty; write why, or take " + Parameters.REASON + " and " + Parameters.UNTIL + " out.");
            }
            return Optional.empty();
        }
        LocalDate last = day.map(Baselining::date).orElse(today.plusDays(USUAL_DAYS));
        if (last.isBefore(today) || last.isAfter(today.plusYears(MOST_YEARS))) {
            throw new InvalidInputException(
                    "%s must lie from today (%s in UTC) to %s, but is %s; an exception lasts a year at most."
                            .formatted(Parameters.UNTIL, today, today.plusYears(MOST_YEARS), last));
        }
        return Optional.of(new Loosening(why.get(), last));
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new InvalidInputException(
                    Parameters.UNTIL + " must be a date like 2026-12-31, but is '" + text + "'.", e);
        }
    }

    private static BigDecimal slack(BaselineSettings settings, Optional<Baseline> before) {
        Optional<String> share = ParameterValues.given(settings.slack());
        if (share.isEmpty()) {
            return before.map(Baseline::slack).orElse(USUAL_SLACK);
        }
        if (!share.get().matches(SHARE)) {
            throw new InvalidInputException(Parameters.SLACK
                    + " is a share of a rule's margin and must be a number from 0 to 1, like 0.5, but is '"
                    + share.get() + "'.");
        }
        return new BigDecimal(share.get());
    }
}
