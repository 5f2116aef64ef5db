package dev.tocsin.series;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.PackedBuckets;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The observations of one series over time: the packed distribution of each tick that had any, and merged ones of every
 * 10 s and every minute, which make both long windows and old history cheap. Merging only ever adds buckets up, so no
 * observation is lost or averaged. The series thread writes; any thread reads.
 *
 * <pre>
 *   fine     |.|.||..|...|.|    kept for the fine reach      (and up to 256 KiB)
 *   medium   |  .  |  .  |      rolled up soon after its end (of few samples: later), kept for the medium reach (and up to 512 KiB)
 *   coarse   |     .     |      rolled up from medium, kept for the coarse reach
 *   life     all observations up to the last rolled-up minute, added up
 * </pre>
 *
 * Where the bytes of a tier run out, its oldest entries go before their time: there the next coarser tier answers, and a
 * window that begins inside one of its blocks has the whole block.
 */
final class DistributionHistory {
    private static final int FINE_BYTES = 1 << 18;
    private static final int MEDIUM_BYTES = 1 << 19;
    /** Medium blocks that are rolled up at a time at most: two minutes of one series after another, not a quarter hour. */
    private static final int BLOCKS_AT_ONCE = 12;

    private static final VarHandle MEDIUM_UNTIL;
    private static final VarHandle COARSE_UNTIL;
    private static final VarHandle LIFE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MEDIUM_UNTIL = lookup.findVarHandle(DistributionHistory.class, "mediumUntil", int.class);
            COARSE_UNTIL = lookup.findVarHandle(DistributionHistory.class, "coarseUntil", int.class);
            LIFE = lookup.findVarHandle(DistributionHistory.class, "life", Life.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Everything up to and with {@code tick}; null where that is nothing. */
    private record Life(int tick, byte @Nullable [] packed) {
        static final Life NONE = new Life(BucketTier.BEFORE_ALL, null);
    }

    private final BucketLayout layout;
    private final int mediumStep;
    private final int coarseStep;
    /** When in each minute this series is rolled up: series take turns. */
    private final int phase;

    private final BucketTier fine = new BucketTier(FINE_BYTES);
    /** As the coarse one, made when something is rolled up to it. */
    private volatile BucketTier medium = BucketTier.NONE;

    private volatile BucketTier coarse = BucketTier.NONE;
    /** Ticks at or before it are in the medium tier. */
    private int mediumUntil = BucketTier.BEFORE_ALL;
    /** Ticks at or before it are in the coarse tier. */
    private int coarseUntil = BucketTier.BEFORE_ALL;

    private Life life = Life.NONE;

    DistributionHistory(BucketLayout layout, Horizon steps, int seed) {
        this.layout = layout;
        mediumStep = steps.mediumStep();
        coarseStep = steps.coarseStep();
        phase = Math.floorMod(seed, coarseStep);
    }

    /** Everything observed up to a tick, of which there is no history; before the first {@link #append}. */
    void resume(int tick, byte @Nullable [] packed) {
        LIFE.setRelease(this, new Life(tick, packed));
    }

    /**
     * @param tick later than every one before
     * @param bytes of which [from, to) is its packed distribution
     */
    void append(int tick, byte[] bytes, int from, int to, Horizon h, Workbench bench) {
        int turn = phase % mediumStep;
        if (tick - Horizon.floorTo(tick - 1, mediumStep) > turn
                && mediumUntil < tick - mediumStep
                && isWorthRollingUp(tick)) {
            int waiting = fine.run().tickAfter(mediumUntil, tick - 1);
            int due = Math.min(tick - 1, waiting + BLOCKS_AT_ONCE * mediumStep);
            rollUp(due, tick - Horizon.floorTo(tick - 1, coarseStep) > phase, h, bench);
        }
        fine.append(tick, bytes, from, to, fineDroppable(h), h);
    }

    /**
     * The same for what is read back: half the work is rolling up, which can wait until further samples come, a part at
     * each. Until then the ticks themselves answer.
     */
    void restore(int tick, byte[] bytes, int from, int to, Horizon h, Workbench bench) {
        if (fine.isOverfull()) {
            append(tick, bytes, from, to, h, bench);
        } else {
            fine.append(tick, bytes, from, to, fineDroppable(h), h);
        }
    }

    /**
     * A series with samples in most ticks is rolled up block by block. Of one with few, some dozen ticks may wait:
     * reading them one by one costs little, and it needs no coarser tiers for long. How many is not the same for all, so
     * that series which began together take turns.
     */
    private boolean isWorthRollingUp(int tick) {
        int waiting = fine.countAfter(mediumUntil);
        return waiting > 20 + 30 * phase / coarseStep
                || 2 * waiting > tick - fine.run().tickAfter(mediumUntil, Integer.MAX_VALUE);
    }

    /** When in each minute it is rolled up, in ticks. */
    int phase() {
        return phase;
    }

    private BucketTier writtenMedium() {
        if (medium == BucketTier.NONE) {
            medium = new BucketTier(MEDIUM_BYTES);
        }
        return medium;
    }

    private BucketTier writtenCoarse() {
        if (coarse == BucketTier.NONE) {
            coarse = new BucketTier(Integer.MAX_VALUE);
        }
        return coarse;
    }

    private int fineDroppable(Horizon h) {
        int early = fine.isOverfull() ? Horizon.floorTo(fine.medianTick(), mediumStep) : BucketTier.BEFORE_ALL;
        return Math.min(mediumUntil, Math.max(early, h.fineFrom() - coarseStep));
    }

    private int mediumDroppable(Horizon h) {
        int early = medium.isOverfull() ? Horizon.floorTo(medium.medianTick(), coarseStep) : BucketTier.BEFORE_ALL;
        return Math.min(coarseUntil, Math.max(early, h.mediumFrom() - coarseStep));
    }

    private int coarseDroppable(Horizon h) {
        return Math.min(coarseUntil, h.coarseFrom() - coarseStep);
    }

    /** Merges every block that ended at or before {@code tick}. */
    private void rollUp(int tick, boolean minutes, Horizon h, Workbench bench) {
        int until = Horizon.floorTo(tick, mediumStep);
        if (fine.run().tickAfter(mediumUntil, Integer.MAX_VALUE) <= until) {
            rollUp(fine, writtenMedium(), mediumStep, mediumUntil, until, mediumDroppable(h), h, bench);
        }
        MEDIUM_UNTIL.setRelease(this, Math.max(mediumUntil, until));
        int minute = Horizon.floorTo(tick, coarseStep);
        if (minutes && minute > coarseUntil) {
            DistributionBuilder grown = bench.sum(layout);
            addLife(life, grown);
            medium.run().sum(coarseUntil, minute, grown, false);
            // Before the bench is used again.
            byte[] total = grown.isEmpty() ? null : bench.writer.pack(grown);
            if (medium.run().tickAfter(coarseUntil, Integer.MAX_VALUE) <= minute) {
                rollUp(medium, writtenCoarse(), coarseStep, coarseUntil, minute, coarseDroppable(h), h, bench);
            }
            LIFE.setRelease(this, new Life(minute, total));
            COARSE_UNTIL.setRelease(this, minute);
        }
    }

    private void rollUp(
            BucketTier from, BucketTier to, int step, int after, int until, int droppable, Horizon h, Workbench bench) {
        BucketTier.Run run = from.run();
        int tick = run.tickAfter(after, Integer.MAX_VALUE);
        while (tick <= until) {
            int end = Horizon.ceilTo(tick, step);
            DistributionBuilder block = bench.sum(layout);
            run.sum(end - step, end, block, false);
            byte[] packed = bench.writer.pack(block);
            to.append(end, packed, 0, packed.length, droppable, h);
            tick = run.tickAfter(end, Integer.MAX_VALUE);
        }
    }

    private static void addLife(Life life, DistributionBuilder into) {
        if (life.packed != null) {
            PackedBuckets.addTo(into, life.packed, 0, life.packed.length);
        }
    }

    /** Merges observations into a past tick, and into what was rolled up of it. */
    void insert(int tick, byte[] packed, Workbench bench) {
        merge(fine, tick, tick - 1, packed, bench);
        if (tick <= mediumUntil) {
            int end = Horizon.ceilTo(tick, mediumStep);
            merge(writtenMedium(), end, end - mediumStep, packed, bench);
        }
        if (tick <= coarseUntil) {
            int end = Horizon.ceilTo(tick, coarseStep);
            merge(writtenCoarse(), end, end - coarseStep, packed, bench);
            byte[] before = life.packed;
            LIFE.setRelease(this, new Life(life.tick, before == null ? packed : bench.merge(layout, before, packed)));
        }
    }

    private void merge(BucketTier tier, int end, int begin, byte[] packed, Workbench bench) {
        if (end <= tier.run().droppedUntil) {
            return;
        }
        DistributionBuilder sum = bench.sum(layout);
        tier.run().sum(begin, end, sum, false);
        PackedBuckets.addTo(sum, packed, 0, packed.length);
        tier.put(end, bench.writer.pack(sum));
    }

    /**
     * Rolls up and drops what nothing will be appended to. (Appending drops by itself, when there is no room.)
     *
     * @param thoroughly whether to drop everything too old, though more is to come
     */
    void trim(Horizon h, boolean thoroughly, Workbench bench) {
        boolean quiet = fine.endsBefore(h.fineFrom() - coarseStep)
                || medium.endsBefore(h.mediumFrom() - coarseStep)
                || coarse.endsBefore(h.coarseFrom() - coarseStep);
        if (quiet || thoroughly) {
            rollUp(h.closed(), true, h, bench);
            fine.drop(fineDroppable(h));
            if (medium != BucketTier.NONE) {
                medium.drop(mediumDroppable(h));
            }
            if (coarse != BucketTier.NONE) {
                coarse.drop(coarseDroppable(h));
            }
        }
    }

    long bytes() {
        byte[] packed = life.packed;
        return (long) fine.capacityBytes()
                + medium.capacityBytes()
                + coarse.capacityBytes()
                + (packed == null ? 0 : packed.length);
    }

    /** Adds, or takes away, everything observed in (after, to]. */
    void sum(int after, int to, DistributionBuilder into, boolean subtract) {
        View view = View.of(this);
        view.sum(after, to, into, subtract);
    }

    /** The tick of the first entry of any resolution after {@code tick}, or the largest int. */
    int nextAfter(int tick) {
        View view = View.of(this);
        return Math.min(
                view.fine.tickAfter(tick, Integer.MAX_VALUE),
                Math.min(
                        view.medium.tickAfter(tick, Integer.MAX_VALUE),
                        view.coarse.tickAfter(tick, Integer.MAX_VALUE)));
    }

    /**
     * Everything observed up to a tick.
     *
     * @param sum of those observations
     */
    Distribution upTo(int tick, double sum) {
        DistributionBuilder total = new DistributionBuilder(layout);
        Life known = (Life) LIFE.getAcquire(this);
        addLife(known, total);
        if (tick >= known.tick) {
            sum(known.tick, tick, total, false);
            return total.build();
        }
        sum(tick, known.tick, total, true);
        Distribution rest = total.build();
        DistributionBuilder exact = new DistributionBuilder(layout);
        for (int i = 0; i < rest.bucketCount(); i++) {
            exact.addBucket(rest.bucketIndex(i), rest.bucketValue(i));
        }
        exact.addTotals(sum, Double.NaN, Double.NaN);
        return exact.build();
    }

    /** The three tiers as one reader sees them, none missing what another has dropped. */
    private record View(
            BucketTier.Run fine,
            BucketTier.Run medium,
            BucketTier.Run coarse,
            int mediumUntil,
            int coarseUntil,
            int mediumStep,
            int coarseStep) {
        static View of(DistributionHistory history) {
            while (true) {
                int coarseUntil = (int) COARSE_UNTIL.getAcquire(history);
                int mediumUntil = (int) MEDIUM_UNTIL.getAcquire(history);
                View view = new View(
                        history.fine.run(),
                        history.medium.run(),
                        history.coarse.run(),
                        mediumUntil,
                        coarseUntil,
                        history.mediumStep,
                        history.coarseStep);
                if (view.fine.droppedUntil <= mediumUntil && view.medium.droppedUntil <= coarseUntil) {
                    return view;
                }
            }
        }

        void sum(int after, int to, DistributionBuilder into, boolean subtract) {
            int from = after;
            int until = Math.min(to, medium.droppedUntil);
            if (from < until) {
                coarse.sum(from, until, into, subtract);
                from = until;
            }
            until = Math.min(to, fine.droppedUntil);
            if (from < until) {
                sumMedium(from, until, into, subtract);
                from = until;
            }
            if (from < to) {
                sumFine(from, to, into, subtract);
            }
        }

        private void sumFine(int from, int to, DistributionBuilder into, boolean subtract) {
            int low = Horizon.ceilTo(from, mediumStep);
            int high = Horizon.floorTo(Math.min(to, mediumUntil), mediumStep);
            if (low >= high) {
                fine.sum(from, to, into, subtract);
                return;
            }
            fine.sum(from, low, into, subtract);
            sumMedium(low, high, into, subtract);
            fine.sum(high, to, into, subtract);
        }

        private void sumMedium(int from, int to, DistributionBuilder into, boolean subtract) {
            int low = Horizon.ceilTo(from, coarseStep);
            int high = Horizon.floorTo(Math.min(to, coarseUntil), coarseStep);
            if (low >= high) {
                medium.sum(from, to, into, subtract);
                return;
            }
            medium.sum(from, low, into, subtract);
            coarse.sum(low, high, into, subtract);
            medium.sum(high, to, into, subtract);
        }
    }
}
