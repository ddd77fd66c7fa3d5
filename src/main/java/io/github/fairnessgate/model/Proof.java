package io.github.fairnessgate.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a file that is shipped with a model, but that does not decide what is measured, was found to fit the measured
 * model.
 */
public enum Proof {

    /** An ONNX graph. */
    @JsonProperty("graph")
    GRAPH("the ONNX graph of the measured weights, byte for byte"),

    /** A file of the folder {@code dense}. */
    @JsonProperty("twin")
    TWIN("the measured model in float32 with all its heads, byte for byte"),

    /** {@code vocab.json} or {@code merges.txt} beside {@code tokenizer.json}. */
    @JsonProperty("tokenizer")
    TOKENIZER("the vocabulary or the merges of the measured tokenizer"),

    /** {@code pytorch_model.bin}, its index or a shard of it. */
    @JsonProperty("pickle")
    PICKLE("the pickle that the measured weights were read from"),

    /** A record of the compression. */
    @JsonProperty("record")
    RECORD("a record that agrees with the measured model"),

    /** A document, or settings of the tokenizer or of generation. */
    @JsonProperty("original")
    ORIGINAL("the same bytes as in the original model");

    private final String meaning;

    Proof(String meaning) {
        this.meaning = meaning;
    }

    /** What a file with this proof is, as a part of a sentence. */
    public String meaning() {
        return meaning;
    }
}
