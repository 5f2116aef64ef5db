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
import java.util.function.Function;
import java.util.function.Supplier;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.TickType;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.NetworkIF;
import oshi.software.os.OSFileStore;

/**
 * Reads this host: on Linux from the kernel's own files, what these do not tell and other systems by OSHI. Each part is
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
    private final KernelProbe kernel;
    private final SystemInfo system = new SystemInfo();

    /** A part that could not be read this time. */
    record Failure(String part, Throwable cause) {}

    OshiProbe(List<WatchedProcess> processes, SystemFiles files, Consumer<Failure> failures) {
        this.failures = failures;
        this.kernel = new KernelProbe(files);
        this.linux = new LinuxProbe(files);
        this.processes = new ProcessProbe(processes);
    }

    @Override
    public List<HostPart> read(boolean slowToo) {
        List<HostPart> found = new ArrayList<>();
        read("cpu", found, kernel::cpu, system -> List.of(cpu(system)));
        read("load", found, kernel::load, OshiProbe::load);
        read("memory", found, kernel::memory, system -> List.of(memory(system), swap(system)));
        read("disks", found, kernel::disks, OshiProbe::disks);
        read("networks", found, kernel::networks, OshiProbe::networks);
        read("container", found, linux::container, system -> List.of());
        if (slowToo) {
            read("uptime", found, List::of, system -> List.of(uptime(system)));
            read("mounts", found, List::of, OshiProbe::mounts);
            read("sockets", found, linux::sockets, system -> List.of());
            read("temperatures", found, linux::temperatures, system -> List.of());
            read("processes", found, List::of, system -> processes.read(system.getOperatingSystem()));
        }
        return found;
    }

    /**
     * Native code that is missing or refused comes as an Error.
     *
     * @param other asked where the kernel's files say nothing
     */
    private void read(
            String name,
            List<HostPart> found,
            Supplier<? extends List<? extends HostPart>> own,
            Function<SystemInfo, ? extends List<? extends HostPart>> other) {
        try {
            List<? extends HostPart> parts = own.get();
            found.addAll(parts.isEmpty() ? other.apply(system) : parts);
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

    /** Not one end of a container's link: many, short-lived, and seen on the bridge as well. */
    static boolean isRealNetwork(String name) {
        return !name.startsWith("veth");
    }

    private static List<Network> networks(SystemInfo system) {
        List<Network> networks = new ArrayList<>();
        for (NetworkIF net : system.getHardware().getNetworkIFs(true)) {
            if (isRealNetwork(net.getName()) && networks.size() < MAX_PARTS) {
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
