package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.sparsity.Cut;
import io.github.fairnessgate.sparsity.LinearWeights;
import io.github.fairnessgate.sparsity.Magnitude;
import io.github.fairnessgate.sparsity.Share;
import io.github.fairnessgate.sparsity.Target;
import java.util.Iterator;
import java.util.List;

/** Weights of a model without those of least magnitude. Holds one tensor at a time. */
final class MagnitudePruning {

    private final ModelDirectory model;
    private final List<String> tensors;
    private final Target target;

    /** Over all tensors; null if each is compared with itself only. */
    private final Cut cut;

    MagnitudePruning(ModelDirectory model, List<String> tensors, Target target, WeightPruning.Scope scope) {
        this.model = model;
        this.tensors = tensors;
        this.target = target;
        this.cut = scope == WeightPruning.Scope.GLOBAL && target instanceof Share share ? cut(share) : null;
    }

    private Cut cut(Share share) {
        long size = tensors.stream()
                .mapToLong(name -> model.tensor(name).elements())
                .sum();
        return Cut.lowest(this::scores, share.of(size));
    }

    private Iterator<float[]> scores() {
        return tensors.stream()
                .map(name -> Magnitude.scores(model.tensor(name).toFloats()))
                .iterator();
    }

    /** The new values of a tensor; to be asked in canonical order, once for each. */
    float[] weights(String name) {
        float[] values = model.tensor(name).toFloats();
        if (!tensors.contains(name)) {
            return values;
        }
        if (cut != null) {
            return Magnitude.prune(values, cut);
        }
        long[] shape = model.tensor(name).shape();
        return Magnitude.prune(new LinearWeights((int) shape[0], (int) shape[1], values), target);
    }
}
