package io.github.fairnessgate.gate;

import java.util.List;
import java.util.Optional;

/**
 * A verdict with its sentence.
 *
 * @param verdict nothing where no limit asks for one
 */
record Finding(Optional<Verdict> verdict, String reason) {

    Finding(Verdict verdict, String reason) {
        this(Optional.of(verdict), reason);
    }

    static Verdict worst(List<Finding> findings) {
        List<Verdict> verdicts = findings.stream()
                .map(finding -> finding.verdict().orElseThrow())
                .toList();
        if (verdicts.contains(Verdict.FAIL)) {
            return Verdict.FAIL;
        }
        return verdicts.contains(Verdict.INCONCLUSIVE) ? Verdict.INCONCLUSIVE : Verdict.PASS;
    }
}
