package dev.tocsin.notify;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

final class Notifications {
    static final Integration HOOK = new Integration("team", "webhook", 0);
    static final Instant TICK = Instant.parse("2026-11-21T12:00:00Z");

    private Notifications() {}

    static Alert alert(String name, Instant endsAt) {
        long tick = TICK.toEpochMilli();
        return new Alert(
                Labels.of("alertname", name, "service", "api"),
                Map.of("summary", "latency is high", "name", name),
                TICK.minusMillis(1500),
                endsAt,
                "http://127.0.0.1:8080/graph?g0.expr=x",
                new Alert.Receipt(tick, tick + 3, tick + 5));
    }

    static Notification of(String group, Duration allowed) {
        return of(HOOK, group, allowed, alert(group, null));
    }

    static Notification of(Integration integration, String group, Duration allowed, Alert... alerts) {
        return new Notification(
                "key-" + group,
                integration,
                "{}:{alertname=\"" + group + "\"}",
                Labels.of("alertname", group),
                List.of(alerts),
                Verdict.FIRST,
                TICK.plusMillis(6),
                TICK.plusMillis(6).plus(allowed));
    }
}
