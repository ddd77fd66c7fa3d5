package io.github.fairnessgate.report;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import java.nio.charset.StandardCharsets;

/** What stays of a rule from build to build, so that code scanning tells a new finding from one that it knows. */
final class RuleIdentity {

    private RuleIdentity() {}

    /** SHA-256 of metric, slice, role and origin, in hexadecimal. */
    static String digest(RuleResult result) {
        String identity = result.metric().id() + "\n" + result.rule().slice() + "\n"
                + EnumText.of(result.rule().role())
                + (result.rule().origin() == Rule.Origin.BASELINE ? "\nbaseline" : "");
        return Digests.sha256(identity.getBytes(StandardCharsets.UTF_8));
    }
}
