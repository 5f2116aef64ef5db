package dev.tocsin.config;

import dev.tocsin.alert.GroupBy;
import dev.tocsin.alert.Receiver;
import dev.tocsin.alert.Route;
import dev.tocsin.alert.RouteOptions;
import dev.tocsin.alert.Severities;
import dev.tocsin.alert.TimeGate;
import dev.tocsin.core.Matcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code severities}, which Alertmanager does not have. What they leave out they have from the root route. */
final class AlertmanagerSeverities {
    static final String KEY = "severities";
    /** The receiver of severities that are for the page only; made where the file has none of the name. */
    static final String PAGE_ONLY = "page-only";

    private static final List<String> KEYS =
            List.of("receivers", "page_only", "digest", "group_by", "group_wait", "group_interval", "repeat_interval");
    private static final Set<String> AT_ONCE = Set.of("critical", "high");

    private final RouteOptions root;
    private final Map<String, Receiver> receivers;

    /** @param receivers to which the one of those for the page only is added, if need be */
    AlertmanagerSeverities(RouteOptions root, Map<String, Receiver> receivers) {
        this.root = root;
        this.receivers = receivers;
    }

    Severities read(YamlNode node) throws ConfigException {
        Map<String, List<Route>> routes = new HashMap<>();
        for (Map.Entry<String, YamlNode> entry :
                AlertmanagerFile.ours(node, Severities.NAMES).entrySet()) {
            routes.put(entry.getKey(), routes(entry.getKey(), entry.getValue()));
        }
        return new Severities(routes);
    }

    private List<Route> routes(String severity, YamlNode node) throws ConfigException {
        if (node.isScalar() && node.asString().equals("page_only")) {
            return List.of(route(severity, pageOnly(node), root));
        }
        Map<String, YamlNode> keys = AlertmanagerFile.ours(node, KEYS);
        YamlNode pageOnly = keys.get("page_only");
        if (pageOnly != null && pageOnly.asBoolean()) {
            if (keys.size() > 1) {
                throw pageOnly.error("what is only on the page has no receivers and no times");
            }
            return List.of(route(severity, pageOnly(node), root));
        }
        RouteOptions options = options(severity, keys);
        List<Route> routes = new ArrayList<>();
        for (YamlNode receiver :
                AlertmanagerFile.required(node, keys, "receivers").asList()) {
            routes.add(route(severity, AlertmanagerFile.oneOf(receiver, "receiver", receivers.keySet()), options));
        }
        if (routes.isEmpty()) {
            throw node.error("needs receivers, or page_only: true");
        }
        return routes;
    }

    private String pageOnly(YamlNode node) throws ConfigException {
        Receiver known = receivers.computeIfAbsent(PAGE_ONLY, name -> new Receiver(name, List.of()));
        if (!known.subscriptions().isEmpty()) {
            throw node.error("the receiver \"" + PAGE_ONLY + "\" tells somebody; give that one another name");
        }
        return PAGE_ONLY;
    }

    private RouteOptions options(String severity, Map<String, YamlNode> keys) throws ConfigException {
        YamlNode digestNode = keys.get("digest");
        Duration digest = digestNode == null ? Duration.ZERO : AlertmanagerFile.atLeastASecond(digestNode);
        boolean digests = !digest.isZero();
        for (String key : List.of("group_wait", "group_interval")) {
            if (digests && keys.containsKey(key)) {
                throw keys.get(key).error("can't stand beside digest, which says how long is waited");
            }
        }
        Duration wait = digests ? digest : AT_ONCE.contains(severity) ? Duration.ZERO : root.groupWait();
        GroupBy inherited = digests ? GroupBy.NOTHING : root.groupBy();
        return new RouteOptions(
                root.receiver(),
                AlertmanagerRoutes.groupBy(inherited, keys.get("group_by")),
                AlertmanagerRoutes.duration(wait, keys.get("group_wait")),
                digests
                        ? digest
                        : AlertmanagerRoutes.atLeastOne(
                                "group_interval", root.groupInterval(), keys.get("group_interval")),
                AlertmanagerRoutes.atLeastOne("repeat_interval", root.repeatInterval(), keys.get("repeat_interval")),
                root.escalation(),
                root.autoResolve(),
                root.flapping(),
                digests);
    }

    private static Route route(String severity, String receiver, RouteOptions options) {
        Matcher matcher = new Matcher("severity", Matcher.Op.MATCHES, Severities.valuesOf(severity));
        return new Route(
                "{}/severities", List.of(matcher), true, options.to(receiver), TimeGate.ALWAYS_OPEN, List.of());
    }
}
