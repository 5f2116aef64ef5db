package dev.tocsin.store;

import dev.tocsin.core.PromDuration;
import java.time.Duration;
import java.util.List;

/**
 * The three resolutions that history is kept at; the two coarser ones are rolled up from the finest. Each has a table of
 * its own, so what was stored at others stays as it is, and is not read.
 */
public record Resolutions(Resolution fine, Resolution medium, Resolution coarse) {
    public static final Resolutions DEFAULT = of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofHours(1));

    /** What is rolled up at once: each medium and coarse interval lies in one such stretch. */
    static final int ROLLED_MINUTES = 120;

    private static final int FINE_SLOT_MINUTES = 5;
    private static final int COARSE_SLOT_MINUTES = 1_440;
    static final int LONGEST_PARTITION_MINUTES = 14_400;

    /**
     * @param fine divides a minute
     * @param medium whole minutes; a multiple of the fine one, divides two hours
     * @param coarse a multiple of the medium one, divides two hours
     */
    public static Resolutions of(Duration fine, Duration medium, Duration coarse) {
        return new Resolutions(
                resolution(fine, FINE_SLOT_MINUTES, 120),
                resolution(medium, ROLLED_MINUTES, 1_440),
                resolution(coarse, COARSE_SLOT_MINUTES, LONGEST_PARTITION_MINUTES));
    }

    private static Resolution resolution(Duration interval, int slotMinutes, int partitionMinutes) {
        long millis = interval.toMillis();
        return new Resolution("chunk_" + PromDuration.format(millis), millis, slotMinutes, partitionMinutes);
    }

    /** From fine to coarse. */
    List<Resolution> all() {
        return List.of(fine, medium, coarse);
    }
}
