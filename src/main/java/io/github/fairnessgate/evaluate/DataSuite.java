package io.github.fairnessgate.evaluate;

/** A suite over data, whole or a {@link Subset} of them. */
abstract class DataSuite implements Suite {

    private final String id;
    private final int version;
    private final Subset subset;
    private final String dataDigest;

    /** @param digest of all the data, and of whatever else decides the numbers */
    DataSuite(String id, int version, Subset subset, String digest) {
        this.id = id;
        this.version = version;
        this.subset = subset;
        this.dataDigest = subset.digest(digest);
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
        return dataDigest;
    }

    /** Which part of the data is measured. */
    final Subset subset() {
        return subset;
    }
}
