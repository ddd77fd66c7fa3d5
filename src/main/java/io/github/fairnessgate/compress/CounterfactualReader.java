package io.github.fairnessgate.compress;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.counterfactual.SwapList;
import io.github.fairnessgate.counterfactual.SwapListReader;
import io.github.fairnessgate.train.LossWeights;
import io.github.fairnessgate.train.TeacherCombination;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the {@link Counterfactual} of a distillation. */
final class CounterfactualReader {

    /** As recipes have it. */
    private enum Teacher {
        NONE,
        MEAN,
        MAX
    }

    private CounterfactualReader() {}

    /** @param baseDirectory what a relative path starts from */
    static Counterfactual read(YamlMap counterfactual, LossWeights loss, Path baseDirectory) {
        counterfactual.requireKeys("swaps", "augment", "teacher");
        boolean augment = counterfactual
                .optional("augment")
                .map(value -> value.asScalar().bool())
                .orElse(true);
        Optional<TeacherCombination> teacher = teacher(counterfactual, loss);
        if (!augment && teacher.isEmpty()) {
            throw counterfactual.problem("counterfactual changes nothing, because augment is false and the teacher is "
                    + Counterfactual.PLAIN_TEACHER + "; set teacher to mean or max, leave out augment, or remove"
                    + " counterfactual");
        }
        return new Counterfactual(counterfactual.location(), swaps(counterfactual, baseDirectory), augment, teacher);
    }

    private static SwapList swaps(YamlMap counterfactual, Path baseDirectory) {
        YamlScalar written =
                counterfactual.optional("swaps").map(YamlNode::asScalar).orElse(null);
        if (written == null) {
            return SwapListReader.read(SwapListReader.BUILTIN, baseDirectory);
        }
        String name = written.text();
        if (name.startsWith("builtin:") && !name.equals(SwapListReader.BUILTIN)) {
            throw written.problem(
                    "there are no swaps \"%s\"; there is %s, or name a file".formatted(name, SwapListReader.BUILTIN));
        }
        return SwapListReader.read(name, baseDirectory);
    }

    private static Optional<TeacherCombination> teacher(YamlMap counterfactual, LossWeights loss) {
        Teacher teacher = counterfactual
                .optional("teacher")
                .map(value -> value.asScalar().oneOf(Teacher.class))
                .orElse(Teacher.NONE);
        if (teacher == Teacher.NONE) {
            return Optional.empty();
        }
        if (loss.ce() == 0 && loss.reverseKl() == 0 && loss.mse() == 0) {
            throw counterfactual
                    .required("teacher")
                    .problem(
                            ("teacher: %s applies only to the loss terms ce, reverseKl and mse, but all are 0; raise one"
                                            + " of them, or remove teacher")
                                    .formatted(EnumText.of(teacher)));
        }
        return Optional.of(TeacherCombination.valueOf(teacher.name()));
    }
}
