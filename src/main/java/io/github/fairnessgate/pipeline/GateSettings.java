package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.result.InspectedModel;
import io.github.fairnessgate.result.ReportFiles;
import io.github.fairnessgate.result.ReportForm;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What follows from a verdict.
 *
 * @param formats of the report
 * @param failOnViolation whether a gate that does not pass fails the build
 * @param evidence whether what the verdict follows from is kept
 * @param attach whether that is attached to the build
 * @param onlyVerified whether files of the candidate that nothing was compared with are an error
 * @param history the file that the result is appended to; nothing where the user named none
 */
public record GateSettings(
        Set<ReportForm> formats,
        boolean failOnViolation,
        boolean evidence,
        boolean attach,
        boolean onlyVerified,
        Optional<String> history) {

    /**
     * Reads what the user wrote.
     *
     * @throws io.github.fairnessgate.InvalidInputException if one of them is none of the words that it may be
     */
    public static GateSettings of(
            List<String> reports,
            String failOnViolation,
            String evidence,
            String attach,
            String unverifiedFiles,
            Optional<String> history) {
        return new GateSettings(
                ReportFiles.formats(reports),
                ParameterValues.isTrue(failOnViolation, Parameters.FAIL_ON_VIOLATION),
                ParameterValues.isTrue(evidence, Parameters.EVIDENCE),
                ParameterValues.isTrue(attach, Parameters.ATTACH),
                InspectedModel.isStrict(unverifiedFiles),
                history);
    }
}
