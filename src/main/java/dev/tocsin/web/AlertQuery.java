package dev.tocsin.web;

import dev.tocsin.alert.AlertSnapshot;
import dev.tocsin.alert.HeldAlert;
import dev.tocsin.alert.MatcherSyntax;
import dev.tocsin.alert.Suppression;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Regex;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts a client of Alertmanager's API wants to see. {@code unprocessed} is taken and changes nothing: what is
 * held was looked at. Immutable.
 *
 * @param receiver matches the whole name; null for every receiver
 */
record AlertQuery(
        boolean active,
        boolean silenced,
        boolean inhibited,
        List<Matcher> matchers,
        @Nullable Regex receiver) {
    private static final Set<String> TRUE =
            Set.of("true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled");

    /** @throws AlertmanagerRefusal where a filter or the receiver can't be read */
    static AlertQuery of(MultiMap parameters) {
        List<Matcher> matchers = matchers(parameters);
        String receiver = parameters.get("receiver");
        try {
            return new AlertQuery(
                    flag(parameters, "active"),
                    flag(parameters, "silenced"),
                    flag(parameters, "inhibited"),
                    matchers,
                    receiver == null ? null : Regex.compile(receiver));
        } catch (IllegalArgumentException e) {
            throw AlertmanagerRefusal.of(400, "failed to parse receiver param: " + e.getMessage());
        }
    }

    /** What stands in {@code filter}, one matcher each. */
    static List<Matcher> matchers(MultiMap parameters) {
        List<Matcher> matchers = new ArrayList<>();
        for (String filter : parameters.getAll("filter")) {
            try {
                matchers.add(MatcherSyntax.parse(filter));
            } catch (IllegalArgumentException e) {
                throw AlertmanagerRefusal.of(400, String.valueOf(e.getMessage()));
            }
        }
        return List.copyOf(matchers);
    }

    /** As go-openapi reads it: anything that does not mean yes means no. */
    private static boolean flag(MultiMap parameters, String name) {
        String text = parameters.get(name);
        return text == null || text.isEmpty() || TRUE.contains(text.toLowerCase(java.util.Locale.ROOT));
    }

    boolean wantsReceiver(String name) {
        return receiver == null || receiver.matches(name);
    }

    /** Whether to tell of this alert, its receivers apart. */
    boolean wants(HeldAlert alert, AlertSnapshot snapshot) {
        if (alert.isResolvedAt(snapshot.at())) {
            return false;
        }
        Suppression suppression = snapshot.suppressionOf(alert.labels());
        return (active || suppression.isSuppressed())
                && (silenced || suppression.silencedBy().isEmpty())
                && (inhibited || suppression.inhibitedBy().isEmpty())
                && matchers.stream().allMatch(matcher -> matcher.matches(alert.labels()));
    }
}
