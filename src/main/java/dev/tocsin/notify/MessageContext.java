package dev.tocsin.notify;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.template.KeyValues;
import dev.tocsin.template.Struct;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the templates of a message see as {@code .}: Alertmanager's {@code template.Data}, and further
 * {@code .Severity}, the most severe of the firing alerts (or of all, where none fires), {@code .GroupKey}, {@code .Links}
 * of the one alert that fires (empty where several do), and {@code .Receipt}, where the milliseconds went. Immutable.
 */
record MessageContext(
        String receiver,
        String status,
        AlertView.Alerts alerts,
        KeyValues groupLabels,
        KeyValues commonLabels,
        KeyValues commonAnnotations,
        String externalUrl,
        String groupKey,
        DeliveryTimes times)
        implements Struct {
    private static final Pattern GO_META = Pattern.compile("[\\\\.+*?()|\\[\\]{}^$]");
    /** From the least to the most severe; those on one line mean the same. */
    private static final List<List<String>> SEVERITIES = List.of(
            List.of("low", "info"), List.of("medium", "warning"), List.of("high", "error"), List.of("critical"));

    /** @param now when the notification leaves */
    static MessageContext of(Notification notification, String externalUrl, Instant now) {
        List<Alert> alerts = notification.alerts();
        return new MessageContext(
                quotedReceiver(notification),
                notification.isFiring() ? "firing" : "resolved",
                new AlertView.Alerts(alerts.stream()
                        .map(alert -> AlertView.of(alert, notification.linksOf(alert)))
                        .toList()),
                new KeyValues(notification.groupLabels().toMap()),
                new KeyValues(commonLabels(alerts)),
                new KeyValues(commonAnnotations(alerts)),
                externalUrl,
                notification.groupKey(),
                DeliveryTimes.of(notification, now.toEpochMilli()));
    }

    /** The receiver's name as Alertmanager tells it: escaped, since links search for it by regular expression. */
    static String quotedReceiver(Notification notification) {
        return GO_META.matcher(notification.integration().receiver()).replaceAll("\\\\$0");
    }

    static Map<String, String> commonLabels(List<Alert> alerts) {
        return common(alerts.stream().map(Alert::labels).map(Labels::toMap).toList());
    }

    static Map<String, String> commonAnnotations(List<Alert> alerts) {
        return common(alerts.stream().map(Alert::annotations).toList());
    }

    private static Map<String, String> common(List<Map<String, String>> maps) {
        Map<String, String> common = new TreeMap<>(maps.getFirst());
        for (Map<String, String> map : maps) {
            common.entrySet().removeIf(e -> !Objects.equals(e.getValue(), map.get(e.getKey())));
        }
        return common;
    }

    boolean isFiring() {
        return status.equals("firing");
    }

    /** {@code low}, {@code medium}, {@code high}, {@code critical}, or empty where no alert has one of these. */
    String severity() {
        AlertView.Alerts firing = alerts.firing();
        return (firing.isEmpty() ? alerts : firing)
                .stream()
                        .map(alert -> rank(alert.labels().getOrDefault("severity", "")))
                        .max(Comparator.naturalOrder())
                        .filter(rank -> rank >= 0)
                        .map(rank -> SEVERITIES.get(rank).getFirst())
                        .orElse("");
    }

    private static int rank(String severity) {
        for (int i = 0; i < SEVERITIES.size(); i++) {
            if (SEVERITIES.get(i).contains(severity)) {
                return i;
            }
        }
        return -1;
    }

    /** Where to go from here, where that is the same place for all that fires. */
    KeyValues links() {
        AlertView.Alerts firing = alerts.firing();
        return firing.size() == 1 ? firing.getFirst().links() : new KeyValues(Map.of());
    }

    /** What is said where a template fails: the state, what the group is, and the common summary. */
    String plainText() {
        String state = isFiring() ? "FIRING:" + alerts.firing().size() : "RESOLVED";
        String group =
                groupLabels.sortedPairs().stream().map(KeyValues.Pair::value).collect(Collectors.joining(" "));
        String what = group.isEmpty() ? commonLabels.getOrDefault("alertname", "") : group;
        String summary = commonAnnotations.getOrDefault("summary", "");
        return ("[" + state + "] " + what + (summary.isEmpty() ? "" : ": " + summary)).strip();
    }

    @Override
    public @Nullable Object member(String name, List<Object> arguments) {
        return switch (name) {
            case "Receiver" -> receiver;
            case "Status" -> status;
            case "Alerts" -> alerts;
            case "GroupLabels" -> groupLabels;
            case "CommonLabels" -> commonLabels;
            case "CommonAnnotations" -> commonAnnotations;
            case "ExternalURL" -> externalUrl;
            case "Severity" -> severity();
            case "GroupKey" -> groupKey;
            case "Links" -> links();
            case "Receipt" -> times.toString();
            default -> null;
        };
    }

    @Override
    public String typeName() {
        return "*template.Data";
    }

    @Override
    public String toString() {
        return "{" + receiver + " " + status + " " + alerts + " " + groupLabels + " " + commonLabels + " "
                + commonAnnotations + " " + externalUrl + "}";
    }
}
