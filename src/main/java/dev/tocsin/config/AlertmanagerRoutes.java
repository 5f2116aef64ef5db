package dev.tocsin.config;

import dev.tocsin.alert.FlapLimit;
import dev.tocsin.alert.GroupBy;
import dev.tocsin.alert.Route;
import dev.tocsin.alert.RouteOptions;
import dev.tocsin.alert.TimeGate;
import dev.tocsin.core.Matcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the routing tree. Each route takes over what it does not say from its parent. */
final class AlertmanagerRoutes {
    private static final Set<String> KEYS = Set.of(
            "receiver",
            "group_by",
            "group_wait",
            "group_interval",
            "repeat_interval",
            "matchers",
            "match",
            "match_re",
            "mute_time_intervals",
            "active_time_intervals",
            "continue",
            "routes",
            "escalation_policy",
            "auto_resolve",
            AlertmanagerFlapping.KEY);

    private final Set<String> receivers;
    private final AlertmanagerTimes times;
    private final AlertmanagerEscalations escalations;

    AlertmanagerRoutes(Set<String> receivers, AlertmanagerTimes times, AlertmanagerEscalations escalations) {
        this.receivers = receivers;
        this.times = times;
        this.escalations = escalations;
    }

    /** @param flapping what holds where no route says anything of it; null for nothing */
    Route root(YamlNode node, @Nullable FlapLimit flapping) throws ConfigException {
        Map<String, YamlNode> keys = AlertmanagerFile.known(node, KEYS, Set.of());
        YamlNode receiver = keys.get("receiver");
        if (receiver == null || receiver.asString().isEmpty()) {
            throw node.error("root route must specify a default receiver");
        }
        if (!matchers(keys).isEmpty()) {
            throw node.error("root route must not have any matchers");
        }
        for (String key : List.of("mute_time_intervals", "active_time_intervals")) {
            YamlNode intervals = keys.get(key);
            if (intervals != null && !intervals.asList().isEmpty()) {
                throw intervals.error(
                        "root route must not have any " + key.substring(0, key.indexOf('_')) + " time intervals");
            }
        }
        return route(
                "", List.of(), false, RouteOptions.defaults(receiver.asString()).withFlapping(flapping), keys);
    }

    private Route child(String parentKey, RouteOptions inherited, YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = AlertmanagerFile.known(node, KEYS, Set.of());
        boolean continues = keys.containsKey("continue") && keys.get("continue").asBoolean();
        return route(parentKey, matchers(keys), continues, inherited, keys);
    }

    private Route route(
            String parentKey,
            List<Matcher> matchers,
            boolean continues,
            RouteOptions inherited,
            Map<String, YamlNode> keys)
            throws ConfigException {
        RouteOptions options = options(inherited, keys);
        String key = Route.keyOf(parentKey, matchers);
        List<Route> children = new ArrayList<>();
        YamlNode routes = keys.get("routes");
        if (routes != null) {
            for (YamlNode child : routes.asList()) {
                children.add(child(key, options, child));
            }
        }
        TimeGate gate = new TimeGate(
                times.named(keys.get("mute_time_intervals")), times.named(keys.get("active_time_intervals")));
        return new Route(parentKey, matchers, continues, options, gate, children);
    }

    private RouteOptions options(RouteOptions inherited, Map<String, YamlNode> keys) throws ConfigException {
        String receiver = inherited.receiver();
        YamlNode named = keys.get("receiver");
        if (named != null && !named.asString().isEmpty()) {
            receiver = named.asString();
            if (!receivers.contains(receiver)) {
                throw named.error("undefined receiver \"" + receiver + "\" used in route");
            }
        }
        YamlNode autoResolve = keys.get("auto_resolve");
        return new RouteOptions(
                receiver,
                groupBy(inherited.groupBy(), keys.get("group_by")),
                duration(inherited.groupWait(), keys.get("group_wait")),
                atLeastOne("group_interval", inherited.groupInterval(), keys.get("group_interval")),
                atLeastOne("repeat_interval", inherited.repeatInterval(), keys.get("repeat_interval")),
                escalations.named(inherited.escalation(), keys.get("escalation_policy")),
                autoResolve == null || autoResolve.isNull() ? inherited.autoResolve() : autoResolve.asBoolean(),
                AlertmanagerFlapping.read(inherited.flapping(), keys.get(AlertmanagerFlapping.KEY)),
                false);
    }

    static GroupBy groupBy(GroupBy inherited, @Nullable YamlNode node) throws ConfigException {
        if (node == null || node.asList().isEmpty()) {
            return inherited;
        }
        Set<String> names = new LinkedHashSet<>();
        boolean all = false;
        for (YamlNode item : node.asList()) {
            String name = item.asString();
            if (name.equals("...")) {
                all = true;
            } else if (name.isEmpty()) {
                throw item.error("invalid label name \"\" in group_by list");
            } else if (!names.add(name)) {
                throw item.error("duplicated label \"" + name + "\" in group_by");
            }
        }
        if (all && !names.isEmpty()) {
            throw node.error("cannot have wildcard group_by (`...`) and other other labels at the same time");
        }
        return all ? GroupBy.ALL : new GroupBy(names, false);
    }

    static Duration duration(Duration inherited, @Nullable YamlNode node) throws ConfigException {
        return node == null || node.isNull() ? inherited : node.asDuration();
    }

    static Duration atLeastOne(String key, Duration inherited, @Nullable YamlNode node) throws ConfigException {
        Duration value = duration(inherited, node);
        if (node != null && value.isZero()) {
            throw node.error(key + " cannot be zero");
        }
        return value;
    }

    private static List<Matcher> matchers(Map<String, YamlNode> keys) throws ConfigException {
        return AlertmanagerMatchers.read(keys.get("match"), keys.get("match_re"), keys.get("matchers"));
    }
}
