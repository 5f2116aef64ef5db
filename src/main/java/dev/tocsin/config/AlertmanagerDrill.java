package dev.tocsin.config;

import dev.tocsin.alert.Drill;
import dev.tocsin.alert.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code drill}, which Alertmanager does not have. */
final class AlertmanagerDrill {
    static final String KEY = "drill";
    private static final List<String> KEYS = List.of("receiver", "alarm_receiver", "every", "within");
    /** Whoever asks for one over HTTP waits as long. */
    private static final Duration MOST_WITHIN = Duration.ofSeconds(25);

    private AlertmanagerDrill() {}

    /** @return null where the key is not there */
    static @Nullable Drill read(@Nullable YamlNode node, Map<String, Receiver> receivers) throws ConfigException {
        if (node == null || node.isNull()) {
            return null;
        }
        Map<String, YamlNode> keys = AlertmanagerFile.ours(node, KEYS);
        YamlNode own = AlertmanagerFile.required(node, keys, "receiver");
        String receiver = AlertmanagerFile.oneOf(own, "receiver", receivers.keySet());
        Receiver told = receivers.get(receiver);
        if (told == null || told.subscriptions().isEmpty()) {
            throw own.error("tells nobody: a drill needs a receiver with integrations");
        }
        String alarm = AlertmanagerFile.oneOf(
                AlertmanagerFile.required(node, keys, "alarm_receiver"), "receiver", receivers.keySet());
        YamlNode every = keys.get("every");
        YamlNode within = keys.get("within");
        Duration allowed = within == null ? Drill.DEFAULT_WITHIN : AlertmanagerFile.atLeastASecond(within);
        if (within != null && allowed.compareTo(MOST_WITHIN) > 0) {
            throw within.error("must be at most 25s");
        }
        Duration interval = every == null ? Duration.ZERO : AlertmanagerFile.atLeastASecond(every);
        if (every != null && interval.compareTo(Duration.ofMinutes(1)) < 0) {
            throw every.error("must be at least 1m");
        }
        return new Drill(receiver, alarm, interval, allowed);
    }
}
