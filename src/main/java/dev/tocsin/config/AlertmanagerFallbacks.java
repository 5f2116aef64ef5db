package dev.tocsin.config;

import dev.tocsin.alert.Fallback;
import dev.tocsin.alert.Receiver;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what receivers say of their failures, {@code on_failure}, which Alertmanager does not have. */
final class AlertmanagerFallbacks {
    static final String KEY = "on_failure";
    private static final List<String> KEYS = List.of("receiver", "after", "attempts");
    private static final int MOST_ATTEMPTS = 1_000;

    private AlertmanagerFallbacks() {}

    /**
     * The same receivers, each with its fallback.
     *
     * @param list where they stand, with names that are known to be good
     */
    static Map<String, Receiver> read(YamlNode list, Map<String, Receiver> receivers) throws ConfigException {
        Map<String, Receiver> all = new LinkedHashMap<>(receivers);
        for (YamlNode node : list.asList()) {
            Map<String, YamlNode> keys = node.asMap();
            YamlNode onFailure = keys.get(KEY);
            if (onFailure != null && !onFailure.isNull()) {
                String name = AlertmanagerFile.required(node, keys, "name").asString();
                Fallback fallback = fallback(onFailure, receivers);
                all.computeIfPresent(name, (same, receiver) -> receiver.withFallback(fallback));
                refuseCircle(name, all, onFailure);
            }
        }
        return all;
    }

    private static Fallback fallback(YamlNode node, Map<String, Receiver> receivers) throws ConfigException {
        if (!node.isMap()) {
            return Fallback.to(AlertmanagerFile.oneOf(node, "receiver", receivers.keySet()));
        }
        Map<String, YamlNode> keys = AlertmanagerFile.ours(node, KEYS);
        String receiver = AlertmanagerFile.oneOf(
                AlertmanagerFile.required(node, keys, "receiver"), "receiver", receivers.keySet());
        YamlNode after = keys.get("after");
        YamlNode attempts = keys.get("attempts");
        if (after == null && attempts == null) {
            return Fallback.to(receiver);
        }
        return new Fallback(
                receiver,
                after == null ? Duration.ZERO : AlertmanagerFile.atLeastASecond(after),
                attempts == null ? 0 : attempts.asInt(1, MOST_ATTEMPTS));
    }

    /** Each entry is looked at once all before it are in place, so the last one of a circle is told. */
    private static void refuseCircle(String name, Map<String, Receiver> receivers, YamlNode node)
            throws ConfigException {
        StringBuilder path = new StringBuilder(name);
        Receiver at = receivers.get(name);
        while (at != null && at.onFailure() != null) {
            String next = at.onFailure().receiver();
            path.append(" → ").append(next);
            if (next.equals(name)) {
                throw node.error("goes round in a circle: " + path);
            }
            at = receivers.get(next);
        }
    }
}
