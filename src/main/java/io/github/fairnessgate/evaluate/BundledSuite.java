package io.github.fairnessgate.evaluate;

import java.util.List;

/** A suite over data that the plugin brings along, whole or a {@link Subset} of them. */
abstract class BundledSuite implements Suite {

    private final String id;
    private final int version;
    private final Subset subset;
    private final List<String> files;

    /** @param files the data, as {@link BundledData} names them */
    BundledSuite(String id, int version, Subset subset, List<String> files) {
        this.id = id;
        this.version = version;
        this.subset = subset;
        this.files = files;
    }

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final int version() {
        return version;
    }

    @Override
    public final String dataDigest() {
        return subset.digest(BundledData.digest(files.toArray(String[]::new)));
    }

    /** Which part of the data is measured. */
    final Subset subset() {
        return subset;
    }
}
