package dev.tocsin.config;

import dev.tocsin.core.Regex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of the machine itself: {@code host.*}.
 *
 * @param enabled whether the machine is measured
 * @param instance the label {@code instance} of {@code node_*} series; empty: the machine's name
 */
public record HostSettings(boolean enabled, Names names, String instance, List<NamedProcess> processes) {
    private static final int MAX_PROCESSES = 100;
    private static final Set<String> PROCESS_KEYS = Set.of("name", "command");

    public static final HostSettings DEFAULTS = new HostSettings(true, Names.HOST, "", List.of());

    public HostSettings {
        processes = List.copyOf(processes);
    }

    /** What the series are called. */
    public enum Names {
        /** {@code host_*}. */
        HOST,
        /** As node_exporter calls them: {@code node_*}. */
        NODE,
        BOTH
    }

    /** @param command what the whole command line looks like; null: the program's name is {@code name} */
    public record NamedProcess(String name, @Nullable Regex command) {}

    static HostSettings read(Layers in) throws ConfigException {
        return new HostSettings(
                in.read("host.enabled", DEFAULTS.enabled, YamlNode::asBoolean),
                in.read("host.names", DEFAULTS.names, Allowed.oneOf(Names.class)),
                in.read("host.instance", DEFAULTS.instance, YamlNode::asString),
                in.read("host.processes", DEFAULTS.processes, HostSettings::processes));
    }

    private static List<NamedProcess> processes(YamlNode list) throws ConfigException {
        List<NamedProcess> processes = new ArrayList<>();
        for (YamlNode node : list.asList()) {
            NamedProcess process = node.isMap() ? process(node) : new NamedProcess(node.asString(), null);
            if (process.name().isEmpty()
                    || processes.stream().anyMatch(p -> p.name().equals(process.name()))) {
                throw node.error("each process needs a name of its own");
            }
            processes.add(process);
        }
        if (processes.size() > MAX_PROCESSES) {
            throw list.error("at most " + MAX_PROCESSES + " processes");
        }
        return processes;
    }

    private static NamedProcess process(YamlNode node) throws ConfigException {
        Map<String, YamlNode> map = node.asMap();
        for (Map.Entry<String, YamlNode> entry : map.entrySet()) {
            if (!PROCESS_KEYS.contains(entry.getKey())) {
                throw entry.getValue().error("unknown key; " + Suggestion.of(entry.getKey(), PROCESS_KEYS));
            }
        }
        YamlNode name = map.get("name");
        if (name == null) {
            throw node.error("a process needs a name");
        }
        YamlNode command = map.get("command");
        return new NamedProcess(name.asString(), command == null ? null : regex(command));
    }

    private static Regex regex(YamlNode node) throws ConfigException {
        try {
            return Regex.compile(node.asString());
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }
}
