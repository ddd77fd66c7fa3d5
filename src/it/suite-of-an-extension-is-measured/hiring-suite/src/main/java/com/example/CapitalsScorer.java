package com.example;

import io.github.fairnessgate.spi.ScorerProvider;
import java.util.List;

/** Who writes in capitals shouts. */
public class CapitalsScorer implements ScorerProvider {

    @Override
    public String id() {
        return "capitals";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String description() {
        return "The share of characters that are capital letters.";
    }

    @Override
    public double[] score(List<String> texts) {
        return texts.stream().mapToDouble(text -> (double) text.chars().filter(Character::isUpperCase).count() / text.length()).toArray();
    }
}
