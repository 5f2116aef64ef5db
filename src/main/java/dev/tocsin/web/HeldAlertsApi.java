package dev.tocsin.web;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.alert.Acknowledgement;
import dev.tocsin.alert.AlertSnapshot;
import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.HeldAlert;
import dev.tocsin.alert.LatestAlert;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/alerts/held}: every alert that fires, those that others post too, each with where it stands:
 * {@code state} is {@code firing}, {@code acknowledged} or {@code suppressed}, and {@code flapping} or {@code latched} say
 * so where it is; and {@code latest}, the alert that began last, whether it fires or not. Safe from any thread.
 */
public final class HeldAlertsApi {
    private final AlertVerticle alerts;
    private final QueryPool pool;

    /** @param pool where the answer is written, off the event loops */
    public HeldAlertsApi(AlertVerticle alerts, QueryPool pool) {
        this.alerts = alerts;
        this.pool = pool;
    }

    public void mount(Router router) {
        router.get("/api/v1/alerts/held").handler(this::held);
    }

    private void held(RoutingContext ctx) {
        Future<AlertSnapshot> snapshot = alerts.snapshot();
        Future<Optional<LatestAlert>> latest = alerts.latest();
        Future.all(snapshot, latest)
                .onSuccess(both -> pool.answer(
                        ctx,
                        "held_alerts",
                        pool.bounds().defaultTimeout(),
                        claim -> AnswerJson.success(
                                pool.bounds().maxAnswerBytes(),
                                json -> write(
                                        json, snapshot.result(), latest.result().orElse(null)),
                                List.of(),
                                List.of())))
                .onFailure(ctx::fail);
    }

    private static void write(JsonGenerator json, AlertSnapshot all, @Nullable LatestAlert latest) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("alerts");
        for (HeldAlert alert : all.alerts()) {
            write(json, alert, all);
        }
        json.writeEndArray();
        if (latest != null) {
            json.writeObjectFieldStart("latest");
            json.writeStringField("fingerprint", latest.alert().fingerprintHex());
            json.writeFieldName("labels");
            AnswerJson.writeLabels(json, latest.alert());
            json.writeStringField("at", latest.at().toString());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, HeldAlert alert, AlertSnapshot all) throws IOException {
        Acknowledgement acknowledgement = all.answers().acknowledged().get(alert.labels());
        Map<String, String> annotations = alert.alert().annotations();
        json.writeStartObject();
        json.writeStringField("fingerprint", alert.labels().fingerprintHex());
        json.writeFieldName("labels");
        AnswerJson.writeLabels(json, alert.labels());
        json.writeObjectFieldStart("annotations");
        for (Map.Entry<String, String> annotation : new TreeMap<>(annotations).entrySet()) {
            json.writeStringField(annotation.getKey(), annotation.getValue());
        }
        json.writeEndObject();
        json.writeStringField("startsAt", alert.alert().startsAt().toString());
        json.writeStringField(
                "state",
                acknowledgement != null
                        ? "acknowledged"
                        : all.suppressionOf(alert.labels()).isSuppressed() ? "suppressed" : "firing");
        json.writeBooleanField("flapping", alert.isFlapping());
        json.writeBooleanField("latched", alert.isLatched());
        if (acknowledgement != null) {
            AnswerTexts.write(json, "acknowledged", acknowledgement.answer(), acknowledgement.at());
        }
        json.writeEndObject();
    }
}
