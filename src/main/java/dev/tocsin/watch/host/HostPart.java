package dev.tocsin.watch.host;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** One thing that a reading of the host found. Totals count from the host's start. Immutable. */
sealed interface HostPart {
    /** @param cores in the order of their numbers */
    record Cpu(CpuTime all, List<CpuTime> cores) implements HostPart {}

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
    record Load(double one, double five, double fifteen) implements HostPart {}

    /** @param availableBytes what programs can still get without swapping: free, and caches that can be given up */
    record Memory(long totalBytes, long availableBytes) implements HostPart {}

    record Swap(long totalBytes, long usedBytes) implements HostPart {}

    /**
     * A mounted file system on a disk.
     *
     * @param freeBytes with what is reserved for root
     * @param usableBytes without it
     * @param inodes 0 where the file system has no fixed number
     */
    record Mount(
            String mount,
            String device,
            long totalBytes,
            long freeBytes,
            long usableBytes,
            long inodes,
            long freeInodes)
            implements HostPart {}

    /**
     * A block device.
     *
     * @param busyMillis with at least one request under way
     */
    record Disk(String device, long readBytes, long writtenBytes, long reads, long writes, long busyMillis)
            implements HostPart {}

    /** How long the requests of a block device took, waiting included, each for itself. */
    record DiskTime(String device, long readMillis, long writeMillis) implements HostPart {}

    record Network(
            String name,
            long receivedBytes,
            long sentBytes,
            long receivedPackets,
            long sentPackets,
            long receiveErrors,
            long sendErrors,
            long receiveDrops)
            implements HostPart {}

    /** @param states sockets by state ({@code established}, {@code listen}, …) */
    record Sockets(String protocol, Map<String, Integer> states) implements HostPart {}

    record Temperature(String chip, String sensor, double celsius) implements HostPart {}

    /**
     * The control group (version 2) that Tocsin runs in: in a container, the container. Limits are absent where there
     * are none.
     *
     * @param cpuLimitMillicores thousandths of a core
     * @param usedBytes without caches that can be given up at once
     */
    record Container(
            OptionalLong cpuLimitMillicores,
            long cpuMicros,
            long throttledMicros,
            OptionalLong memoryLimitBytes,
            long usedBytes,
            long outOfMemoryKills,
            OptionalLong maxProcesses,
            long processes)
            implements HostPart {}

    record Uptime(long seconds, int processes) implements HostPart {}

    /**
     * All processes of a name that is watched: none is worth knowing.
     *
     * @param files open, of those whose files we may see
     */
    record Processes(String name, long residentBytes, int threads, long files, List<RunningProcess> running)
            implements HostPart {}

    /** @param startedMillis since 1970; with the number it tells processes apart, for numbers are used again */
    record RunningProcess(int pid, long startedMillis, long cpuMillis) {}
}
