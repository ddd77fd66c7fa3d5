package io.github.fairnessgate.train;

import io.github.fairnessgate.model.Gpt2Config;

/** The parts that a GPT-2 can do without. */
public enum PartKind {

    /** Attention heads. */
    HEADS {
        @Override
        public int count(Gpt2Config config, int layer) {
            return config.heads(layer);
        }
    },

    /** Neurons of the feed-forward layers: columns of {@code c_fc} with the rows of {@code c_proj} that read them. */
    NEURONS {
        @Override
        public int count(Gpt2Config config, int layer) {
            return config.innerSize();
        }
    },

    /** Whole transformer blocks, one a layer. */
    BLOCKS {
        @Override
        public int count(Gpt2Config config, int layer) {
            return 1;
        }
    };

    /** Parts of this kind that a layer has. */
    public abstract int count(Gpt2Config config, int layer);
}
