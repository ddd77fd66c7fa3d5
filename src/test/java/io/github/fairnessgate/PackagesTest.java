package io.github.fairnessgate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.maven.plugin.AbstractMojoExecutionException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.reporting.MavenReportException;

/**
 * Data flows one way: model, compress (train, sparsity, counterfactual), model, evaluate (runtime, score), gate,
 * report, evidence; above them the output folder (result), the use cases (pipeline, setup) and Maven, which starts
 * workers and fetches from the hub. Below the model are file, tensor and pickle, below evaluate is metric, below the
 * gate is statistics.
 */
@AnalyzeClasses(packages = "io.github.fairnessgate", importOptions = ImportOption.DoNotIncludeTests.class)
class PackagesTest {

    private static final String ROOT = "io.github.fairnessgate.";

    /** Made by the plugin tools; says nothing that comes from outside. */
    private static final String HELP = ROOT + "maven.HelpMojo";

    @ArchTest
    static final ArchRule layers = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("yaml")
            .definedBy(ROOT + "yaml")
            .layer("file")
            .definedBy(ROOT + "file")
            .layer("tensor")
            .definedBy(ROOT + "tensor")
            .layer("pickle")
            .definedBy(ROOT + "pickle")
            .layer("model")
            .definedBy(ROOT + "model")
            .layer("train")
            .definedBy(ROOT + "train")
            .layer("sparsity")
            .definedBy(ROOT + "sparsity")
            .layer("counterfactual")
            .definedBy(ROOT + "counterfactual")
            .layer("compress")
            .definedBy(ROOT + "compress")
            .layer("runtime")
            .definedBy(ROOT + "runtime")
            .layer("score")
            .definedBy(ROOT + "score")
            .layer("metric")
            .definedBy(ROOT + "metric")
            .layer("spi")
            .definedBy(ROOT + "spi")
            .layer("evaluate")
            .definedBy(ROOT + "evaluate")
            .layer("statistics")
            .definedBy(ROOT + "statistics")
            .layer("gate")
            .definedBy(ROOT + "gate")
            .layer("baseline")
            .definedBy(ROOT + "baseline")
            .layer("report")
            .definedBy(ROOT + "report")
            .layer("evidence")
            .definedBy(ROOT + "evidence")
            .layer("hub")
            .definedBy(ROOT + "hub")
            .layer("worker")
            .definedBy(ROOT + "worker")
            .layer("spark")
            .definedBy(ROOT + "spark")
            .layer("result")
            .definedBy(ROOT + "result")
            .layer("pipeline")
            .definedBy(ROOT + "pipeline")
            .layer("setup")
            .definedBy(ROOT + "setup")
            .layer("maven")
            .definedBy(ROOT + "maven")
            .whereLayer("yaml")
            .mayOnlyBeAccessedByLayers(
                    "compress", "evaluate", "gate", "baseline", "report", "result", "pipeline", "setup", "maven")
            .whereLayer("tensor")
            .mayOnlyBeAccessedByLayers("pickle", "model", "compress", "train", "runtime")
            .whereLayer("pickle")
            .mayOnlyBeAccessedByLayers("model")
            .whereLayer("train")
            .mayOnlyBeAccessedByLayers("compress")
            .whereLayer("sparsity")
            .mayOnlyBeAccessedByLayers("compress")
            .whereLayer("counterfactual")
            .mayOnlyBeAccessedByLayers("compress")
            .whereLayer("compress")
            .mayOnlyBeAccessedByLayers("report", "evidence", "worker", "result", "pipeline", "setup")
            .whereLayer("runtime")
            .mayOnlyBeAccessedByLayers("evaluate", "evidence", "worker")
            .whereLayer("score")
            .mayOnlyBeAccessedByLayers("evaluate", "worker", "pipeline", "setup")
            .whereLayer("metric")
            .mayOnlyBeAccessedByLayers(
                    "spi", "evaluate", "gate", "baseline", "report", "evidence", "result", "pipeline")
            .whereLayer("spi")
            .mayOnlyBeAccessedByLayers("evaluate", "score", "result")
            .whereLayer("evaluate")
            .mayOnlyBeAccessedByLayers("gate", "baseline", "report", "evidence", "worker", "result", "pipeline")
            .whereLayer("statistics")
            .mayOnlyBeAccessedByLayers("evaluate", "gate", "report", "evidence", "worker")
            .whereLayer("gate")
            .mayOnlyBeAccessedByLayers("baseline", "report", "evidence", "result", "pipeline", "setup", "maven")
            .whereLayer("baseline")
            .mayOnlyBeAccessedByLayers("evidence", "result", "pipeline")
            .whereLayer("report")
            .mayOnlyBeAccessedByLayers("evidence", "result", "pipeline", "maven")
            .whereLayer("evidence")
            .mayOnlyBeAccessedByLayers("result", "pipeline")
            .whereLayer("hub")
            .mayOnlyBeAccessedByLayers("maven")
            .whereLayer("worker")
            .mayOnlyBeAccessedByLayers("result", "pipeline", "setup", "maven")
            .whereLayer("spark")
            .mayOnlyBeAccessedByLayers("worker", "pipeline")
            .whereLayer("result")
            .mayOnlyBeAccessedByLayers("pipeline", "setup", "maven")
            .whereLayer("pipeline")
            .mayOnlyBeAccessedByLayers("setup", "maven")
            .whereLayer("setup")
            .mayOnlyBeAccessedByLayers("maven")
            .whereLayer("maven")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

    /** Its classes run among Spark's, where no library of ours is. */
    @ArchTest
    static final ArchRule sparkSeesBytesOnly = classes()
            .that()
            .resideInAPackage(ROOT + "spark")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "scala..", "org.apache.spark..", ROOT + "spark");

    /** They are not there unless a cluster is asked. */
    @ArchTest
    static final ArchRule onlyTheDriverAndItsTasksKnowSpark = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "spark")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("scala..", "org.apache.spark..");

    @ArchTest
    static final ArchRule statisticsStandsAlone = standsAlone("statistics");

    @ArchTest
    static final ArchRule fileStandsAlone = standsAlone("file");

    @ArchTest
    static final ArchRule metricStandsAlone = standsAlone("metric");

    @ArchTest
    static final ArchRule extensionsSeeOnlyMetrics = standsAlone("spi", "metric");

    @ArchTest
    static final ArchRule counterfactualSeesOnlyFile = standsAlone("counterfactual", "file");

    @ArchTest
    static final ArchRule tensorSeesOnlyFile = standsAlone("tensor", "file");

    @ArchTest
    static final ArchRule pickleSeesOnlyTensorAndFile = standsAlone("pickle", "tensor", "file");

    @ArchTest
    static final ArchRule onlyMavenSeesMaven = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "maven")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.maven..", "org.eclipse.aether..", "javax.inject..");

    @ArchTest
    static final ArchRule onlyTrainSeesTheTrainingEngine = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "train")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "ai.djl",
                    "ai.djl.ndarray..",
                    "ai.djl.engine..",
                    "ai.djl.training..",
                    "ai.djl.nn..",
                    "ai.djl.pytorch..");

    @ArchTest
    static final ArchRule onlyModelAndScoreSeeTheTokenizers = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "model", ROOT + "score")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.huggingface..");

    @ArchTest
    static final ArchRule onlyRuntimeAndScoreSeeOnnx = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "runtime", ROOT + "score")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.onnxruntime..", "ai.onnx..");

    @ArchTest
    static final ArchRule theGateIsPureArithmetic = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "gate", ROOT + "statistics")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio..", "com.fasterxml..", "ai..");

    @ArchTest
    static final ArchRule sparsityIsPureArithmetic = noClasses()
            .that()
            .resideInAPackage(ROOT + "sparsity")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio..", "com.fasterxml..", "ai..");

    @ArchTest
    static final ArchRule onlyFileAndPickleUnpackArchives = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "file", ROOT + "pickle")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.commons.compress..");

    @ArchTest
    static final ArchRule onlyHubAndClusterOpenConnections = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "hub", ROOT + "spark")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net.http..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.net.Socket")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.net.URLConnection");

    @ArchTest
    static final ArchRule hubSeesOnlyFilesAndModels = noClasses()
            .that()
            .resideInAPackage(ROOT + "hub")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "compress..",
                    ROOT + "evaluate..",
                    ROOT + "gate..",
                    ROOT + "report..",
                    ROOT + "runtime..",
                    ROOT + "score..",
                    ROOT + "train..",
                    ROOT + "worker..");

    /** Whatever a goal says is made printable there. */
    @ArchTest
    static final ArchRule onlyThePrintableLogWritesToMavensLog = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "maven.PrintableLog")
            .and()
            .doNotHaveFullyQualifiedName(HELP)
            .should()
            .accessTargetWhere(JavaAccess.Predicates.targetOwner(JavaClass.Predicates.type(Log.class)))
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.apache.maven.plugin.logging.SystemStreamLog");

    /** The same for what Maven prints when a build ends. */
    @ArchTest
    static final ArchRule onlyOneClassMakesTheEndsOfBuilds = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "maven.BuildEnd")
            .and()
            .doNotHaveFullyQualifiedName(HELP)
            .should()
            .accessTargetWhere(JavaAccess.Predicates.targetOwner(
                    JavaClass.Predicates.assignableTo(AbstractMojoExecutionException.class)
                            .or(JavaClass.Predicates.assignableTo(MavenReportException.class))));

    /** The worker's protocol and its own log, the bar on a terminal, and the workflow commands of GitHub Actions. */
    @ArchTest
    static final ArchRule fewClassesPrint = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "worker.WorkerMain")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "worker.StandardInput")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "spark.SparkDriver")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "maven.LogProgress")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "result.ReportFiles")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule onlyOneClassWritesXml = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "report.JUnitReport")
            .and()
            .doNotHaveFullyQualifiedName(HELP)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javax.xml..", "org.w3c..");

    @ArchTest
    static final ArchRule onlyPagesRendersHtml = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "report.Pages")
            .and()
            .haveNameNotMatching(".*\\.PrintableHtml(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("freemarker..");

    /**
     * What is read whole may not be larger than what it is for; the exceptions are files of the system, and lines that
     * are read one by one.
     */
    @ArchTest
    static final ArchRule filesAreReadWithinLimits = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "worker.Machine")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "worker.CudaLibraries")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "worker.WorkerMain")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "evaluate.EvaluationFiles")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "spark.JobFile")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "spark.ExecutorWorker")
            .should()
            .accessTargetWhere(JavaAccess.Predicates.targetOwner(JavaClass.Predicates.type(Files.class))
                    .and(JavaAccess.Predicates.target(HasName.Predicates.nameMatching(
                            "readAllBytes|readString|readAllLines|lines|newBufferedReader"))));

    @ArchTest
    static final ArchRule archivesAreOpenedWithinLimits = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "file.Zips")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "file.TarGz")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "pickle.TorchZip")
            .should()
            .accessTargetWhere(
                    JavaAccess.Predicates.targetOwner(JavaClass.Predicates.assignableTo(ArchiveInputStream.class))
                            .and(JavaAccess.Predicates.target(HasName.Predicates.name("<init>"))))
            .orShould()
            .callMethod(ZipFile.class, "builder");

    @ArchTest
    static final ArchRule mojosAreNamedLikeTheirGoals = classes()
            .that()
            .areAssignableTo("org.apache.maven.plugin.Mojo")
            .should()
            .haveSimpleNameEndingWith("Mojo");

    /** Of the project, a package uses only itself, what is named beside it, and the root package. */
    private static ArchRule standsAlone(String name, String... others) {
        String[] seen = Stream.concat(
                        Stream.of("io.github.fairnessgate", ROOT + name),
                        Stream.of(others).map(ROOT::concat))
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.github.fairnessgate..")
                        .and(JavaClass.Predicates.resideOutsideOfPackages(seen)));
    }
}
