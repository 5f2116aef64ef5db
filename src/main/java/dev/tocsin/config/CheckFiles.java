package dev.tocsin.config;

import dev.tocsin.watch.check.CheckDefinition;
import dev.tocsin.watch.check.CheckOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Reads {@code checks/*.yaml}. No state; safe from any thread. */
public final class CheckFiles {
    /** Each costs a timer now and then, and some series for ever. */
    public static final int MOST_CHECKS = 10_000;

    private static final Set<String> KEYS = Set.of("checks");

    private CheckFiles() {}

    /**
     * The checks of all files.
     *
     * @param environment for {@code ${NAME}}
     * @param recoveryCommands argument vectors that recovery actions may run
     * @throws ConfigException also where a name stands twice, or a dependency is missing or leads back
     */
    public static List<CheckDefinition> parseAll(
            List<ConfigText> files, Map<String, String> environment, Set<List<String>> recoveryCommands)
            throws ConfigException {
        RecoveryReader recoveries = new RecoveryReader(recoveryCommands);
        Map<String, CheckDefinition> checks = new LinkedHashMap<>();
        Map<String, YamlNode> places = new LinkedHashMap<>();
        for (ConfigText file : files) {
            YamlNode root = YamlNode.parse(file.name(), file.text()).withEnvironment(environment);
            YamlNode list = root.asMap(KEYS).get("checks");
            if (list == null) {
                throw root.error("a file of checks has the key checks: a list");
            }
            for (YamlNode node : list.asList()) {
                CheckDefinition check = new CheckReader(node, recoveries).read();
                YamlNode before = places.put(check.name(), node);
                if (before != null) {
                    throw node.error("a check \"" + check.name() + "\" stands at " + before.file() + ":" + before.line()
                            + " already");
                }
                checks.put(check.name(), check);
                if (checks.size() > MOST_CHECKS) {
                    throw node.error("more than " + MOST_CHECKS + " checks, which is the most allowed");
                }
            }
        }
        requireDependencies(checks, places);
        return List.copyOf(checks.values());
    }

    private static void requireDependencies(Map<String, CheckDefinition> checks, Map<String, YamlNode> places)
            throws ConfigException {
        for (CheckDefinition check : checks.values()) {
            for (String dependency : check.dependsOn()) {
                if (!checks.containsKey(dependency)) {
                    List<String> known = checks.keySet().stream().sorted().toList();
                    throw dependencies(check.name(), places)
                            .error("there is no check \"" + dependency + "\"; " + Suggestion.of(dependency, known));
                }
            }
        }
        try {
            CheckOrder.dependenciesFirst(checks.values());
        } catch (CheckOrder.DependencyException e) {
            throw dependencies(e.check(), places).error(String.valueOf(e.getMessage()));
        }
    }

    private static YamlNode dependencies(String check, Map<String, YamlNode> places) throws ConfigException {
        YamlNode node = Objects.requireNonNull(places.get(check));
        return node.asMap().getOrDefault("depends-on", node);
    }
}
