package dev.tocsin.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What checks may do: {@code checks.*}.
 *
 * @param recoveryCommands argument vectors that recovery actions may run, each as a whole
 */
public record CheckSettings(Set<List<String>> recoveryCommands) {
    public static final CheckSettings DEFAULTS = new CheckSettings(Set.of());

    public CheckSettings {
        recoveryCommands = Set.copyOf(recoveryCommands);
    }

    static CheckSettings read(Layers in) throws ConfigException {
        return new CheckSettings(in.read("checks.recovery.allow", DEFAULTS.recoveryCommands, CheckSettings::commands));
    }

    private static Set<List<String>> commands(YamlNode list) throws ConfigException {
        Set<List<String>> commands = new HashSet<>();
        for (YamlNode command : list.asList()) {
            commands.add(List.copyOf(CommandVector.read(command)));
        }
        return commands;
    }
}
