package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.yaml.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SliceChoiceTest {

    private static final Judges EMBEDDED = Judges.only(ScorerReference.embedded());

    @Test
    void equallyManyOfEachGroupAreTakenOfASliceThatHasGroups() {
        assertThat(boldGroups(choice(100, "gender", "race")))
                .isEqualTo(Map.of(
                        "gender/American_actors",
                        100L,
                        "gender/American_actresses",
                        100L,
                        "race/African_Americans",
                        100L,
                        "race/Asian_Americans",
                        100L,
                        "race/European_Americans",
                        100L,
                        "race/Hispanic_and_Latino_Americans",
                        100L));
        assertThat(boldGroups(choice(7, "gender", "race/Asian_Americans")))
                .containsOnlyKeys("gender/American_actors", "gender/American_actresses", "race/Asian_Americans")
                .allSatisfy((group, items) -> assertThat(items).isEqualTo(7));
    }

    @Test
    void withoutANumberEverythingOfTheSlicesIsTakenAndALimitIsInProportion() {
        assertThat(sizes(new StereoSet(subset(choice("gender", "religion"))), "stereoset.ss/micro"))
                .isEqualTo(Map.of("all", 334, "gender", 255, "religion", 79));
        assertThat(sizes(
                        new StereoSet(new Subset(OptionalInt.of(100), Optional.of(choice("gender", "religion")), 0)),
                        "stereoset.ss/micro"))
                .isEqualTo(Map.of("all", 100, "gender", 76, "religion", 24));
        assertThat(sizes(new WinoBias(subset(choice("dev", "type1"))), "winobias.preference/sum-bos"))
                .containsEntry("all", 1188)
                .containsEntry("type2", 396);
    }

    /** Of every suite with slices; those of WinoBias overlap, and a unit of Winogender is in several. */
    @ParameterizedTest
    @CsvSource({
        "stereoset, stereoset.ss/micro, race, religion",
        "crows-pairs, crows-pairs.stereotype/lmeval-sum-bos, disability, age",
        "holistic-bias, holistic-bias.deviation/neutral-nouns, age, ability",
        "winobias, winobias.preference/sum-bos, type1, type2",
        "rtp, rtp.length/tokens, toxic, non-toxic"
    })
    void everySuiteWithSlicesTakesEquallyManyOfEach(String suite, String metric, String one, String other) {
        assertThat(sizes(Suites.create(spec(suite, choice(30, one, other))), metric))
                .containsEntry("all", 60)
                .containsEntry(one, 30)
                .containsEntry(other, 30);
    }

    @Test
    void itemsOfUsersCanBeChosenToo(@TempDir Path folder) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            lines.append("{\"id\": \"%d\", \"prompt\": \"He said %d\", \"slice\": \"%s\"}%n"
                    .formatted(i, i, i < 9 ? "many" : "few"));
        }
        Path file = Files.writeString(folder.resolve("prompts.jsonl"), lines);
        assertThat(sizes(
                        new UserPrompts("mine", file, subset(choice(3, "many", "few")), new Generation(5, 0), EMBEDDED),
                        "mine.length/tokens"))
                .isEqualTo(Map.of("all", 6, "few", 3, "many", 3));
    }

    @Test
    void aSmallerNumberChoosesAmongTheSameUnitsAndTheSeedDecides() {
        List<String> few = chosen(choice(20, "gender", "religion"), 0);
        List<String> many = chosen(choice(60, "religion", "gender"), 0);
        assertThat(many)
                .hasSize(120)
                .containsAll(few)
                .isEqualTo(chosen(choice(60, "gender", "religion"), 0))
                .isNotEqualTo(chosen(choice(60, "gender", "religion"), 1));
        assertThat(chosen(choice(60, "gender"), 0))
                .as("what other slices are chosen changes nothing")
                .allMatch(many::contains);
    }

    @Test
    void theDigestTellsChoicesApartWhateverTheirOrder() {
        String digest = digest(choice(20, "gender", "race"), 0);
        assertThat(digest(choice(20, "race", "gender"), 0)).isEqualTo(digest);
        assertThat(digest(choice("gender", "race"), 7))
                .as("nothing is drawn")
                .isEqualTo(digest(choice("gender", "race"), 0));
        assertThat(List.of(
                        digest,
                        digest(choice(21, "gender", "race"), 0),
                        digest(choice(20, "gender", "race"), 1),
                        digest(choice(20, "gender"), 0),
                        digest(choice("gender", "race"), 0),
                        digest(choice("gender"), 0),
                        digest(choice(20, "gender race"), 0),
                        Subset.ALL.digest("data"),
                        Subset.of(20, 0).digest("data"),
                        new Subset(OptionalInt.of(20), Optional.of(choice("gender", "race")), 0).digest("data")))
                .doesNotHaveDuplicates();
    }

    /**
     * BOLD has 408 articles about Asian Americans with 861 prompts, and 38 about Hispanic and Latino Americans with
     * 103.
     */
    @Test
    void onePromptOfEveryArticleComesBeforeTheSecondOfAny() {
        List<Extent> extents = Suites.create(spec("bold", choice(100, "race"))).extents();
        assertThat(clusters(extents, "race/Asian_Americans")).hasSize(100).containsOnly(1);
        assertThat(clusters(extents, "race/Hispanic_and_Latino_Americans")).hasSize(38);
    }

    private static List<Integer> clusters(List<Extent> extents, String slice) {
        return extents.stream()
                .filter(extent -> extent.metric().id().startsWith("bold.toxicity/")
                        && extent.slice().equals(slice))
                .findFirst()
                .orElseThrow()
                .clusterSizes();
    }

    @Test
    void settingsSayWhatWasChosen() {
        assertThat(spec("bold", choice(100, "gender", "race")).settings())
                .contains("the slices gender, race, 100 items of each, chosen by seed 0");
        assertThat(spec("stereoset", choice("gender")).settings()).contains("the slice gender");
    }

    /** Of every slice, without the numbers that five continuations do not have. */
    private static List<List<Object>> clusterSizes(Suite suite) {
        return suite.extents().stream()
                .filter(extent -> !extent.metric().id().contains("25"))
                .map(extent -> List.<Object>of(extent.metric(), extent.slice(), extent.clusterSizes()))
                .toList();
    }

    /** The worker gets the choice with everything else. */
    @Test
    void aChoiceIsTheSameAfterItWasWrittenAndRead() throws JsonProcessingException {
        SuiteSpec spec = spec("bold", choice(100, "gender", "race"));
        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(spec), SuiteSpec.class))
                .isEqualTo(spec);
        assertThat(clusterSizes(Suites.create(spec.withContinuations(5).underOtherChance(1))))
                .isEqualTo(clusterSizes(Suites.create(spec)));
    }

    @Test
    void aSliceWithTooFewItemsIsNamedWithTheirNumber() {
        assertThatThrownBy(() -> Suites.create(spec("stereoset", choice(100, "race", "religion"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("t.yaml:4: perSlice is 100, but some chosen slices have fewer items: religion has 79; set "
                        + "perSlice to at most 79, or leave the small ones out");
        assertThatThrownBy(() -> Suites.create(spec("bold", choice(500, "religious_ideology"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("religious_ideology/hinduism has 12, religious_ideology/atheism has 28");
    }

    @Test
    void aSliceThatTheSuiteDoesNotHaveIsRefusedWithTheNearest() {
        assertThatThrownBy(() -> Suites.create(spec("stereoset", choice(10, "race", "gendr"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("t.yaml:4: the suite has no slice \"gendr\"; did you mean \"gender\"? Known: gender, "
                        + "profession, race, religion");
        assertThatThrownBy(() -> Suites.create(spec("bold", choice("race/asian_americans"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("did you mean \"race/Asian_Americans\"?");
    }

    @Test
    void equallyManyOfSlicesThatShareItemsAreRefused() {
        assertThatThrownBy(() -> Suites.create(spec("rtp", choice(10, "toxic", "challenging"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "t.yaml:4: perSlice takes the same number of items from each slice, but an item is in both "
                                + "\"toxic\" and \"challenging\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"winogender", "perplexity"})
    void suitesWhoseUnitsAreNotPartsOfSlicesRefuseThem(String suite) {
        assertThatThrownBy(() -> Suites.create(spec(suite, choice("female"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("t.yaml:4: the suite " + suite + " cannot be measured by slices, because");
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertThatThrownBy(() -> choice(10))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("slices is empty");
        assertThatThrownBy(() -> choice(10, "a", "a"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("slices names \"a\" twice");
        assertThatThrownBy(() -> choice(1, "a"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("perSlice is 1, but one item of a slice shows nothing");
        assertThatThrownBy(() -> new Subset(OptionalInt.of(50), Optional.of(choice(10, "a")), 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("t.yaml:4: limit and perSlice exclude each other");
    }

    private static SliceChoice choice(int each, String... names) {
        return new SliceChoice(new Location("t.yaml", 4, "suites.s"), List.of(names), OptionalInt.of(each));
    }

    private static SliceChoice choice(String... names) {
        return new SliceChoice(new Location("t.yaml", 4, "suites.s"), List.of(names), OptionalInt.empty());
    }

    private static Subset subset(SliceChoice choice) {
        return new Subset(OptionalInt.empty(), Optional.of(choice), 0);
    }

    private static SuiteSpec spec(String suite, SliceChoice choice) {
        return new SuiteSpec(
                suite,
                List.of(),
                new SuiteOptions(
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Optional.of(choice),
                        0,
                        OptionalInt.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalInt.empty()),
                ".",
                EMBEDDED);
    }

    private static Map<String, Long> boldGroups(SliceChoice choice) {
        Bold bold = new Bold(subset(choice), new Generation(5, 0), EMBEDDED);
        return new TreeMap<>(
                bold.subset().of(bold.prompts(), Continuations.Prompt::id, Continuations.Prompt::slices).stream()
                        .collect(Collectors.groupingBy(prompt -> prompt.slices().get(1), Collectors.counting())));
    }

    private static Map<String, Integer> sizes(Suite suite, String metric) {
        return suite.extents().stream()
                .filter(extent -> extent.metric().id().equals(metric))
                .collect(Collectors.toMap(Extent::slice, Extent::items));
    }

    private static List<String> chosen(SliceChoice choice, long seed) {
        Function<StereoSet.Triplet, String> id = StereoSet.Triplet::id;
        return new Subset(OptionalInt.empty(), Optional.of(choice), seed)
                .of(StereoSet.triplets(), id, triplet -> List.of(triplet.biasType())).stream()
                        .map(id)
                        .toList();
    }

    private static String digest(SliceChoice choice, long seed) {
        return new Subset(OptionalInt.empty(), Optional.of(choice), seed).digest("data");
    }
}
