package dev.tocsin.web;

import dev.tocsin.alert.Drill;
import dev.tocsin.alert.DrillReport;
import dev.tocsin.core.Alert;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/drill}: sends a drill and answers, when it has arrived or its time is over, how long each leg took.
 * Answers 409 where none can be run now, 504 where it did not arrive. {@code GET} of the same path says whether one is
 * configured, whom it tells, and how the last one went, before a restart too. Safe from any thread.
 */
public final class DrillApi {
    private static final int DID_NOT_ARRIVE = 504;

    private final Supplier<Future<DrillReport>> run;
    private final Supplier<@Nullable Drill> configured;
    private final Supplier<@Nullable DrillReport> last;

    /**
     * @param run fails with {@link RefusedException} where none can be run now
     * @param configured null where none is
     * @param last null before the first
     */
    public DrillApi(
            Supplier<Future<DrillReport>> run,
            Supplier<@Nullable Drill> configured,
            Supplier<@Nullable DrillReport> last) {
        this.run = run;
        this.configured = configured;
        this.last = last;
    }

    /** That no drill can be run now, in words. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        public RefusedException(String reason) {
            super(reason);
        }
    }

    public void mount(Router router) {
        router.post("/api/v1/drill").handler(this::drill);
        router.get("/api/v1/drill").handler(ctx -> Replies.success(ctx, state()));
    }

    private JsonObject state() {
        Drill drill = configured.get();
        DrillReport report = last.get();
        JsonObject json = new JsonObject().put("configured", drill != null);
        if (drill != null) {
            json.put("receiver", drill.receiver());
        }
        return report == null ? json : json.put("last", json(report));
    }

    private void drill(RoutingContext ctx) {
        run.get().onSuccess(report -> answer(ctx, report)).onFailure(e -> {
            if (e instanceof RefusedException) {
                Replies.error(ctx, ApiError.Type.CONFLICT, String.valueOf(e.getMessage()));
            } else {
                ctx.fail(e);
            }
        });
    }

    private static void answer(RoutingContext ctx, DrillReport report) {
        if (report.hasArrived()) {
            Replies.success(ctx, json(report));
        } else {
            Replies.json(
                    ctx,
                    DID_NOT_ARRIVE,
                    new JsonObject()
                            .put("status", "error")
                            .put("errorType", "drill")
                            .put("error", "the drill did not arrive: " + report.text())
                            .put("data", json(report)));
        }
    }

    /** Milliseconds of each leg. */
    static JsonObject json(DrillReport report) {
        JsonObject json = new JsonObject()
                .put("drill", report.number())
                .put("sentAt", report.sentAt().toString())
                .put("arrived", report.hasArrived())
                .put("text", report.text());
        Alert.Receipt receipt = report.receipt();
        Instant groupedAt = report.groupedAt();
        if (receipt != null && groupedAt != null) {
            json.put(
                    "packetToTickMillis", receipt.tickMillis() - report.sentAt().toEpochMilli());
            json.put("tickToClosedMillis", receipt.tickClosedMillis() - receipt.tickMillis());
            json.put("closedToJudgedMillis", receipt.judgedMillis() - receipt.tickClosedMillis());
            json.put("judgedToGroupedMillis", groupedAt.toEpochMilli() - receipt.judgedMillis());
            JsonArray told = new JsonArray();
            for (DrillReport.Told each : report.told()) {
                told.add(new JsonObject()
                        .put("integration", each.integration().toString())
                        .put("accepted", each.accepted())
                        .put("detail", each.detail())
                        .put(
                                "groupedToAnsweredMillis",
                                Duration.between(groupedAt, each.at()).toMillis()));
            }
            json.put("told", told);
        }
        return json;
    }
}
