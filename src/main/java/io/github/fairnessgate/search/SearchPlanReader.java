package io.github.fairnessgate.search;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.yaml.NearestName;
import io.github.fairnessgate.yaml.YamlDocument;
import io.github.fairnessgate.yaml.YamlList;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import io.github.fairnessgate.yaml.YamlText;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** Reads what a search tries; every key is described in docs/search.md. */
public final class SearchPlanReader {

    /** More candidates than these have to be drawn with {@code sample}. */
    static final int MOST = 100;

    private static final int VERSION = 1;
    private static final int MOST_FINALISTS = 20;
    private static final long LARGEST_SPACE = 1_000_000;
    private static final String OBJECTIVE = "size.bytes";

    private final String name;
    private final Path folder;
    private final Path baseDirectory;

    private SearchPlanReader(String name, Path folder, Path baseDirectory) {
        this.name = name;
        this.folder = folder;
        this.baseDirectory = baseDirectory;
    }

    /** A recipe before it has its id. */
    private record Draft(String recipe, List<String> values, String label, Path folder, YamlMap tree) {

        CandidateIds.Named named() {
            return new CandidateIds.Named(recipe, values, label + "\n" + YamlText.of(tree));
        }
    }

    /**
     * Reads a search.
     *
     * @param written the file, as the user wrote it
     * @param baseDirectory what that is relative to, and recipes that are named as they are on the command line
     * @throws InvalidInputException if there is no such file, or if it says something that cannot be
     */
    public static SearchPlan read(String written, Path baseDirectory) {
        Path file = UserPath.resolve(baseDirectory, written);
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException("There is no file " + file
                    + " that says what the search tries: write one, as docs/search.md shows, or name another.");
        }
        String text = FileErrors.text(file, BoundedFiles.LARGEST_WRITTEN, "The search " + file, "save it as UTF-8");
        return new SearchPlanReader(
                        file.getFileName().toString(), file.toAbsolutePath().getParent(), baseDirectory)
                .parse(text);
    }

    private SearchPlan parse(String text) {
        YamlMap root = YamlDocument.parse(text, name).asMap();
        root.requireKeys("version", "recipes", "objectives", "finalists", "confirmation", "sample", "seed");
        root.required("version").asScalar().integer(VERSION, VERSION);
        List<Objective> objectives = objectives(root);
        List<Draft> drafts = drafts(root);
        List<RecipeVariant> variants = new ArrayList<>();
        List<String> ids = CandidateIds.of(drafts.stream().map(Draft::named).toList());
        for (int i = 0; i < drafts.size(); i++) {
            variants.add(variant(ids.get(i), drafts.get(i)));
        }
        requireDifferent(variants);
        int finalists = root.optional("finalists")
                .map(node -> node.asScalar().integer(1, MOST_FINALISTS))
                .orElse(Math.min(3, variants.size()));
        if (finalists > variants.size()) {
            throw root.required("finalists")
                    .problem("finalists is %d, but the search has %d candidates".formatted(finalists, variants.size()));
        }
        return new SearchPlan(variants, objectives, finalists, confirmation(root));
    }

    private static double confirmation(YamlMap root) {
        Optional<YamlNode> node = root.optional("confirmation");
        if (node.isEmpty()) {
            return 0.5;
        }
        BigDecimal share = node.get().asScalar().decimal();
        if (share.compareTo(new BigDecimal("0.2")) < 0 || share.compareTo(new BigDecimal("0.8")) > 0) {
            throw node.get()
                    .problem(
                            "confirmation is %s, but must be a share from 0.2 to 0.8".formatted(share.toPlainString()));
        }
        return share.doubleValue();
    }

    private List<Objective> objectives(YamlMap root) {
        List<Objective> objectives = root
                .optional("objectives")
                .map(node -> node.asList().elements())
                .stream()
                .flatMap(List::stream)
                .map(SearchPlanReader::objective)
                .toList();
        root.optional("objectives").filter(node -> objectives.isEmpty()).ifPresent(node -> {
            throw node.problem("objectives is empty, so no candidate would be better than another; name a metric such "
                    + "as %s, or leave the key out".formatted(OBJECTIVE));
        });
        return objectives.isEmpty()
                ? List.of(new Objective(OBJECTIVE, root.location().toString()))
                : objectives;
    }

    private static Objective objective(YamlNode node) {
        String metric = node.asScalar().text();
        Objective.problem(metric).ifPresent(problem -> {
            throw node.problem("the objective " + problem);
        });
        return new Objective(metric, node.location().toString());
    }

    private List<Draft> drafts(YamlMap root) {
        YamlList recipes = root.required("recipes").asList();
        if (recipes.elements().isEmpty()) {
            throw recipes.problem("recipes is empty, so nothing would be tried; name at least one recipe");
        }
        Optional<YamlNode> sample = root.optional("sample");
        long seed = root.optional("seed")
                .map(node -> node.asScalar().integer(0L, Long.MAX_VALUE))
                .orElse(0L);
        long size = 0;
        List<Space> spaces = new ArrayList<>();
        for (YamlNode recipe : recipes.elements()) {
            Space space = space(recipe);
            spaces.add(space);
            size += space.size();
        }
        if (size > LARGEST_SPACE) {
            throw recipes.problem("the recipes and their values make more than %d candidates; name fewer values"
                    .formatted(LARGEST_SPACE));
        }
        if (sample.isEmpty() && size > MOST) {
            throw recipes.problem(
                    ("the recipes and their values make %d candidates, and more than %d take too long; name fewer "
                                    + "values, or draw some with sample: %d")
                            .formatted(size, MOST, MOST));
        }
        if (size < 2) {
            throw recipes.problem("the search has one candidate, so there is nothing to choose; use fairness:compress "
                    + "and fairness:check for one recipe");
        }
        List<Long> chosen = new ArrayList<>();
        for (long number = 0; number < size; number++) {
            chosen.add(number);
        }
        if (sample.isPresent()) {
            int wanted = sample.get().asScalar().integer(2, MOST);
            Collections.shuffle(chosen, new Random(seed));
            chosen = chosen.subList(0, (int) Math.min(wanted, size)).stream()
                    .sorted()
                    .toList();
        }
        return chosen.stream().map(number -> draft(spaces, number)).toList();
    }

    private static Draft draft(List<Space> spaces, long number) {
        long left = number;
        for (Space space : spaces) {
            if (left < space.size()) {
                return space.draft(left);
            }
            left -= space.size();
        }
        throw new IllegalArgumentException("no candidate has the number " + number);
    }

    /**
     * A recipe and the values that are tried in it.
     *
     * @param values of each path
     */
    private record Space(String recipe, Path folder, YamlMap tree, Map<String, List<YamlNode>> values, YamlMap vary) {

        long size() {
            long size = 1;
            for (List<YamlNode> own : values.values()) {
                size = Math.min(LARGEST_SPACE + 1, size * own.size());
            }
            return size;
        }

        /** The last path varies fastest. */
        Draft draft(long number) {
            long left = number;
            List<Map.Entry<String, List<YamlNode>>> paths = new ArrayList<>(values.entrySet());
            Collections.reverse(paths);
            List<String> labels = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            YamlMap made = tree;
            for (Map.Entry<String, List<YamlNode>> path : paths) {
                YamlNode value =
                        path.getValue().get((int) (left % path.getValue().size()));
                left /= path.getValue().size();
                made = new RecipeEdit(path.getKey(), value, vary.location(path.getKey())).in(made);
                boolean isNothing = value instanceof YamlScalar scalar && scalar.isNothing();
                labels.add(path.getKey() + " " + (isNothing ? "left out" : YamlText.inline(value)));
                texts.add(isNothing ? "none" : YamlText.inline(value));
            }
            labels.add(recipe);
            Collections.reverse(labels);
            Collections.reverse(texts);
            return new Draft(recipe, texts, Printable.line(String.join(", ", labels)), folder, made);
        }
    }

    private Space space(YamlNode node) {
        YamlMap entry = node instanceof YamlScalar
                ? new YamlMap(node.location(), Map.of("recipe", node), Map.of("recipe", node.line()))
                : node.asMap();
        entry.requireKeys("recipe", "vary");
        YamlScalar named = entry.required("recipe").asScalar();
        Path own = UserPath.resolve(folder, named.text());
        boolean isFile = Files.isRegularFile(own);
        if (!isFile && !RecipeReader.isBuiltin(named.text())) {
            throw named.problem("the recipe %s is neither a file in %s nor built in%s"
                    .formatted(named.text(), folder, NearestName.hint(named.text(), RecipeReader.builtins())));
        }
        String yaml = isFile ? RecipeReader.text(own) : RecipeReader.builtin(named.text());
        Map<String, List<YamlNode>> values = new LinkedHashMap<>();
        YamlMap vary = entry.optional("vary")
                .map(YamlNode::asMap)
                .orElseGet(() -> new YamlMap(entry.location(), Map.of(), Map.of()));
        vary.entries().forEach((path, tried) -> {
            requireOwn(path, values.keySet(), vary);
            values.put(path, Values.of(tried));
        });
        return new Space(
                named.text(),
                isFile ? own.toAbsolutePath().normalize().getParent() : baseDirectory,
                YamlDocument.parse(yaml, named.text()).asMap(),
                values,
                vary);
    }

    /** Two paths that lead to one place would make another recipe than the label says. */
    private static void requireOwn(String path, Set<String> others, YamlMap vary) {
        String own = path.replace("#1", "");
        if (own.equals("stages") || own.equals("version") || own.endsWith(".method")) {
            throw vary.location(path).problem("%s cannot vary; name another recipe in its place".formatted(path));
        }
        for (String other : others) {
            String before = other.replace("#1", "");
            if (own.equals(before) || own.startsWith(before + ".") || before.startsWith(own + ".")) {
                throw vary.location(path)
                        .problem("%s and %s lead to the same place; name one of them".formatted(other, path));
            }
        }
    }

    private RecipeVariant variant(String id, Draft draft) {
        Supplier<Recipe> read =
                () -> RecipeReader.parse(draft.tree(), YamlText.of(draft.tree()), draft.recipe(), draft.folder());
        Recipe recipe = draft.values().isEmpty() ? read.get() : RecipeVariant.explaining(draft.label(), read);
        return new RecipeVariant(id, draft.label(), draft.folder(), draft.tree(), recipe);
    }

    /** @throws InvalidInputException if two recipes are the same */
    private static void requireDifferent(List<RecipeVariant> variants) {
        Set<String> different = new LinkedHashSet<>();
        for (RecipeVariant variant : variants) {
            if (!different.add(variant.folder() + "\n" + variant.yaml())) {
                throw new InvalidInputException("The recipe " + variant.label()
                        + " is tried twice in the search: name each recipe and each value once.");
            }
        }
    }
}
