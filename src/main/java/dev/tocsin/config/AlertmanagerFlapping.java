package dev.tocsin.config;

import dev.tocsin.alert.FlapLimit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code flapping}, at the top or on a route, which Alertmanager does not have. */
final class AlertmanagerFlapping {
    static final String KEY = "flapping";
    private static final List<String> KEYS = List.of("changes", "within");
    private static final int MOST_CHANGES = 1_000;

    private AlertmanagerFlapping() {}

    /** @return what is inherited where the key is left out; null where it says {@code none} */
    static @Nullable FlapLimit read(@Nullable FlapLimit inherited, @Nullable YamlNode node) throws ConfigException {
        if (node == null || node.isNull()) {
            return inherited;
        }
        if (node.isScalar() && node.asString().equals("none")) {
            return null;
        }
        Map<String, YamlNode> keys = AlertmanagerFile.ours(node, KEYS);
        return new FlapLimit(
                AlertmanagerFile.required(node, keys, "changes").asInt(1, MOST_CHANGES),
                AlertmanagerFile.atLeastASecond(AlertmanagerFile.required(node, keys, "within")));
    }
}
