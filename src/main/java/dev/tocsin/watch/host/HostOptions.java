package dev.tocsin.watch.host;

import dev.tocsin.core.Regex;
import java.util.List;
import org.jspecify.annotations.Nullable;
import oshi.software.os.OSProcess;

/**
 * What is measured, and how it is called.
 *
 * @param ownNames as {@code host_*}
 * @param nodeNames as node_exporter's {@code node_*}, with the labels {@code job="node"} and {@code instance}
 * @param instance the host's name, as others know it
 */
public record HostOptions(boolean ownNames, boolean nodeNames, String instance, List<WatchedProcess> processes) {
    public HostOptions {
        processes = List.copyOf(processes);
    }

    /**
     * Processes of one kind.
     *
     * @param name the label {@code process}; where {@code command} is null also the name of the program
     * @param command what the whole command line looks like
     */
    public record WatchedProcess(String name, @Nullable Regex command) {
        boolean is(OSProcess process) {
            return command == null ? process.getName().equals(name) : command.matches(process.getCommandLine());
        }
    }
}
