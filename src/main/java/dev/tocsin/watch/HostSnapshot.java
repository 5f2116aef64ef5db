package dev.tocsin.watch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one reading of the host found. A part that could not be read is null or empty. Totals count from the host's
 * start. Immutable.
 */
record HostSnapshot(
        @Nullable Cpu cpu,
        @Nullable Load load,
        @Nullable Memory memory,
        @Nullable Swap swap,
        List<Mount> mounts,
        List<Disk> disks,
        List<Network> networks,
        @Nullable Uptime uptime) {
    /** @param cores in the order of their numbers */
    record Cpu(CpuTime all, List<CpuTime> cores) {}

    /** Milliseconds spent in each mode since the host's start; {@code all} of several cores is their sum. */
    record CpuTime(long user, long nice, long system, long idle, long iowait, long irq, long softirq, long steal) {
        long busyMillis() {
            return user + nice + system + irq + softirq + steal;
        }

        long totalMillis() {
            return busyMillis() + idle + iowait;
        }
    }

    /** Average length of the run queue over 1, 5 and 15 minutes. */
    record Load(double one, double five, double fifteen) {}

    /** @param availableBytes what programs can still get without swapping: free, and caches that can be given up */
    record Memory(long totalBytes, long availableBytes) {}

    record Swap(long totalBytes, long usedBytes) {}

    /**
     * A mounted file system on a disk.
     *
     * @param freeBytes with what is reserved for root
     * @param usableBytes without it
     */
    record Mount(String mount, String device, long totalBytes, long freeBytes, long usableBytes) {}

    record Disk(String device, long readBytes, long writtenBytes) {}

    record Network(
            String name, long receivedBytes, long sentBytes, long receiveErrors, long sendErrors, long receiveDrops) {}

    record Uptime(long seconds, int processes) {}
}
