package io.github.fairnessgate.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.result.ThresholdsSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.w3c.dom.Document;

class ProjectSetupTest {

    @TempDir
    Path folder;

    @Test
    void theThresholdsThatAreWrittenSayWhatTheDefaultSays() {
        assertThat(setup(true).complete()).anyMatch(line -> line.startsWith("Thresholds: wrote "));
        Path file = folder.resolve("fairness-thresholds.yaml");
        assertThat(file)
                .content()
                .startsWith("# yaml-language-server: $schema=src/main/fairness/thresholds.schema.json\n#\n# What this "
                        + "project tolerates")
                .contains("0.1.0")
                .contains("# --- toxicity");
        assertThat(rules(file.toString())).isNotEmpty().isEqualTo(rules("default"));
    }

    @Test
    void whatIsThereIsNeverOverwrittenAndASecondRunSaysThatAllIsThere() throws IOException {
        BuiltinModels.extract("reference-gpt2", folder.resolve("src/main"));
        Files.move(
                folder.resolve("src/main").resolve(only(folder.resolve("src/main"))), folder.resolve("src/main/model"));
        setup(true).complete();
        Map<Path, String> before = texts();
        assertThat(before)
                .containsKeys(
                        folder.resolve("fairness-thresholds.yaml"), folder.resolve(".github/workflows/fairness.yml"));
        Files.writeString(folder.resolve("fairness-thresholds.yaml"), "version: 1\nrules: []\n");
        before.put(folder.resolve("fairness-thresholds.yaml"), "version: 1\nrules: []\n");
        List<String> second = new ProjectSetup(
                        new ModuleSetup(
                                folder,
                                pom(Optional.of(List.of("check", "compress"))),
                                Optional.empty(),
                                Optional.of("fairness-thresholds.yaml"),
                                "0.1.0"),
                        List.of(),
                        folder,
                        OptionalInt.of(1))
                .complete();
        assertThat(second)
                .contains(
                        "Model: src/main/model",
                        "Thresholds: fairness-thresholds.yaml is there",
                        "Workflow: .github/workflows/fairness.yml is there",
                        "POM: has the plugin with the goals [check, compress]",
                        "All is there. Next: mvn verify")
                .noneMatch(line -> line.contains("wrote"));
        assertThat(texts()).isEqualTo(before);
    }

    @Test
    void withoutBeingAskedForAWorkflowIsNotWritten() {
        assertThat(setup(false).complete())
                .contains("Workflow: none for GitHub Actions; -Dfairness.init.workflow writes one");
        assertThat(folder.resolve(".github")).doesNotExist();
    }

    @Test
    void aWorkflowThatAlreadyRunsThePluginIsFound() throws IOException {
        Path workflows = Files.createDirectories(folder.resolve(".github/workflows"));
        Files.writeString(workflows.resolve("a.yml"), "on: push\n");
        Files.writeString(workflows.resolve("b.yaml"), "- run: mvn fairness:check\n");
        assertThat(setup(true).complete()).contains("Workflow: .github/workflows/b.yaml is there");
        assertThat(workflows.resolve("fairness.yml")).doesNotExist();
    }

    @Test
    void theWorkflowIsYamlThatRunsInTheModulesFolder() throws IOException {
        Path module = Files.createDirectories(folder.resolve("some/module"));
        new ProjectSetup(
                        new ModuleSetup(module, Optional.empty(), Optional.empty(), Optional.empty(), "0.1.0"),
                        List.of(),
                        folder,
                        OptionalInt.of(1))
                .complete();
        Map<?, ?> workflow = yaml(folder.resolve(".github/workflows/fairness.yml"));
        List<Map<?, ?>> steps = steps(workflow);
        assertThat(steps)
                .extracting(step -> (Object) step.get("run"))
                .contains("mvn -B verify")
                .doesNotContain("bash \"$GITHUB_WORKSPACE/.fairness-maven-plugin/.github/action/install.sh\"");
        assertThat(steps)
                .filteredOn(step -> "mvn -B verify".equals(step.get("run")))
                .allMatch(step -> "some/module".equals(step.get("working-directory")));
        assertThat(workflow.toString()).contains("some/module/**/target/fairness/report.*");
        assertThat(module.resolve("fairness-thresholds.yaml")).exists();
    }

    @Test
    void theWorkflowBuildsAPluginThatNoRepositoryHas() throws IOException {
        List<String> lines = new ProjectSetup(
                        new ModuleSetup(
                                Files.createDirectories(folder.resolve("a")),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                "0.1.0-SNAPSHOT"),
                        List.of(),
                        folder,
                        OptionalInt.of(1))
                .complete();
        assertThat(lines)
                .anyMatch(line -> line.contains("no repository has 0.1.0-SNAPSHOT; replace OWNER and REVISION"));
        List<Map<?, ?>> steps = steps(yaml(folder.resolve(".github/workflows/fairness.yml")));
        List<Object> runs = steps.stream().map(step -> (Object) step.get("run")).toList();
        int install = runs.indexOf("bash \"$GITHUB_WORKSPACE/.fairness-maven-plugin/.github/action/install.sh\"");
        assertThat(install).isPositive().isLessThan(runs.indexOf("mvn -B verify"));
        assertThat((Object) steps.get(install).get("working-directory")).isEqualTo("a");
        assertThat(Path.of(".github/action/install.sh")).exists();
    }

    /** A cache that keeps all of the local repository under a key of the run grows by a gigabyte with every run. */
    @Test
    void theWorkflowKeepsTheSameThingOnce() throws IOException {
        setup(true).complete();
        List<Map<?, ?>> caches = steps(yaml(folder.resolve(".github/workflows/fairness.yml"))).stream()
                .filter(step -> String.valueOf(step.get("uses")).startsWith("actions/cache"))
                .toList();
        assertThat(caches).hasSize(3).allSatisfy(cache -> {
            Map<?, ?> with = (Map<?, ?>) cache.get("with");
            assertThat(with.get("key").toString()).doesNotContain("run_id", "sha");
            assertThat(with.get("path").toString()).isNotEqualTo("~/.m2/repository");
        });
    }

    private static List<Map<?, ?>> steps(Map<?, ?> workflow) {
        return ((List<?>) ((Map<?, ?>) ((Map<?, ?>) workflow.get("jobs")).get("fairness")).get("steps"))
                .stream().<Map<?, ?>>map(step -> (Map<?, ?>) step).toList();
    }

    @Test
    void theSnippetIsXmlWithTheModelThatWasFound() throws Exception {
        List<String> lines = new ProjectSetup(
                        new ModuleSetup(
                                folder,
                                pom(Optional.empty()),
                                Optional.of("models/a & b"),
                                Optional.of("strict"),
                                "0.1.0"),
                        List.of(),
                        folder,
                        OptionalInt.empty())
                .complete();
        assertThat(lines).contains("Thresholds: strict, built in, as configured");
        String snippet = String.join(
                "\n", lines.stream().filter(line -> line.startsWith("    ")).toList());
        Document plugin = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(snippet.getBytes(StandardCharsets.UTF_8)));
        assertThat(plugin.getElementsByTagName("model").item(0).getTextContent())
                .isEqualTo("models/a & b");
        assertThat(plugin.getElementsByTagName("thresholds").item(0).getTextContent())
                .isEqualTo("strict");
        assertThat(plugin.getElementsByTagName("version").item(0).getTextContent())
                .isEqualTo("0.1.0");
        assertThat(folder.resolve("strict")).doesNotExist();
        assertThat(folder.resolve("fairness-thresholds.yaml")).doesNotExist();
    }

    @Test
    void aPluginThatJudgesNothingIsNotAllThere() {
        List<String> lines = new ProjectSetup(
                        new ModuleSetup(
                                folder,
                                pom(Optional.of(List.of("compress"))),
                                Optional.of("builtin:reference-gpt2"),
                                Optional.empty(),
                                "0.1.0"),
                        List.of(),
                        folder,
                        OptionalInt.empty())
                .complete();
        assertThat(lines)
                .anyMatch(line -> line.contains("without check nothing is judged"))
                .noneMatch(line -> line.startsWith("All is there"));
    }

    @Test
    void aPluginThatDoesNotNameTheThresholdsThatAreThereIsNotAllThere() {
        List<String> lines = new ProjectSetup(
                        new ModuleSetup(
                                folder,
                                pom(Optional.of(List.of("check"))),
                                Optional.of("builtin:reference-gpt2"),
                                Optional.empty(),
                                "0.1.0"),
                        List.of(),
                        folder,
                        OptionalInt.empty())
                .complete();
        assertThat(lines)
                .anyMatch(line -> line.contains("the built-in default counts")
                        && line.contains("<thresholds>fairness-thresholds.yaml</thresholds>"))
                .noneMatch(line -> line.startsWith("All is there"));
    }

    @Test
    void thresholdsThatTheConfigurationNamesAreWrittenWhereItNamesThem() {
        new ProjectSetup(
                        new ModuleSetup(
                                folder,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of("src/main/fairness/thresholds.yaml"),
                                "0.1.0"),
                        List.of(),
                        folder,
                        OptionalInt.empty())
                .complete();
        assertThat(folder.resolve("src/main/fairness/thresholds.yaml")).exists();
        assertThat(folder.resolve("fairness-thresholds.yaml")).doesNotExist();
    }

    /** What GitHub reads: jobs, what they wait for, and what one hands to the next. */
    @Test
    void aMatrixCompressesOnceMeasuresInPartsAndJudgesTheWhole() {
        for (String version : List.of("0.1.0", "0.2.0-SNAPSHOT")) {
            JsonNode jobs = yaml(new Workflow("models/it's", version, 3).text()).get("jobs");
            assertThat(names(jobs)).containsExactlyInAnyOrder("compress", "measure", "fairness");
            assertThat(jobs.get("measure").get("needs").asText()).isEqualTo("compress");
            assertThat(jobs.get("fairness").get("needs").asText()).isEqualTo("measure");
            assertThat(jobs.at("/measure/strategy/fail-fast").asBoolean()).isFalse();
            assertThat(jobs.at("/measure/strategy/matrix/shard")).hasSize(3);
            assertThat(runs(jobs.get("compress"))).contains("mvn -B fairness:compress");
            assertThat(runs(jobs.get("measure")))
                    .contains("mvn -B fairness:evaluate \"-Dfairness.shard=${{ matrix.shard }}/3\"");
            assertThat(runs(jobs.get("fairness")))
                    .contains("mvn -B verify \"-Dfairness.shards=$GITHUB_WORKSPACE/fairness-shards\"");
            for (JsonNode job : jobs) {
                assertThat(job.get("steps"))
                        .filteredOn(step -> step.path("run").asText().startsWith("mvn"))
                        .allMatch(
                                step -> step.path("working-directory").asText().equals("models/it's"));
                assertThat(runs(job).stream().anyMatch(run -> run.contains("install.sh")))
                        .isEqualTo(version.endsWith("SNAPSHOT"));
            }
            assertThat(paths(jobs, "download-artifact", "fairness-compressed"))
                    .containsExactly("models/it's/target/fairness/compressed", "models/it's/target/fairness/compressed")
                    .containsAll(paths(jobs, "upload-artifact", "fairness-compressed"));
            assertThat(paths(jobs, "upload-artifact", "fairness-shard-${{ matrix.shard }}"))
                    .containsExactly("models/it's/target/fairness/shards");
        }
    }

    private static JsonNode yaml(String text) {
        return Json.MAPPER.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    private static List<String> names(JsonNode jobs) {
        List<String> names = new ArrayList<>();
        jobs.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> runs(JsonNode job) {
        return StreamSupport.stream(job.get("steps").spliterator(), false)
                .map(step -> step.path("run").asText())
                .filter(run -> !run.isEmpty())
                .toList();
    }

    private static List<String> paths(JsonNode jobs, String action, String artifact) {
        List<String> paths = new ArrayList<>();
        for (JsonNode job : jobs) {
            for (JsonNode step : job.get("steps")) {
                if (step.path("uses").asText().contains("/" + action + "@")
                        && step.at("/with/name").asText().equals(artifact)) {
                    paths.add(step.at("/with/path").asText());
                }
            }
        }
        return paths;
    }

    @Test
    void soAreModelsWhoseWeightsArePickles() throws IOException {
        for (String weights : List.of("pytorch_model.bin", "pytorch_model.bin.index.json", "training_args.bin")) {
            Path model = Files.createDirectories(folder.resolve(weights.replace('.', '-')));
            Files.writeString(model.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
            Files.createFile(model.resolve(weights));
        }
        assertThat(ProjectFindings.models(folder)).containsExactly("pytorch_model-bin", "pytorch_model-bin-index-json");
    }

    @Test
    void modelsAreFoundByTheirConfigurationTheUsualPlaceFirst() throws IOException {
        for (String place : List.of("a/model", "src/main/model", "target/fairness/compressed", ".hidden/model")) {
            Path model = Files.createDirectories(folder.resolve(place));
            Files.writeString(model.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
            Files.createFile(model.resolve("model.safetensors"));
        }
        for (Map.Entry<String, String> other : Map.of(
                        "bert", "{\"model_type\": \"bert\"}", "broken", "{", "empty", "", "list", "[1]")
                .entrySet()) {
            Path model = Files.createDirectories(folder.resolve(other.getKey()));
            Files.writeString(model.resolve("config.json"), other.getValue());
            Files.createFile(model.resolve("model.safetensors"));
        }
        assertThat(ProjectFindings.models(folder)).containsExactly("src/main/model", "a/model");
        assertThat(setup(false).complete()).contains("Model: src/main/model, the first of 2: src/main/model, a/model");
    }

    @Test
    void withoutAModelTheNextStepIsToGetOne() {
        assertThat(setup(false).complete())
                .contains("Model: none found below " + folder)
                .anyMatch(line -> line.startsWith("Next: put a GPT-2"))
                .noneMatch(line -> line.startsWith("All is there"));
    }

    /** A model in one of two modules: the plugin belongs into that one, whatever the POM has by then. */
    @Test
    void anAggregatorIsToldWhichOfItsModulesThePluginBelongsInto() throws IOException {
        writeModel("b/src/main/model");
        Files.createDirectories(folder.resolve("a"));
        ProjectPom parent = new ProjectPom(folder.resolve("pom.xml"), Optional.empty(), "project");
        List<ModuleSetup> modules = List.of(module("a", "project"), module("b", "build"));
        ProjectSetup setup = new ProjectSetup(
                new ModuleSetup(folder, Optional.of(parent), Optional.empty(), Optional.empty(), "0.1.0"),
                modules,
                folder,
                OptionalInt.of(1));
        assertThat(setup.complete())
                .contains(
                        "Modules: a, b. This POM only puts them together, so the plugin belongs into the POM of the "
                                + "module that has the model: b",
                        "Model: src/main/model",
                        "To be put into <build> of " + folder.resolve("b/pom.xml") + ":",
                        "    <plugins>",
                        "        <artifactId>fairness-maven-plugin</artifactId>",
                        "    </plugins>")
                .doesNotContain("    <build>")
                .last()
                .asString()
                .endsWith(":doctor -Dfairness.model=b/src/main/model");
        assertThat(folder.resolve("b/fairness-thresholds.yaml")).exists();
        assertThat(folder.resolve("a/fairness-thresholds.yaml")).doesNotExist();
        assertThat(folder.resolve("fairness-thresholds.yaml")).doesNotExist();
        assertThat(steps(yaml(folder.resolve(".github/workflows/fairness.yml"))))
                .filteredOn(step -> "mvn -B verify".equals(step.get("run")))
                .hasSize(1)
                .noneMatch(step -> step.containsKey("working-directory"));
        ProjectSetup divided = new ProjectSetup(setup.project(), modules, folder, OptionalInt.of(8));
        assertThatThrownBy(divided::complete)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("fairness.init.shards is 8, but " + folder + " has the modules a, b; call the goal for the "
                        + "one that has the model: mvn -f b/pom.xml.");
    }

    @Test
    void anAggregatorWithoutAnyModelWritesNothingAndNamesTheNextStep() throws IOException {
        Files.createDirectories(folder.resolve("a"));
        ProjectPom parent = new ProjectPom(folder.resolve("pom.xml"), Optional.empty(), "project");
        assertThat(new ProjectSetup(
                                new ModuleSetup(
                                        folder,
                                        Optional.of(parent),
                                        Optional.of("builtin:reference-gpt2"),
                                        Optional.empty(),
                                        "0.1.0"),
                                List.of(module("a", "project")),
                                folder,
                                OptionalInt.empty())
                        .complete())
                .anyMatch(line -> line.endsWith("has the model, and none of them has one"))
                .anyMatch(line -> line.startsWith("Next: put a GPT-2")
                        && line.endsWith("to set up a module with another model: mvn -f a/pom.xml "
                                + "io.github.fairnessgate:fairness-maven-plugin:0.1.0:init"));
        assertThat(texts()).isEmpty();
    }

    /** A parent whose modules inherit the plugin is no aggregator that lacks it. */
    @Test
    void aParentThatHasThePluginIsCompletedItself() throws IOException {
        writeModel("a/src/main/model");
        assertThat(new ProjectSetup(
                                new ModuleSetup(
                                        folder,
                                        pom(Optional.of(List.of("check"))),
                                        Optional.of("src/main/model"),
                                        Optional.of("default"),
                                        "0.1.0"),
                                List.of(module("a", "project")),
                                folder,
                                OptionalInt.empty())
                        .complete())
                .contains("All is there. Next: mvn verify")
                .noneMatch(line -> line.startsWith("Modules"));
    }

    /** What is printed can be pasted into a POM of any state. */
    @Test
    void theSnippetBringsTheElementsThatThePomLacks() {
        for (String innermost : List.of("project", "build", "plugins")) {
            List<String> lines =
                    new ProjectSetup(module("", innermost), List.of(), folder, OptionalInt.empty()).complete();
            List<String> snippet =
                    lines.stream().filter(line -> line.startsWith("    ")).toList();
            assertThat(snippet.contains("    <build>")).isEqualTo(innermost.equals("project"));
            assertThat(snippet.stream().anyMatch(line -> line.strip().equals("<plugins>")))
                    .isEqualTo(!innermost.equals("plugins"));
        }
    }

    private ModuleSetup module(String name, String innermost) {
        Path module = folder.resolve(name);
        return new ModuleSetup(
                module,
                Optional.of(new ProjectPom(module.resolve("pom.xml"), Optional.empty(), innermost)),
                Optional.empty(),
                Optional.empty(),
                "0.1.0");
    }

    private void writeModel(String place) throws IOException {
        Path model = Files.createDirectories(folder.resolve(place));
        Files.writeString(model.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
        Files.createFile(model.resolve("model.safetensors"));
    }

    private Optional<ProjectPom> pom(Optional<List<String>> goals) {
        return Optional.of(new ProjectPom(folder.resolve("pom.xml"), goals, "plugins"));
    }

    private ProjectSetup setup(boolean workflow) {
        return new ProjectSetup(
                new ModuleSetup(folder, Optional.empty(), Optional.empty(), Optional.empty(), "0.1.0"),
                List.of(),
                folder,
                workflow ? OptionalInt.of(1) : OptionalInt.empty());
    }

    /** Without where they stand, which differs. */
    private List<List<Object>> rules(String reference) {
        Thresholds thresholds = ThresholdsSource.read(reference, folder, folder, Optional.empty())
                .thresholds();
        return thresholds.rules().stream()
                .map(rule -> List.<Object>of(
                        rule.metric(), rule.slice(), rule.compare(), rule.limits(), rule.role(), rule.level()))
                .toList();
    }

    private Map<Path, String> texts() throws IOException {
        Map<Path, String> texts = new HashMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(file, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return texts;
    }

    private static String only(Path parent) {
        return parent.toFile().list()[0];
    }

    private static Map<?, ?> yaml(Path file) throws IOException {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    }
}
