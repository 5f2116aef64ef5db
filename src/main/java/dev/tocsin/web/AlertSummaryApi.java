package dev.tocsin.web;

import dev.tocsin.alert.Acknowledgement;
import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.HeldAlert;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/metrics/alerts?status=active|acknowledged|resolved|all}: how many alerts there are, by severity, by
 * type (their {@code alertname}), and the ten latest. Active ones fire and nobody has acknowledged them; resolved ones
 * are remembered for half an hour. Safe from any thread.
 */
public final class AlertSummaryApi {
    private static final int LATEST = 10;

    private final AlertVerticle alerts;
    private final QueryPool pool;
    private final Clock clock;

    /** @param pool where the answer is written, off the event loops */
    public AlertSummaryApi(AlertVerticle alerts, QueryPool pool, Clock clock) {
        this.alerts = alerts;
        this.pool = pool;
        this.clock = clock;
    }

    private enum Status {
        ACTIVE,
        ACKNOWLEDGED,
        RESOLVED,
        ALL;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Status of(@Nullable String word) {
            if (word == null) {
                return ACTIVE;
            }
            for (Status status : values()) {
                if (status.word().equals(word)) {
                    return status;
                }
            }
            throw ApiError.badParameter(
                    "status", "expected active, acknowledged, resolved or all, found \"" + word + "\"");
        }
    }

    public void mount(Router router) {
        QueryApi.route(router, "/api/v1/metrics/alerts", this::summary);
    }

    private void summary(RoutingContext ctx) {
        Status wanted = Status.of(ctx.request().getParam("status"));
        alerts.held()
                .onSuccess((List<HeldAlert> held) -> pool.answer(
                        ctx,
                        "alert_summary",
                        pool.bounds().defaultTimeout(),
                        claim -> Buffer.buffer(summary(held, wanted).encode()).getBytes()))
                .onFailure(ctx::fail);
    }

    private JsonObject summary(List<HeldAlert> held, Status wanted) {
        Instant now = Instant.ofEpochMilli(clock.wallMillis());
        Map<Labels, Acknowledgement> acknowledged = alerts.answers().acknowledged();
        Map<String, Integer> bySeverity = new TreeMap<>();
        Map<String, Integer> byType = new TreeMap<>();
        List<HeldAlert> counted = new ArrayList<>();
        for (HeldAlert alert : held) {
            Status status = statusOf(alert, acknowledged.containsKey(alert.labels()), now);
            if (wanted == Status.ALL || wanted == status) {
                counted.add(alert);
                String severity = alert.labels().get("severity");
                bySeverity.merge(severity.isEmpty() ? "none" : severity, 1, Integer::sum);
                byType.merge(alert.labels().get("alertname"), 1, Integer::sum);
            }
        }
        JsonArray latest = new JsonArray();
        counted.stream()
                .sorted(Comparator.comparing(HeldAlert::episode).reversed())
                .limit(LATEST)
                .map(alert -> told(alert, acknowledged.get(alert.labels()), now))
                .forEach(latest::add);
        return new JsonObject()
                .put("total_alerts", counted.size())
                .put("by_severity", json(bySeverity))
                .put("by_type", json(byType))
                .put("recent_alerts", latest);
    }

    private static JsonObject json(Map<String, Integer> counts) {
        JsonObject json = new JsonObject();
        counts.forEach(json::put);
        return json;
    }

    private static Status statusOf(HeldAlert alert, boolean acknowledged, Instant now) {
        if (alert.isResolvedAt(now)) {
            return Status.RESOLVED;
        }
        return acknowledged ? Status.ACKNOWLEDGED : Status.ACTIVE;
    }

    private static JsonObject told(HeldAlert alert, @Nullable Acknowledgement acknowledgement, Instant now) {
        JsonObject labels = new JsonObject();
        alert.labels().forEach(labels::put);
        Status status = statusOf(alert, acknowledgement != null, now);
        JsonObject told = new JsonObject()
                .put("fingerprint", alert.labels().fingerprintHex())
                .put("type", alert.labels().get("alertname"))
                .put("severity", alert.labels().get("severity"))
                .put("status", status.word())
                .put("summary", alert.alert().annotations().getOrDefault("summary", ""))
                .put("startsAt", alert.alert().startsAt().toString())
                .put("labels", labels);
        Instant endsAt = alert.alert().endsAt();
        if (status == Status.RESOLVED && endsAt != null) {
            told.put("endsAt", endsAt.toString());
        }
        if (status == Status.ACKNOWLEDGED && acknowledgement != null) {
            told.put("acknowledgedBy", acknowledgement.answer().by());
        }
        return told;
    }
}
