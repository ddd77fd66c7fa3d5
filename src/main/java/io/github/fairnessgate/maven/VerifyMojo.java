package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evidence.Evidence;
import io.github.fairnessgate.evidence.Inspection;
import io.github.fairnessgate.evidence.ModelRecord;
import io.github.fairnessgate.evidence.VerifiedBundle;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.model.ShippedFiles;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.report.RunSettings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;

/**
 * Judges evaluations that exist, without running a model, and fails the build when the thresholds are not kept. With {@code bundle} it first checks that
 * an evidence bundle is sound: that every digest holds and that everything in it follows from its items.
 */
@Mojo(name = "verify", defaultPhase = LifecyclePhase.VERIFY, requiresProject = false, threadSafe = true)
public class VerifyMojo extends AbstractFairnessMojo {

    private static final String HUB = "hf://";

    /**
     * What is tolerated: a YAML file, or {@code default}, {@code strict} or {@code paper}; {@code default} if nothing is given. With {@code bundle}, what the
     * bundle was judged by if nothing is given.
     */
    @Parameter(property = Parameters.THRESHOLDS)
    private String thresholds;

    /**
     * What was accepted before: the file that the goal {@code baseline} writes; {@code src/main/fairness/baseline.json} by default, if it exists. With
     * {@code bundle}, a file counts only if it is named here.
     */
    @Parameter(property = Parameters.BASELINE)
    private String baseline;

    /** Whether a gate that does not pass fails the build; if not, it warns. */
    @Parameter(property = Parameters.FAIL_ON_VIOLATION, defaultValue = "true")
    private String failOnViolation;

    /**
     * The forms that the report is written in beside {@code report.json}: some of {@code html}, {@code junit}, {@code sarif}, {@code markdown},
     * {@code badge} and {@code github} (annotations, only where {@code GITHUB_ACTIONS} is set).
     */
    @Parameter(property = Parameters.REPORTS, defaultValue = Parameters.DEFAULT_REPORTS)
    private List<String> reports;

    /**
     * An evidence bundle to judge in place of the evaluations in the output folder: a file, or Maven coordinates
     * {@code groupId:artifactId[:extension[:classifier]]:version}, where the extension is {@code zip} and the classifier {@code fairness} if nothing else is said.
     */
    @Parameter(property = Parameters.BUNDLE)
    private String bundle;

    /** With {@code bundle}: the model that the bundle has to be about as its candidate, in any form that {@code model} of the goal {@code check} may have. */
    @Parameter(property = Parameters.CANDIDATE)
    private String candidate;

    /** With {@code bundle}: the original model that the bundle's candidate has to be compared with. */
    @Parameter(property = Parameters.MODEL)
    private String model;

    /** Whether the revision of a model on the Hugging Face hub may be a branch or tag. */
    @Parameter(property = Parameters.ALLOW_MOVING_REVISION, defaultValue = "false")
    private boolean allowMovingRevision;

    /**
     * Whether a model's weights may be a Python pickle ({@code pytorch_model.bin}) where it has no safetensors. It is converted by a reader that runs
     * nothing of it.
     */
    @Parameter(property = Parameters.ALLOW_PICKLE, defaultValue = "true")
    private String allowPickle;

    /** Unpacked models; {@code .cache/fairness} in the local repository by default. */
    @Parameter(property = Parameters.CACHE_DIRECTORY)
    private File cacheDirectory;

    /**
     * Whether what the verdict follows from is kept in {@code evidence.zip} in the output folder. With {@code bundle} there is one already.
     */
    @Parameter(property = Parameters.EVIDENCE, defaultValue = "true")
    private String evidence;

    /** Whether the evidence is attached to the build as a zip with the classifier {@code fairness}, to be installed and deployed with it. */
    @Parameter(property = Parameters.ATTACH, defaultValue = "true")
    private String attach;

    /**
     * What becomes of files that are shipped with the candidate and that nothing was compared with: {@code warn}, or {@code fail}, by which the build is
     * broken.
     */
    @Parameter(property = Parameters.UNVERIFIED_FILES, defaultValue = "warn")
    private String unverifiedFiles;

    private final ModelLocator modelLocator;
    private final WorkerLauncher workerLauncher;
    private final MavenProjectHelper projectHelper;
    private boolean onlyVerified;

    @Inject
    public VerifyMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher, MavenProjectHelper projectHelper) {
        this.modelLocator = modelLocator;
        this.workerLauncher = workerLauncher;
        this.projectHelper = projectHelper;
    }

    @Override
    void begin() {
        removeReports();
        if (given(bundle).isEmpty()) {
            evidenceFile(); // with a bundle, that may be the file to judge
        }
    }

    @Override
    void skip(String by) {
        leaveWord(by);
    }

    @Override
    void run() throws MojoFailureException {
        onlyVerified = InspectedModel.isStrict(unverifiedFiles);
        Optional<String> given = given(bundle);
        if (given.isPresent()) {
            judgeBundle(given.get());
        } else {
            judgeEvaluations();
        }
    }

    private void judgeEvaluations() throws MojoFailureException {
        EvidenceFile evidenceFile = evidenceFile();
        Judgement judgement = judgement(reports, failOnViolation);
        boolean kept = isTrue(evidence, Parameters.EVIDENCE);
        boolean attached = isTrue(attach, Parameters.ATTACH);
        List<Look> looks = MeasuredLooks.read(outputDirectory());
        given(model).ifPresent(named -> requireEvaluated(named, Parameters.MODEL, "original model", looks.get(0).baseline()));
        given(candidate).ifPresent(named -> requireEvaluated(named, Parameters.CANDIDATE, "candidate", looks.get(0).candidate()));
        BaselineSource accepted = existingBaseline(baseline);
        ThresholdsSource source = thresholds(given(thresholds).orElse(Parameters.DEFAULT_THRESHOLDS));
        MeasuredData.requireUnchanged(source, looks.get(0), getLog()::warn);
        String measured = looks.get(0).candidate().provenance().source();
        Optional<InspectedModel> after = MeasuredLooks.candidateModel(outputDirectory(), looks.get(0)).map(model -> InspectedModel.of(measured, GivenModel.of(model),
                Optional.empty()));
        requireVerified(measured, after.map(InspectedModel::record));
        EvidenceFile.Judged judged = new EvidenceFile.Judged(plugin(), build(plugin()), source, accepted, looks, Optional.empty(), after,
                GateReliabilityFiles.read(outputDirectory()));
        judgement.pronounce(judged, shown(SettingsInUse.ofEvaluations(settings(), source, accepted, looks.get(0), outputDirectory())),
                kept ? evidenceFile.keeper(judged, attached ? Optional.of(file -> attachEvidence(projectHelper, file)) : Optional.empty()) : Judgement.Keeper.NONE);
    }

    private void requireVerified(String source, Optional<ModelRecord> candidateModel) {
        if (onlyVerified) {
            InspectedModel.requireVerified(source, candidateModel.flatMap(ModelRecord::shipped));
        }
    }

    private List<RunSettings.Setting> shown(List<RunSettings.Setting> settings) {
        new RunSettings(settings, List.of()).lines().forEach(getLog()::info);
        return settings;
    }

    /** Evaluations of another model than the one that is named would be judged in its place. */
    private void requireEvaluated(String named, String property, String role, Evaluation evaluation) {
        String evaluated = evaluation.provenance().source();
        if (!mayBe(named, evaluated)) {
            throw new InvalidInputException(("%s is %s, but the %s of the evaluations in %s is %s: run fairness:check or fairness:evaluate with the same %s,"
                    + " or leave it out.").formatted(property, named, role, MeasuredLooks.folder(outputDirectory()), evaluated, property));
        }
    }

    /** Models need not be at hand here. A branch or tag of the hub has become a commit when it was evaluated. */
    private boolean mayBe(String named, String evaluated) {
        if (named.equals(evaluated)) {
            return true;
        }
        if (named.startsWith(HUB)) {
            return named.replaceFirst("@.*", "").equals(evaluated.replaceFirst("@.*", "")) && !named.matches(".*@[0-9A-Fa-f]{40}");
        }
        try {
            return baseDirectory().resolve(named).normalize().equals(baseDirectory().resolve(evaluated).normalize());
        } catch (InvalidPathException e) {
            return false; // on Windows the colons of Maven coordinates cannot be in a path
        }
    }

    private String plugin() {
        return workerLauncher.versions().plugin();
    }

    private void judgeBundle(String reference) throws MojoFailureException {
        Judgement judgement = judgement(reports, failOnViolation);
        Path file = bundleFile(reference);
        try (Scratch scratch = Scratch.in(outputDirectory())) {
            VerifiedBundle verified = VerifiedBundle.read(file, build(plugin()), LocalDate.now(clock()), scratch.folder());
            Evidence inside = verified.evidence();
            getLog().info("Evidence: " + file + ", made by " + inside.build() + ": every digest holds, and the report, " + verified.report().gate().verdict()
                    + " by the thresholds " + inside.thresholdsName() + ", follows from the items");
            verified.notes().forEach(getLog()::warn);
            given(candidate).ifPresentOrElse(named -> requireCandidate(named, inside), () -> sayWhoVerified(inside));
            given(model).ifPresent(named -> requireOriginal(named, inside));
            requireVerified(inside.candidateModel().source(), Optional.of(inside.candidateModel()));
            if (given(thresholds).isPresent() || given(baseline).isPresent()) {
                judgeByOwn(judgement, verified);
            } else {
                judgement.pronounce(verified.report(), shown(SettingsInUse.ofBundle(settings(), verified, Optional.empty(), Optional.empty())),
                        Judgement.Keeper.NONE, false);
            }
        }
    }

    /** Nothing of what the bundle's maker tolerates or accepts counts, except where the verifier names no thresholds. */
    private void judgeByOwn(Judgement judgement, VerifiedBundle verified) throws MojoFailureException {
        Evidence inside = verified.evidence();
        ThresholdsSource source = given(thresholds).map(this::thresholds).orElseGet(() -> new ThresholdsSource(inside.thresholdsName(), baseDirectory(),
                Optional.empty(), inside.thresholds(), verified.report().gate().thresholds()));
        BaselineSource accepted = given(baseline).isPresent() ? existingBaseline(baseline)
                : new BaselineSource(baseDirectory(), Optional.empty(), Optional.empty(), Optional.empty(), LocalDate.now(clock()));
        verified.report().warnings().forEach(getLog()::warn);
        getLog().info("Judged anew by " + given(thresholds).map(name -> "the thresholds " + name).orElse("the bundle's thresholds")
                + given(baseline).map(name -> " and the baseline file " + name).orElse(" and no baseline file"));
        judgement.pronounce(new EvidenceFile.Judged(plugin(), build(plugin()), source, accepted, inside.looks(), Optional.empty(),
                Optional.of(inside.candidateModel()).filter(ModelRecord::filesAreKnown).map(record -> new InspectedModel(Optional.empty(), record)),
                        inside.tests()),
                shown(SettingsInUse.ofBundle(settings(), verified, given(thresholds).map(name -> source), given(baseline).map(name -> accepted))), Judgement.Keeper.NONE);
    }

    /** Every file has to be the one of the evidence, and what is said of it has to hold: it is looked at again. */
    private void requireCandidate(String reference, Evidence inside) {
        ModelRecord expected = inside.candidateModel();
        GivenModel folder = located(reference);
        requireSame(reference, Parameters.CANDIDATE, "candidate", expected, ModelRecord.all(reference, folder));
        ModelRecord found = Inspection.of(reference, folder, inside.baselineModel().files());
        expected.overstates(found).ifPresent(difference -> {
            throw different(reference, Parameters.CANDIDATE, "candidate", expected, difference);
        });
        getLog().info("%s %s is the candidate that the evidence is about: %s; verified here: %s".formatted(Parameters.CANDIDATE, reference,
                expected.filesAreKnown()
                ? "each of its " + expected.files().size() + " files has the digest that the evidence lists"
                : "its configuration, weights and tokenizer are those that were measured", found.shipped().orElseThrow().counts()));
        found.shipped().flatMap(ShippedFiles::warning).ifPresent(getLog()::warn);
    }

    private void requireOriginal(String reference, Evidence inside) {
        ModelRecord expected = inside.baselineModel();
        ModelRecord found = ModelRecord.all(reference, located(reference));
        requireSame(reference, Parameters.MODEL, "original model", expected, expected.filesAreKnown() ? found.limitedTo(expected) : found);
        getLog().info(Parameters.MODEL + " " + reference
                + " is the original model that the evidence is about: its configuration, weights and tokenizer are those that were measured");
    }

    private void sayWhoVerified(Evidence inside) {
        if (inside.candidateModel().filesAreKnown()) {
            getLog().info("Of the candidate's files, this bundle has digests alone: what is verified of them is what " + inside.build()
                    + " found when it made the bundle; give the"
                    + " model that you received as " + Parameters.CANDIDATE + " to have it verified here");
        }
    }

    private GivenModel located(String reference) {
        return modelLocator.locate(reference, new ModelLocator.Surroundings(baseDirectory(), cache(cacheDirectory), allowMovingRevision,
                isTrue(allowPickle, Parameters.ALLOW_PICKLE), session(), project(), LogProgress.forBuild(getLog(), session()))).given();
    }

    private static void requireSame(String reference, String property, String role, ModelRecord expected, ModelRecord found) {
        expected.differs(found).ifPresent(difference -> {
            throw different(reference, property, role, expected, difference);
        });
    }

    private static InvalidInputException different(String reference, String property, String role, ModelRecord expected, String difference) {
        return new InvalidInputException("%s is %s, which is not the %s that the evidence is about (%s, sha256 %s): %s.".formatted(property, reference, role,
                expected.source(), expected.digest(), difference));
    }

    private Path bundleFile(String reference) {
        Optional<Path> file = file(reference);
        if (file.isPresent()) {
            return file.get();
        }
        ModelReference.Coordinates coordinates = ModelReference.Coordinates.parse(reference).orElseThrow(() -> new InvalidInputException(
                "There is no evidence bundle " + baseDirectory().resolve(reference).normalize() + "; " + Parameters.BUNDLE
                        + " must be a file, or Maven coordinates groupId:artifactId[:extension[:classifier]]:version."));
        ModelReference.Coordinates complete = coordinates.classifier().isEmpty() ? new ModelReference.Coordinates(coordinates.groupId(), coordinates.artifactId(),
                coordinates.extension(), "fairness", coordinates.version()) : coordinates;
        return modelLocator.artifact(complete, "evidence bundle", session(), project());
    }

    private Optional<Path> file(String reference) {
        try {
            return Optional.of(baseDirectory().resolve(reference).normalize()).filter(Files::isRegularFile);
        } catch (InvalidPathException e) {
            return Optional.empty(); // on Windows the colons of Maven coordinates cannot be in a path
        }
    }
}
