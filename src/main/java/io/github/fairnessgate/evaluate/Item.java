package io.github.fairnessgate.evaluate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One item of a suite and what the model made of it: one line of {@code items/<suite>.jsonl}. Immutable. What only
 * people read of it ({@link ItemTexts}) is packed where it is long, so that an evaluation of 100,000 prompts with 25
 * continuations each fits into a heap of 1 GB.
 */
@JsonPropertyOrder({"id", "cluster", "slices", "texts", "outputs", "scores", "outcomes", "weight"})
public final class Item {

    private final String id;
    private final String cluster;
    private final List<String> slices;
    private final ItemTexts content;
    private final SortedMap<String, Double> outcomes;
    private final double weight;

    /**
     * @param id stable identifier, unique within the suite, the same for every model
     * @param cluster items of one cluster are not independent (target term, document); the id where every item stands
     *     alone
     * @param slices the subsets that the item belongs to, for instance its bias type
     * @param texts what the model was given, by role: {@code stereotype}, {@code anti_stereotype}, {@code prompt}; the
     *     same for every model
     * @param outputs what the model wrote, by role: {@code continuation.00}; empty where it only scored
     * @param scores the model's raw numbers, by name; finite
     * @param outcomes the item's contribution to each metric, by metric id; finite
     * @param weight tokens behind a negative log-likelihood; 1 elsewhere
     * @throws IllegalStateException if a number is not finite
     */
    @JsonCreator
    public Item(
            @JsonProperty("id") String id,
            @JsonProperty("cluster") String cluster,
            @JsonProperty("slices") List<String> slices,
            @JsonProperty("texts") SortedMap<String, String> texts,
            @JsonProperty("outputs") SortedMap<String, String> outputs,
            @JsonProperty("scores") SortedMap<String, Double> scores,
            @JsonProperty("outcomes") SortedMap<String, Double> outcomes,
            @JsonProperty(value = "weight", required = true) double weight) {
        this(id, cluster, slices, content(id, texts, outputs, scores), outcomes, weight);
    }

    private Item(
            String id,
            String cluster,
            List<String> slices,
            ItemTexts content,
            SortedMap<String, Double> outcomes,
            double weight) {
        this.id = Objects.requireNonNull(id, "an item lacks its id");
        this.cluster = Objects.requireNonNull(cluster, "the item " + id + " lacks its cluster");
        this.slices = List.copyOf(slices);
        this.content = content;
        this.outcomes = new TreeMap<>(outcomes);
        requireFinite(id, outcomes);
        this.weight = weight;
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalStateException(
                    "item " + id + " has weight " + weight + "; weights are positive and finite");
        }
    }

    private static ItemTexts content(
            String id,
            SortedMap<String, String> texts,
            SortedMap<String, String> outputs,
            SortedMap<String, Double> scores) {
        requireNoGaps(id, texts);
        requireNoGaps(id, outputs);
        requireFinite(id, scores);
        return ItemTexts.of(texts, outputs, scores);
    }

    /** An item of a model that wrote nothing. */
    public Item(
            String id,
            String cluster,
            List<String> slices,
            SortedMap<String, String> texts,
            SortedMap<String, Double> scores,
            SortedMap<String, Double> outcomes,
            double weight) {
        this(id, cluster, slices, texts, new TreeMap<>(), scores, outcomes, weight);
    }

    private static void requireNoGaps(String id, SortedMap<String, String> texts) {
        texts.forEach((role, text) -> Objects.requireNonNull(text, "the item " + id + " lacks the text " + role));
    }

    private static void requireFinite(String id, Map<String, Double> numbers) {
        numbers.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                throw new IllegalStateException("item " + id + ": " + name + " is " + value
                        + "; the model gave no usable probability for this text");
            }
        });
    }

    @JsonProperty
    public String id() {
        return id;
    }

    @JsonProperty
    public String cluster() {
        return cluster;
    }

    @JsonProperty
    public List<String> slices() {
        return slices;
    }

    /** What the model was given, by role. Packed texts are unpacked by every call. */
    @JsonProperty
    public SortedMap<String, String> texts() {
        return content.texts();
    }

    /** What the model wrote, by role. Packed texts are unpacked by every call. */
    @JsonProperty
    public SortedMap<String, String> outputs() {
        return content.outputs();
    }

    /** The model's raw numbers, by name. Packed numbers are unpacked by every call. */
    @JsonProperty
    public SortedMap<String, Double> scores() {
        return content.scores();
    }

    @JsonProperty
    public SortedMap<String, Double> outcomes() {
        return outcomes;
    }

    @JsonProperty
    public double weight() {
        return weight;
    }

    /** The same item with other contributions to metrics; nothing is unpacked. */
    public Item withOutcomes(SortedMap<String, Double> others) {
        return new Item(id, cluster, slices, content, others, weight);
    }

    /** The same item under another name, in another cluster; nothing is unpacked. */
    Item named(String otherId, String otherCluster) {
        return new Item(otherId, otherCluster, slices, content, outcomes, weight);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Item item
                && id.equals(item.id)
                && cluster.equals(item.cluster)
                && slices.equals(item.slices)
                && content.equals(item.content)
                && outcomes.equals(item.outcomes)
                && weight == item.weight;
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, cluster, outcomes);
    }

    @Override
    public String toString() {
        return "Item[" + id + ", " + outcomes + "]";
    }
}
