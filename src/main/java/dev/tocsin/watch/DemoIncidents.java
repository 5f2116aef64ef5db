package dev.tocsin.watch;

import java.util.Random;

/**
 * When which service suffers: once in every four minutes, for a minute, after a deployment of that service. A function
 * of seed and time alone. Immutable.
 */
record DemoIncidents(long seed, long originMillis) {
    static final long CYCLE_MILLIS = 240_000;
    static final long DURATION_MILLIS = 60_000;

    /** The deployment is this long before the trouble. */
    static final long DEPLOYED_BEFORE_MILLIS = 8_000;

    /** A newcomer sees the first one after a minute and a half, when charts have something to compare it with. */
    private static final long EARLIEST_MILLIS = 90_000;

    private static final long LATEST_MILLIS = 150_000;

    /**
     * @param service index in {@link DemoService#ALL}
     * @param startMillis when requests begin to be slow
     * @param number from 0, one per cycle
     */
    record Incident(int service, long startMillis, long number) {
        long deployedMillis() {
            return startMillis - DEPLOYED_BEFORE_MILLIS;
        }

        boolean hits(int otherService, long timeMillis) {
            return service == otherService && timeMillis >= startMillis && timeMillis < startMillis + DURATION_MILLIS;
        }
    }

    /** The incident of the cycle that this time lies in. */
    Incident during(long timeMillis) {
        long cycle = Math.floorDiv(timeMillis - originMillis, CYCLE_MILLIS);
        Random random = new Random(seed * 31 + cycle);
        random.nextInt(); // the first numbers of neighbouring seeds resemble each other
        long start = originMillis + cycle * CYCLE_MILLIS + random.nextLong(EARLIEST_MILLIS, LATEST_MILLIS);
        return new Incident(random.nextInt(DemoService.ALL.size()), start, cycle);
    }
}
