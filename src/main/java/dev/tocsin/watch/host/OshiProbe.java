package dev.tocsin.watch.host;

import dev.tocsin.watch.host.HostOptions.WatchedProcess;
import dev.tocsin.watch.host.HostPart.Cpu;
import dev.tocsin.watch.host.HostPart.CpuTime;
import dev.tocsin.watch.host.HostPart.Disk;
import dev.tocsin.watch.host.HostPart.Load;
import dev.tocsin.watch.host.HostPart.Memory;
import dev.tocsin.watch.host.HostPart.Mount;
import dev.tocsin.watch.host.HostPart.Network;
import dev.tocsin.watch.host.HostPart.Swap;
import dev.tocsin.watch.host.HostPart.Uptime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.TickType;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.NetworkIF;
import oshi.software.os.OSFileStore;

/**
 * Reads this host by OSHI. Its first reading takes about a quarter of a second, later ones about 10 ms. Each part is
 * read by itself, so that what a container or a kernel withholds leaves the others. Confined to one thread at a time.
 */
final class OshiProbe implements HostProbe {
    /** The most cores, mounts, disks and interfaces that are reported, each. */
    static final int MAX_PARTS = 256;

    /** What holds no data of its own, or is always full. */
    private static final Set<String> UNREAL_FILE_SYSTEMS =
            Set.of("tmpfs", "devtmpfs", "ramfs", "rootfs", "squashfs", "erofs", "iso9660", "udf", "autofs", "nsfs");

    private final Consumer<Failure> failures;
    private final LinuxProbe linux;
    private final ProcessProbe processes;
    private @Nullable SystemInfo system;

    /** A part that could not be read this time. */
    record Failure(String part, Throwable cause) {}

    OshiProbe(List<WatchedProcess> processes, SystemFiles files, Consumer<Failure> failures) {
        this.failures = failures;
        this.linux = new LinuxProbe(files);
        this.processes = new ProcessProbe(processes);
    }

    @Override
    public List<HostPart> read(boolean slowToo) {
        SystemInfo s = system == null ? new SystemInfo() : system;
        system = s;
        List<HostPart> found = new ArrayList<>();
        read("cpu", found, () -> List.of(cpu(s)));
        read("load", found, () -> load(s));
        read("memory", found, () -> List.of(memory(s)));
        read("swap", found, () -> List.of(swap(s)));
        read("disks", found, () -> disks(s));
        read("disk times", found, linux::diskTimes);
        read("networks", found, () -> networks(s));
        read("uptime", found, () -> List.of(uptime(s)));
        read("container", found, linux::container);
        if (slowToo) {
            read("mounts", found, () -> mounts(s));
            read("sockets", found, linux::sockets);
            read("temperatures", found, linux::temperatures);
            read("processes", found, () -> processes.read(s.getOperatingSystem()));
        }
        return found;
    }

    /** Native code that is missing or refused comes as an Error. */
    private void read(String name, List<HostPart> found, Supplier<? extends List<? extends HostPart>> reading) {
        try {
            found.addAll(reading.get());
        } catch (RuntimeException | LinkageError e) {
            failures.accept(new Failure(name, e));
        }
    }

    private static Cpu cpu(SystemInfo system) {
        CentralProcessor processor = system.getHardware().getProcessor();
        List<CpuTime> cores = new ArrayList<>();
        for (long[] core : processor.getProcessorCpuLoadTicks()) {
            if (cores.size() < MAX_PARTS) {
                cores.add(cpuTime(core));
            }
        }
        return new Cpu(cpuTime(processor.getSystemCpuLoadTicks()), cores);
    }

    private static CpuTime cpuTime(long[] ticks) {
        return new CpuTime(
                ticks[TickType.USER.getIndex()],
                ticks[TickType.NICE.getIndex()],
                ticks[TickType.SYSTEM.getIndex()],
                ticks[TickType.IDLE.getIndex()],
                ticks[TickType.IOWAIT.getIndex()],
                ticks[TickType.IRQ.getIndex()],
                ticks[TickType.SOFTIRQ.getIndex()],
                ticks[TickType.STEAL.getIndex()]);
    }

    /** None where the system knows no load average: OSHI says so with negative numbers. */
    private static List<Load> load(SystemInfo system) {
        double[] load = system.getHardware().getProcessor().getSystemLoadAverage(3);
        return load[0] < 0 ? List.of() : List.of(new Load(load[0], load[1], load[2]));
    }

    private static Memory memory(SystemInfo system) {
        GlobalMemory memory = system.getHardware().getMemory();
        return new Memory(memory.getTotal(), memory.getAvailable());
    }

    private static Swap swap(SystemInfo system) {
        var swap = system.getHardware().getMemory().getVirtualMemory();
        return new Swap(swap.getSwapTotal(), swap.getSwapUsed());
    }

    /** One mount a device: a container sees the same disk mounted on several single files. */
    private static List<Mount> mounts(SystemInfo system) {
        Map<String, Mount> byDevice = new HashMap<>();
        for (OSFileStore store : system.getOperatingSystem().getFileSystem().getFileStores(true)) {
            boolean readOnly = ("," + store.getOptions() + ",").contains(",ro,");
            if (UNREAL_FILE_SYSTEMS.contains(store.getType()) || readOnly || store.getTotalSpace() <= 0) {
                continue;
            }
            Mount mount = new Mount(
                    store.getMount(),
                    store.getVolume(),
                    store.getTotalSpace(),
                    store.getFreeSpace(),
                    store.getUsableSpace(),
                    Math.max(0, store.getTotalInodes()),
                    Math.max(0, store.getFreeInodes()));
            byDevice.merge(
                    mount.device(),
                    mount,
                    (a, b) -> a.mount().length() <= b.mount().length() ? a : b);
        }
        return byDevice.values().stream()
                .sorted(Comparator.comparing(Mount::mount))
                .limit(MAX_PARTS)
                .toList();
    }

    private static List<Disk> disks(SystemInfo system) {
        List<Disk> disks = new ArrayList<>();
        for (HWDiskStore disk : system.getHardware().getDiskStores()) {
            String name = disk.getName().substring(disk.getName().lastIndexOf('/') + 1);
            if (isRealDisk(name) && disks.size() < MAX_PARTS) {
                disks.add(new Disk(
                        name,
                        disk.getReadBytes(),
                        disk.getWriteBytes(),
                        disk.getReads(),
                        disk.getWrites(),
                        disk.getTransferTime()));
            }
        }
        return disks;
    }

    static boolean isRealDisk(String device) {
        return !device.startsWith("loop") && !device.startsWith("ram") && !device.startsWith("zram");
    }

    private static List<Network> networks(SystemInfo system) {
        List<Network> networks = new ArrayList<>();
        for (NetworkIF net : system.getHardware().getNetworkIFs(true)) {
            // One end of each container's link: many, short-lived, and seen on the bridge as well.
            if (!net.getName().startsWith("veth") && networks.size() < MAX_PARTS) {
                networks.add(new Network(
                        net.getName(),
                        net.getBytesRecv(),
                        net.getBytesSent(),
                        net.getPacketsRecv(),
                        net.getPacketsSent(),
                        net.getInErrors(),
                        net.getOutErrors(),
                        net.getInDrops()));
            }
        }
        return networks;
    }

    private static Uptime uptime(SystemInfo system) {
        var os = system.getOperatingSystem();
        return new Uptime(os.getSystemUptime(), os.getProcessCount());
    }
}
