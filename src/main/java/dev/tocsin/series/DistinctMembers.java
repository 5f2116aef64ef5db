package dev.tocsin.series;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How many distinct members a set had in a sliding window of ticks: exact up to {@link #EXACT}, by the tick at which each
 * was last seen; beyond that estimated (see {@link SlidingEstimate}) until a whole window passes without a member.
 * Members are 64-bit hashes: two of ten thousand are taken for one with a probability of 3e-12. Confined to the series
 * thread.
 */
final class DistinctMembers {
    /** Most members counted exactly. */
    static final int EXACT = 10_000;

    private final int window;
    /** Open addressing; 0 is an empty place. */
    private long[] members = new long[16];

    private int[] lastSeen = new int[16];
    private int places;
    private @Nullable SlidingEstimate estimate;
    private int newestTick = Horizon.NONE;

    /** @param window in ticks */
    DistinctMembers(int window) {
        this.window = window;
    }

    boolean isEstimated() {
        return estimate != null;
    }

    /** @param tick not before any earlier one */
    void add(long hash, int tick) {
        newestTick = tick;
        if (estimate != null) {
            estimate.add(hash, tick);
            return;
        }
        long member = hash == 0 ? 1 : hash;
        int i = place(member);
        if (members[i] == 0) {
            members[i] = member;
            places++;
        }
        lastSeen[i] = tick;
        if (places * 2 > members.length) {
            makeRoom(tick);
        }
    }

    private int place(long member) {
        int mask = members.length - 1;
        int i = (int) (member * 0x9e3779b97f4a7c15L >>> 32) & mask;
        while (members[i] != 0 && members[i] != member) {
            i = i + 1 & mask;
        }
        return i;
    }

    /** Drops members that left the window; grows, or goes over to estimating, where that is not enough. */
    private void makeRoom(int tick) {
        int inside = countInside(tick);
        if (inside > EXACT) {
            SlidingEstimate next = new SlidingEstimate(window);
            for (int i = 0; i < members.length; i++) {
                if (members[i] != 0 && isInside(i, tick)) {
                    next.add(members[i], lastSeen[i]);
                }
            }
            estimate = next;
            clear();
            return;
        }
        long[] oldMembers = members;
        int[] oldSeen = lastSeen;
        int capacity = Math.max(16, Integer.highestOneBit(Math.max(1, inside)) * 8);
        members = new long[capacity];
        lastSeen = new int[capacity];
        places = inside;
        for (int i = 0; i < oldMembers.length; i++) {
            if (oldMembers[i] != 0 && tick - oldSeen[i] < window) {
                int at = place(oldMembers[i]);
                members[at] = oldMembers[i];
                lastSeen[at] = oldSeen[i];
            }
        }
    }

    private boolean isInside(int i, int tick) {
        return tick - lastSeen[i] < window;
    }

    private int countInside(int tick) {
        int inside = 0;
        for (int i = 0; i < members.length; i++) {
            inside += members[i] != 0 && isInside(i, tick) ? 1 : 0;
        }
        return inside;
    }

    private void clear() {
        members = new long[16];
        lastSeen = new int[16];
        places = 0;
    }

    /** The members last seen at a tick; none while they are estimated. */
    long[] seenAt(int tick) {
        long[] seen = new long[places];
        int n = 0;
        for (int i = 0; i < members.length; i++) {
            if (members[i] != 0 && lastSeen[i] == tick) {
                seen[n++] = members[i];
            }
        }
        return Arrays.copyOf(seen, n);
    }

    /** Whether no member is in the window that ends at a tick; then nothing is kept either. */
    boolean isEmptyAt(int tick) {
        if (newestTick != Horizon.NONE && tick - newestTick < window) {
            return false;
        }
        estimate = null;
        if (places > 0) {
            clear();
        }
        return true;
    }

    /** Distinct members in the window that ends at a tick. */
    double countAt(int tick) {
        if (isEmptyAt(tick)) {
            return 0;
        }
        return estimate != null ? Math.rint(estimate.countAt(tick)) : countInside(tick);
    }

    long bytes() {
        return members.length * 12L + (estimate == null ? 0 : SlidingEstimate.BYTES) + 80;
    }
}
