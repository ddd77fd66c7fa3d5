package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Durations;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.compress.Distillation;
import io.github.fairnessgate.compress.Estimate;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.model.Gpt2Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What someone should know before a recipe is set to work on a model.
 *
 * @param recipe the recipe's name
 * @param time that passes until it is done, roughly; nothing where that cannot be told, which is on a GPU
 * @param halved whether it computes in float16 on a CPU
 * @param smaller whether the result has less than the model, in parameters or in bytes of one
 */
public record RecipeForecast(String recipe, Optional<Duration> time, boolean halved, boolean smaller) {

    /** What is worth a warning. */
    private static final Duration LONG = Duration.ofMinutes(10);

    /** @param processors cores of the CPU, 1 or more */
    public static RecipeForecast of(Recipe recipe, Gpt2Config model, Device device, int processors) {
        List<Gpt2Config> shapes = recipe.plan(model);
        boolean distilledOnly = recipe.stages().stream().allMatch(Distillation.class::isInstance);
        boolean smaller = !distilledOnly || shapes.get(shapes.size() - 1).parameters() < model.parameters();
        boolean halved = device == Device.CPU
                && recipe.stages().stream()
                        .anyMatch(stage -> stage instanceof Distillation distillation && distillation.isInFloat16());
        return new RecipeForecast(
                recipe.name(),
                device == Device.CPU
                        ? Optional.of(Estimate.processorTime(recipe, model).dividedBy(processors))
                        : Optional.empty(),
                halved,
                smaller);
    }

    public boolean isLong() {
        return time.filter(estimate -> estimate.compareTo(LONG) > 0).isPresent();
    }

    /** One sentence each. */
    public List<String> warnings(Duration timeout) {
        List<String> warnings = new ArrayList<>();
        if (!smaller) {
            warnings.add("The recipe " + recipe
                    + " keeps all layers of this model, so the result is not smaller; name another with -D"
                    + Parameters.RECIPE + "=..., for instance heads-30 or int8.");
        }
        if (isLong()) {
            warnings.add("The recipe " + recipe + " takes " + text()
                    + " on this CPU; a GPU is much faster, and the recipes heads-30 and int8 (-D" + Parameters.RECIPE
                    + "=...) take minutes. A build that is killed goes on from its last checkpoint.");
        }
        if (halved) {
            warnings.add("The recipe " + recipe
                    + " asks for precision: float16, which is meant for a GPU; most CPUs compute slower in "
                    + "it than in float32.");
        }
        time.filter(estimate -> estimate.compareTo(timeout) > 0)
                .ifPresent(estimate ->
                        warnings.add("That is more than " + Parameters.TIMEOUT + ", after which the worker is stopped ("
                                + timeout.toSeconds() + " s): raise it, or run the build again to go on."));
        return warnings;
    }

    /** {@code about 3 h 07 min}, {@code seconds or minutes}, {@code a time that depends on the GPU}. */
    public String text() {
        return time.map(estimate ->
                        estimate.isZero() ? "seconds or minutes" : "about " + Durations.text(estimate.toNanos()))
                .orElse("a time that depends on the GPU");
    }
}
