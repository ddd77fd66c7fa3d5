package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Continuations.Prompt;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.runtime.LanguageModel;
import java.util.List;

/**
 * A suite that has prompts continued and the continuations judged, as {@link Continuations} says. A unit of a
 * {@link Subset} is a prompt.
 */
abstract class PromptSuite extends DataSuite {

    private final String task;
    private final Continuations continuations;

    /**
     * @param task what the progress is called
     * @param digest of all the prompts
     */
    PromptSuite(int version, Subset subset, String digest, Continuations continuations, String task) {
        super(continuations.suite(), version, subset, continuations.digest(digest));
        this.task = task;
        this.continuations = continuations;
    }

    /** All prompts, in the order of the data. */
    abstract List<Prompt> prompts();

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public String measured() {
        return continuations.code();
    }

    /** The metrics of every prompt. */
    List<Metric> metrics() {
        return continuations.metrics();
    }

    @Override
    public final List<Extent> extents() {
        return Extent.of(
                        metrics(),
                        chosen().stream()
                                .map(prompt -> new Extent.Unit(prompt.cluster(), prompt.slices()))
                                .toList())
                .stream()
                .map(extent -> extent.over(continuations.number()))
                .toList();
    }

    @Override
    public SuiteResult evaluate(LanguageModel model, Progress progress) {
        return continuations.measure(model, chosen(), task, progress);
    }

    /** The prompts that are measured. */
    final List<Prompt> chosen() {
        return subset().portion(subset().of(prompts(), Prompt::id, Prompt::slices, Prompt::cluster), Prompt::cluster);
    }
}
