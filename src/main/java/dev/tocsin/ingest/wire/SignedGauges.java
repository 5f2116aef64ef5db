package dev.tocsin.ingest.wire;

/** What a gauge's leading sign means. The two protocols contradict each other, so a socket has to choose. */
public enum SignedGauges {
    /** DogStatsD: {@code temperature:-5|g} sets the gauge to −5. */
    ABSOLUTE,
    /** StatsD: {@code connections:-5|g} takes 5 away; without a sign the gauge is set. */
    RELATIVE
}
