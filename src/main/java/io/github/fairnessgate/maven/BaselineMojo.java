package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.baseline.Baseline;
import io.github.fairnessgate.baseline.BaselineFile;
import io.github.fairnessgate.baseline.BaselineUpdate;
import io.github.fairnessgate.baseline.Loosening;
import io.github.fairnessgate.gate.Look;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Accepts the candidate that was evaluated: writes the baseline file, whose limits only become tighter. What does not pass is accepted only with
 * a reason, and only until a day.
 */
@Mojo(name = "baseline", requiresProject = false, threadSafe = true)
public class BaselineMojo extends AbstractFairnessMojo {

    private static final int USUAL_DAYS = 90;
    private static final int MOST_YEARS = 1;
    private static final String SHARE = "0(\\.\\d{1,6})?|1(\\.0{1,6})?";
    private static final BigDecimal USUAL_SLACK = new BigDecimal("0.5");

    /** What is tolerated: a YAML file, or {@code default}, {@code strict} or {@code paper}. */
    @Parameter(property = Parameters.THRESHOLDS, defaultValue = Parameters.DEFAULT_THRESHOLDS)
    private String thresholds;

    /** The file, which belongs into version control; {@code src/main/fairness/baseline.json} by default. */
    @Parameter(property = Parameters.BASELINE)
    private String baseline;

    /** Why numbers that do not pass are accepted until {@code until}; without it they are not. */
    @Parameter(property = Parameters.REASON)
    private String reason;

    /** The last day of what is accepted with a {@code reason}, like {@code 2026-12-31}, at most a year ahead; by default in 90 days. */
    @Parameter(property = Parameters.UNTIL)
    private String until;

    /**
     * How much worse than the best candidate that was accepted a later one may be, as a share from 0 to 1 of each rule's margin; by
     * default what the file says, and 0.5 for a new one. It does not loosen a limit that is in the file.
     */
    @Parameter(property = Parameters.SLACK)
    private String slack;

    @Override
    void run() {
        List<Look> looks = MeasuredLooks.read(outputDirectory());
        BaselineSource source = baseline(baseline);
        Optional<Loosening> loosening = loosening(source.today());
        BaselineUpdate update = new BaselineUpdate(source.file().toString(), source.baseline(), thresholds(thresholds).thresholds(),
                looks, source.today());
        BaselineUpdate.Result result = update.accept(slack(source.baseline()), loosening);
        if (source.baseline().equals(Optional.of(result.after()))) {
            getLog().info("The candidate changes nothing in " + source.file() + ".");
            return;
        }
        BaselineFile.write(source.file(), result.after(), source.today());
        result.changes().forEach(getLog()::info);
        getLog().info("Wrote " + source.file() + "; commit it, so that its history says who accepted what.");
    }

    private Optional<Loosening> loosening(LocalDate today) {
        Optional<String> why = given(reason);
        Optional<String> day = given(until);
        if (why.isEmpty()) {
            if (reason != null || day.isPresent()) {
                throw new InvalidInputException("Nothing is accepted without a reason: " + Parameters.REASON + " is empty; write why, or take "
                        + Parameters.REASON + " and " + Parameters.UNTIL + " out.");
            }
            return Optional.empty();
        }
        LocalDate last = day.map(BaselineMojo::date).orElse(today.plusDays(USUAL_DAYS));
        if (last.isBefore(today) || last.isAfter(today.plusYears(MOST_YEARS))) {
            throw new InvalidInputException("%s must lie from today (%s in UTC) to %s, but is %s; an exception lasts a year at most.".formatted(
                    Parameters.UNTIL, today, today.plusYears(MOST_YEARS), last));
        }
        return Optional.of(new Loosening(why.get(), last));
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new InvalidInputException(Parameters.UNTIL + " must be a date like 2026-12-31, but is '" + text + "'.", e);
        }
    }

    private BigDecimal slack(Optional<Baseline> before) {
        Optional<String> share = given(slack);
        if (share.isEmpty()) {
            return before.map(Baseline::slack).orElse(USUAL_SLACK);
        }
        if (!share.get().matches(SHARE)) {
            throw new InvalidInputException(Parameters.SLACK + " is a share of a rule's margin and must be a number from 0 to 1, like 0.5, but is '"
                    + share.get() + "'.");
        }
        return new BigDecimal(share.get());
    }
}
