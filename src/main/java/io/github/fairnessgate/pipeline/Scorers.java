package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the scorers that a user names. */
public final class Scorers {

    private final ModelHost host;
    private final ScorerSettings settings;

    public Scorers(ModelHost host, ScorerSettings settings) {
        this.host = host;
        this.settings = settings;
    }

    /**
     * The first scorer, and the second if one is named.
     *
     * @throws InvalidInputException if there is no such scorer or label
     */
    Judges judges() {
        ScorerReference first = first().orElseThrow();
        Optional<String> label = ParameterValues.given(settings.secondLabel());
        Optional<ScorerReference> second = ParameterValues.given(settings.second())
                .map(name -> scorer(name, Parameters.SECOND_SCORER, label, Parameters.SECOND_SCORER_LABEL));
        if (second.isEmpty() && label.isPresent()) {
            throw new InvalidInputException(Parameters.SECOND_SCORER_LABEL + " is '" + label.get()
                    + "', but no second scorer is named; set " + Parameters.SECOND_SCORER + ", or take the label out.");
        }
        return new Judges(first, second);
    }

    /** The first scorer, if one is named. */
    public Optional<ScorerReference> first() {
        return ParameterValues.given(settings.scorer())
                .map(name -> scorer(
                        name, Parameters.SCORER, ParameterValues.given(settings.label()), Parameters.SCORER_LABEL));
    }

    private ScorerReference scorer(String name, String property, Optional<String> label, String labelProperty) {
        if (name.equals(Parameters.DEFAULT_SCORER)) {
            return label.map(ScorerReference::embedded).orElseGet(ScorerReference::embedded);
        }
        Optional<ScorerReference> withoutLabels = name.equals(Parameters.NGRAM_SCORER)
                ? Optional.of(ScorerReference.ngram())
                : ScorerReference.provided(name);
        if (withoutLabels.isPresent()) {
            requireUnambiguous(name, property, host.locations().base());
            label.ifPresent(unknown -> {
                throw new InvalidInputException(labelProperty + " is '" + unknown + "', but the scorer '" + name
                        + "' has no labels; remove it, or name" + " the scorer 'embedded' or a classifier.");
            });
            return withoutLabels.get();
        }
        try {
            LocatedFolder classifier = host.classifier(name);
            return ScorerReference.classifier(classifier.path(), classifier.name(), label);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    property + " is neither 'embedded' nor 'ngram' nor a usable toxicity classifier: " + e.getMessage(),
                    e);
        }
    }

    /**
     * A scorer of an extension must not quietly stand in for a classifier that the user meant.
     *
     * @throws InvalidInputException if there is a file or folder of the scorer's name
     */
    static void requireUnambiguous(String name, String property, Path base) {
        Path file = base.resolve(name);
        if (!name.equals(Parameters.NGRAM_SCORER) && Files.exists(file)) {
            throw new InvalidInputException(
                    ("%s is '%s', which is a scorer of an extension and also %s; write ./%s for the classifier, or "
                                    + "rename one of the two.")
                            .formatted(property, name, file, name));
        }
    }
}
