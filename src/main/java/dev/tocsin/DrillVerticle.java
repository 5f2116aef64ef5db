package dev.tocsin;

import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.Drill;
import dev.tocsin.alert.DrillReport;
import dev.tocsin.alert.PostedAlert;
import dev.tocsin.alert.Routing;
import dev.tocsin.core.Alert;
import dev.tocsin.core.Clock;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Notification;
import dev.tocsin.web.DrillApi;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.datagram.DatagramSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a packet to our own socket and waits until the notification that comes of it is accepted; one at a time. Where it
 * is not in time, raises an alert. {@link #run} may be called from any thread.
 */
final class DrillVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(DrillVerticle.class.getName());
    private static final long SCHEDULE_MILLIS = 1_000;
    /** An alert that a drill failed ends with the next that arrives, or after so long. */
    private static final Duration FAILED_FOR = Duration.ofDays(1);

    private final Supplier<Configuration> configuration;
    private final AlertVerticle alerts;
    private final DrillWatch watch;
    private final DurableState kept;
    private final Clock clock;
    private final String host;
    private final int port;
    private DatagramSocket socket;
    private Context owner;
    private @Nullable Running running;
    private volatile @Nullable DrillReport last;
    private long lastNumber;
    private long lastBegunNanos;
    /** Whether the alarm may be on: an earlier process may have raised it. */
    private boolean failed = true;

    /**
     * @param kept where the last report outlives the process
     * @param host that datagrams are taken on
     */
    @SuppressWarnings("NullAway.Init") // socket and owner are set before anything can be called
    DrillVerticle(
            Supplier<Configuration> configuration,
            AlertVerticle alerts,
            DrillWatch watch,
            DurableState kept,
            Clock clock,
            String host,
            int port) {
        this.configuration = configuration;
        this.alerts = alerts;
        this.watch = watch;
        this.kept = kept;
        this.clock = clock;
        this.last = DrillReport.last(kept);
        this.host = host.equals("0.0.0.0") ? "127.0.0.1" : host.equals("::") ? "::1" : host;
        this.port = port;
        lastBegunNanos = clock.monotonicNanos();
    }

    private static final class Running {
        final long number;
        final Instant sentAt;
        final int expected;
        final Promise<DrillReport> done = Promise.promise();
        final List<DrillReport.Told> told = new ArrayList<>();
        Alert.@Nullable Receipt receipt;

        @Nullable
        Instant groupedAt;

        Running(long number, Instant sentAt, int expected) {
            this.number = number;
            this.sentAt = sentAt;
            this.expected = expected;
        }

        DrillReport report() {
            return new DrillReport(number, sentAt, receipt, groupedAt, told, expected);
        }
    }

    @Override
    public Future<?> start() {
        owner = context;
        socket = vertx.createDatagramSocket();
        watch.tell(
                (notification, drill, outcome) -> owner.runOnContext(settled -> settled(notification, drill, outcome)));
        vertx.setPeriodic(SCHEDULE_MILLIS, id -> runIfDue());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return socket.close();
    }

    /** @return how far it came; fails with {@link DrillApi.RefusedException} where none can be run now */
    Future<DrillReport> run() {
        Promise<DrillReport> promise = Promise.promise();
        owner.runOnContext(v -> {
            Drill drill = configuration.get().alerting().drill();
            if (drill == null) {
                promise.fail(new DrillApi.RefusedException("no drill is configured: alertmanager.yaml, key drill"));
            } else if (running != null) {
                promise.fail(new DrillApi.RefusedException("a drill is running"));
            } else {
                begin(drill).onComplete(promise);
            }
        });
        return promise.future();
    }

    /** How the last one went; null before the first. From any thread. */
    @Nullable
    DrillReport last() {
        return last;
    }

    private void runIfDue() {
        Drill drill = configuration.get().alerting().drill();
        boolean due = drill != null
                && !drill.every().isZero()
                && clock.monotonicNanos() - lastBegunNanos >= drill.every().toNanos();
        if (due && running == null) {
            run().onFailure(e -> LOG.log(System.Logger.Level.DEBUG, "no drill now: " + e.getMessage()));
        }
    }

    private Future<DrillReport> begin(Drill drill) {
        lastBegunNanos = clock.monotonicNanos();
        Instant now = Instant.ofEpochMilli(clock.wallMillis());
        lastNumber = Math.max(lastNumber + 1, now.getEpochSecond());
        Routing routing = configuration.get().alerting().routing();
        int expected = routing.receivers().get(drill.receiver()) == null
                ? 1
                : routing.receivers().get(drill.receiver()).subscriptions().size();
        Running begun = new Running(lastNumber, now, expected);
        running = begun;
        send(begun.number);
        long timer = vertx.setTimer(drill.within().toMillis(), id -> end(begun));
        return begun.done.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void send(long value) {
        socket.send(Drill.METRIC + ":" + value + "|g", port, host)
                .onFailure(e -> LOG.log(System.Logger.Level.WARNING, "a drill's packet was not sent: " + e));
    }

    private void settled(Notification notification, Alert drill, DeliveryOutcome outcome) {
        Running now = running;
        if (now == null || !String.valueOf(now.number).equals(drill.labels().get(Drill.NUMBER))) {
            return;
        }
        now.receipt = drill.receipt();
        now.groupedAt = notification.flushedAt();
        now.told.add(new DrillReport.Told(
                notification.integration(),
                outcome.isAccepted(),
                outcome.detail(),
                Instant.ofEpochMilli(clock.wallMillis())));
        if (now.report().hasArrived()) {
            end(now);
        }
    }

    private void end(Running ended) {
        if (running != ended) {
            return;
        }
        running = null;
        send(0);
        DrillReport report = ended.report();
        last = report;
        report.keepIn(kept);
        if (!report.hasArrived()) {
            LOG.log(System.Logger.Level.ERROR, "a drill did not arrive: " + report.text());
        }
        if (!report.hasArrived() || failed) {
            failed = !report.hasArrived();
            alarm(report);
        }
        ended.done.complete(report);
    }

    private void alarm(DrillReport report) {
        Instant now = Instant.ofEpochMilli(clock.wallMillis());
        PostedAlert alert = new PostedAlert(
                Drill.failedLabels(),
                Map.of("summary", "The drill of " + report.sentAt() + ": " + report.text()),
                report.hasArrived() ? null : report.sentAt(),
                report.hasArrived() ? now : now.plus(FAILED_FOR),
                "");
        alerts.post(List.of(alert))
                .onFailure(e -> LOG.log(System.Logger.Level.ERROR, "the alarm of a drill was not raised", e));
    }
}
