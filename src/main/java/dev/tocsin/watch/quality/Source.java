package dev.tocsin.watch.quality;

/** Where a number, a time or keys are asked. Immutable. */
public sealed interface Source {
    /**
     * @param server a name of {@code postgres.yaml}
     * @param text one statement that only reads
     */
    record Sql(String server, String text) implements Source {}

    /**
     * @param promql an instant vector or a scalar
     * @param label whose values are the answer; empty where the samples' values are
     */
    record Query(String promql, String label) implements Source {}

    /**
     * The files of one folder.
     *
     * @param folder absolute
     * @param glob of file names, without a slash
     */
    record Files(String folder, String glob) implements Source {}
}
