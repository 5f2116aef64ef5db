package dev.tocsin.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is told, gathered from all files: the {@code alertmanager.yaml} in which each channel is a receiver, and takes the
 * alerts whose label {@value #LABEL} names it. Confined to one thread.
 */
final class Channels {
    /** Names of channels, with commas between. */
    static final String LABEL = "channels";

    private final Map<String, CommentedYaml> receivers = new LinkedHashMap<>();
    private final List<CommentedYaml> escalations = new ArrayList<>();

    /** What a channel is called here: of an Amazon resource name its last part. */
    static String name(String said) {
        String last = said.substring(said.lastIndexOf(':') + 1);
        return last.isBlank() ? "unnamed" : last.replaceAll("[^A-Za-z0-9_.-]", "_");
    }

    /** Where nothing is known of it yet, somebody has to fill it in. */
    void use(String name, String remark) {
        receivers.computeIfAbsent(
                name, fresh -> new CommentedYaml().put("name", fresh).comment(remark));
    }

    /** @param integration for example {@code slack_configs} */
    void define(String name, String integration, CommentedYaml settings) {
        receivers.put(name, new CommentedYaml().put("name", name).put(integration, List.of(settings)));
    }

    /** @param levels as {@code escalation_policies} has them */
    void escalation(String name, List<CommentedYaml> levels) {
        escalations.add(new CommentedYaml().put("name", name).put("levels", levels));
    }

    boolean isEmpty() {
        return receivers.isEmpty();
    }

    CommentedYaml file() {
        List<CommentedYaml> routes = new ArrayList<>();
        for (String name : receivers.keySet()) {
            routes.add(new CommentedYaml()
                    .put("receiver", name)
                    .put("matchers", List.of(LABEL + "=~\"(.*,)?" + name.replace(".", "[.]") + "(,.*)?\""))
                    .put("continue", true));
        }
        List<CommentedYaml> all = new ArrayList<>();
        all.add(new CommentedYaml().put("name", "page-only"));
        all.addAll(receivers.values());
        CommentedYaml file = new CommentedYaml()
                .put(
                        "route",
                        new CommentedYaml()
                                .put("receiver", "page-only")
                                .put("group_by", List.of("alertname"))
                                .put("group_wait", "0s")
                                .put("group_interval", "10s")
                                .put("routes", routes))
                .put("receivers", all);
        if (!escalations.isEmpty()) {
            file.put("escalation_policies", escalations);
        }
        return file;
    }
}
