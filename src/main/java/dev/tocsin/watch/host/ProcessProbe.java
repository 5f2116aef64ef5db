package dev.tocsin.watch.host;

import dev.tocsin.watch.host.HostOptions.WatchedProcess;
import dev.tocsin.watch.host.HostPart.Processes;
import dev.tocsin.watch.host.HostPart.RunningProcess;
import java.util.ArrayList;
import java.util.List;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;
import oshi.software.os.OperatingSystem.ProcessSorting;

/** Reads the processes that are watched. Looks at nothing where none is. Confined to one thread at a time. */
final class ProcessProbe {
    private final List<WatchedProcess> watched;

    ProcessProbe(List<WatchedProcess> watched) {
        this.watched = watched;
    }

    List<HostPart> read(OperatingSystem system) {
        if (watched.isEmpty()) {
            return List.of();
        }
        List<OSProcess> all = system.getProcesses(this::isWatched, ProcessSorting.NO_SORTING, 0);
        List<HostPart> found = new ArrayList<>();
        for (WatchedProcess process : watched) {
            found.add(sum(process.name(), all.stream().filter(process::is).toList()));
        }
        return found;
    }

    private boolean isWatched(OSProcess process) {
        return watched.stream().anyMatch(w -> w.is(process));
    }

    private static Processes sum(String name, List<OSProcess> processes) {
        long residentBytes = 0;
        int threads = 0;
        long files = 0;
        List<RunningProcess> running = new ArrayList<>();
        for (OSProcess process : processes) {
            residentBytes += process.getResidentMemory();
            threads += process.getThreadCount();
            files += Math.max(0, process.getOpenFiles());
            running.add(new RunningProcess(
                    process.getProcessID(), process.getStartTime(), process.getKernelTime() + process.getUserTime()));
        }
        return new Processes(name, residentBytes, threads, files, running);
    }
}
