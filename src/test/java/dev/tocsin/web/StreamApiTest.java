package dev.tocsin.web;

import static dev.tocsin.web.TestServer.await;
import static dev.tocsin.web.TestServer.say;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.QueryLimits;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamApiTest {
    private static final long T = TestServer.NOW;

    private final CountingSource source = new CountingSource();
    private final AtomicReference<String> alertsJson = new AtomicReference<>("[]");
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestServer server;
    private long tickMillis = T;

    @BeforeEach
    void start() {
        serve(StreamSettings.DEFAULT);
    }

    private void serve(StreamSettings settings) {
        server = new TestServer();
        server.vertx.eventBus().registerDefaultCodec(Event.TickClosed.class, new LocalCodec<>());
        server.vertx.eventBus().registerDefaultCodec(Event.AlertsJudged.class, new LocalCodec<>());
        Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT);
        StreamHub hub = new StreamHub(evaluator, settings, alertsJson::get, server.clock, server.meters);
        server.vertx
                .deployVerticle(hub, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
        server.start(HttpSettings.DEFAULT, List.of(new StreamApi(hub)::mount), PageFiles.of(Map.of()));
        tick(1);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        server.close();
    }

    private static StreamSettings settings(int maxSubscribers, int maxSubscriptions, int maxUnsentBytes) {
        return new StreamSettings(
                Duration.ofSeconds(1),
                maxSubscribers,
                maxSubscriptions,
                4,
                2_000,
                120,
                2 << 20,
                maxUnsentBytes,
                Duration.ofSeconds(10),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                2);
    }

    /** Closes the next tick, at which the gauge {@code x} has {@code value}. */
    private void tick(double value) {
        tick(value, 1_000);
    }

    private void tick(double value, long lengthMillis) {
        tickMillis += lengthMillis;
        long now = tickMillis;
        server.clock.advance(Duration.ofMillis(lengthMillis));
        source.change(memory -> memory.add(Labels.of("__name__", "x"), now, value));
        server.vertx.eventBus().publish(Event.TickClosed.ADDRESS, new Event.TickClosed(now, now));
    }

    /** A page that reads all that comes, on a thread of its own. */
    private final class Page implements AutoCloseable {
        final SimulatedReader reader = new SimulatedReader();
        private final HttpResponse<InputStream> response;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final StringBuffer raw = new StringBuffer();

        Page(String pathAndQuery) {
            response = server.send(server.request(pathAndQuery), HttpResponse.BodyHandlers.ofInputStream());
            open.add(this);
            Thread.ofVirtual().start(this::readAll);
        }

        private void readAll() {
            byte[] buffer = new byte[65_536];
            try (InputStream in = response.body()) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    String text = new String(buffer, 0, n, StandardCharsets.UTF_8);
                    raw.append(text);
                    synchronized (reader) {
                        reader.read(text);
                    }
                }
            } catch (IOException closed) {
                // by the test, or by the server
            } catch (AssertionError e) {
                failure.set(e);
            }
        }

        void awaitTick(long millis) {
            awaitThat(() -> !reader.ticks.isEmpty() && reader.ticks.getLast() >= millis);
        }

        void awaitThat(BooleanSupplier condition) {
            await(() -> {
                if (failure.get() != null) {
                    throw new AssertionError(failure.get());
                }
                synchronized (reader) {
                    return condition.getAsBoolean();
                }
            });
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    private static String stream(String... queries) {
        StringBuilder path = new StringBuilder("/api/v1/stream");
        for (String query : queries) {
            path.append(path.indexOf("?") < 0 ? "?query=" : "&query=")
                    .append(URLEncoder.encode(query, StandardCharsets.UTF_8));
        }
        return path.toString();
    }

    @Test
    void theNewestTickComesAtOnceAndEachFurtherOneAsItCloses() {
        Page page = new Page(stream("x", "x + 1"));
        page.awaitTick(tickMillis);
        assertThat(page.response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(page.response.headers().firstValue("Content-Encoding")).isEmpty();
        tick(2);
        page.awaitTick(tickMillis);
        assertThat(page.reader.ticks).containsExactly(T + 1_000, T + 2_000);
        assertThat(page.reader.values).containsExactly(new JsonArray("[[0,1],[0,2]]"), new JsonArray("[[0,2],[0,3]]"));
        assertThat(page.raw.toString()).startsWith("retry: 1000\n\n");
    }

    @Test
    void curlGetsItUncompressedThoughItTakesGzip() {
        HttpResponse<InputStream> response = server.send(
                server.request(stream("x")).header("Accept-Encoding", "gzip"),
                HttpResponse.BodyHandlers.ofInputStream());
        open.add(response.body());
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @Test
    void allWhoAskForTheSameShareOneEvaluation() {
        List<Page> pages = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pages.add(new Page(stream(i % 2 == 0 ? "sum(x)" : "sum ( x )")));
        }
        pages.forEach(page -> page.awaitTick(tickMillis));
        assertThat(server.meters.get("tocsin.stream.subscriptions").gauge().value())
                .isEqualTo(1);
        assertThat(server.meters.get("tocsin.stream.subscribers").gauge().value())
                .isEqualTo(20);
        int before = source.selections.get();
        for (int i = 0; i < 5; i++) {
            tick(i);
            pages.forEach(page -> page.awaitTick(tickMillis));
        }
        assertThat(source.selections.get() - before).isEqualTo(5);
        assertThat(server.meters.get("tocsin.stream.evaluation").timer().count())
                .isEqualTo(6);
        for (Page page : pages) {
            assertThat(page.reader.ticks).endsWith(tickMillis - 1_000, tickMillis);
        }
    }

    @Test
    void whoComesBackResumesWithoutGapOrDouble() throws IOException {
        Page first = new Page(stream("x"));
        first.awaitTick(tickMillis);
        long last = tickMillis;
        first.close();
        await(() -> server.meters.get("tocsin.stream.subscribers").gauge().value() == 0);
        for (int i = 0; i < 3; i++) {
            tick(10 + i);
        }
        Page byHeader = new Page(stream("x") + "&lastEventId=" + last);
        byHeader.awaitTick(tickMillis);
        assertThat(byHeader.reader.ticks).containsExactly(last + 1_000, last + 2_000, last + 3_000);
        assertThat(byHeader.raw.toString()).contains("event: series").doesNotContain("skipped");
        tick(20);
        byHeader.awaitTick(tickMillis);
        assertThat(byHeader.reader.ticks).hasSize(4);
        HttpResponse<InputStream> again = server.send(
                server.request(stream("x")).header("Last-Event-ID", Long.toString(tickMillis - 1_000)),
                HttpResponse.BodyHandlers.ofInputStream());
        open.add(again.body());
        SimulatedReader reader = new SimulatedReader();
        byte[] buffer = new byte[4_096];
        while (reader.ticks.isEmpty()) {
            reader.read(new String(buffer, 0, again.body().read(buffer), StandardCharsets.UTF_8));
        }
        assertThat(reader.ticks).containsExactly(tickMillis);
    }

    @Test
    void whoComesBackToARestartedServerIsToldWhatIsMissing() {
        Page page = new Page(stream("x") + "&lastEventId=" + (tickMillis - 5_000));
        page.awaitTick(tickMillis);
        assertThat(page.reader.skipped).hasSize(1);
        assertThat(page.reader.skipped.getFirst().getLong("from")).isEqualTo(tickMillis - 4_000);
        assertThat(page.reader.skipped.getFirst().getLong("to")).isEqualTo(tickMillis - 1_000);
    }

    @Test
    void aSubscriptionIsFreedWhenNobodyCameBackInTime() throws IOException {
        Page page = new Page(stream("x"));
        page.awaitTick(tickMillis);
        page.close();
        await(() -> server.meters.get("tocsin.stream.subscribers").gauge().value() == 0);
        for (int i = 0; i < 9; i++) {
            tick(i);
            int evaluations = i + 2;
            await(() -> server.meters.get("tocsin.stream.evaluation").timer().count() == evaluations);
        }
        assertThat(server.meters.get("tocsin.stream.subscriptions").gauge().value())
                .isEqualTo(1);
        tick(10);
        tick(11);
        await(() -> server.meters.get("tocsin.stream.subscriptions").gauge().value() == 0);
    }

    @Test
    void aBadQueryIsAProblemAndTheOthersGoOn() {
        Page page = new Page(stream("sum(", "x", "x[5m]"));
        page.awaitTick(tickMillis);
        tick(2);
        page.awaitTick(tickMillis);
        assertThat(page.reader.problems).hasSize(2);
        assertThat(page.reader.problems.get(0).getInteger("query")).isZero();
        assertThat(page.reader.problems.get(0).getString("error")).startsWith("1:5: parse error");
        assertThat(page.reader.problems.get(1).getInteger("query")).isEqualTo(2);
        assertThat(page.reader.values.getLast()).isEqualTo(new JsonArray("[[],[0,2],[]]"));
    }

    @Test
    void ticksThatComeDuringALongEvaluationFollowInOrderAndOnlyBeyondFiveAreLeftOut() {
        Page page = new Page(stream("x"));
        page.awaitTick(tickMillis);
        CountDownLatch gate = source.hold();
        tick(2);
        await(() -> source.selections.get() == 2);
        for (int i = 3; i <= 9; i++) {
            tick(i);
        }
        await(() -> count("tocsin.stream.ticks.left.out") == 2);
        gate.countDown();
        page.awaitTick(tickMillis);
        assertThat(page.reader.ticks)
                .containsExactly(T + 1_000, T + 2_000, T + 5_000, T + 6_000, T + 7_000, T + 8_000, T + 9_000);
        assertThat(page.reader.skipped).hasSize(1);
    }

    @Test
    void aSlowReaderSkipsFramesIsToldAndHoldsNoMoreThanItsBound() throws IOException {
        server.close();
        serve(settings(10, 10, 100_000));
        source.change(memory -> {
            for (int i = 0; i < 2_000; i++) {
                memory.add(Labels.of("__name__", "wide", "i", Integer.toString(i)), tickMillis, 0.1 + i);
            }
        });
        Page quick = new Page(stream("wide"));
        Socket slow = new Socket();
        open.add(slow);
        slow.setReceiveBufferSize(4_096);
        slow.connect(new InetSocketAddress("127.0.0.1", server.port()));
        slow.setSoTimeout(60_000);
        say(slow, "GET " + stream("wide") + " HTTP/1.1\r\nHost: x\r\n\r\n");
        await(() -> server.meters.get("tocsin.stream.subscribers").gauge().value() == 2);
        quick.awaitTick(tickMillis);
        double mostUnsent = 0;
        for (int i = 0; i < 400 && count("tocsin.stream.frames.skipped") < 20; i++) {
            tick(i);
            quick.awaitTick(tickMillis);
            mostUnsent = Math.max(
                    mostUnsent,
                    server.meters.get("tocsin.stream.unsent.bytes").gauge().value());
        }
        assertThat(count("tocsin.stream.frames.skipped")).isGreaterThanOrEqualTo(20);
        assertThat(quick.reader.skipped).isEmpty();
        assertThat(mostUnsent).isBetween(1.0, 2 * 200_000.0);

        SimulatedReader reader = new SimulatedReader();
        byte[] buffer = new byte[65_536];
        InputStream in = slow.getInputStream();
        ChunkedText chunks = new ChunkedText();
        while (reader.skipped.isEmpty()) {
            if (in.available() == 0) {
                tick(0);
            }
            int n = in.read(buffer);
            reader.read(chunks.text(new String(buffer, 0, n, StandardCharsets.UTF_8)));
        }
        // All the ticks are through, and nothing is left unsent: the next one finds room.
        quick.awaitTick(tickMillis);
        while (server.meters.get("tocsin.stream.unsent.bytes").gauge().value() > 0) {
            reader.read(chunks.text(new String(buffer, 0, in.read(buffer), StandardCharsets.UTF_8)));
        }
        tick(0);
        while (reader.ticks.getLast() < tickMillis) {
            reader.read(chunks.text(new String(buffer, 0, in.read(buffer), StandardCharsets.UTF_8)));
        }
        assertThat(reader.skipped.getFirst().getLong("frames")).isGreaterThanOrEqualTo(20);
    }

    /** The body of a chunked response, of ASCII text. */
    private static final class ChunkedText {
        private final StringBuilder raw = new StringBuilder();
        private boolean headRead;

        String text(String more) {
            raw.append(more);
            if (!headRead) {
                int end = raw.indexOf("\r\n\r\n");
                if (end < 0) {
                    return "";
                }
                assertThat(raw.toString()).startsWith("HTTP/1.");
                raw.delete(0, end + 4);
                headRead = true;
            }
            StringBuilder out = new StringBuilder();
            for (int line = raw.indexOf("\r\n"); line > 0; line = raw.indexOf("\r\n")) {
                int length = Integer.parseInt(raw, 0, line, 16);
                if (raw.length() < line + 2 + length + 2) {
                    break;
                }
                out.append(raw, line + 2, line + 2 + length);
                raw.delete(0, line + 2 + length + 2);
            }
            return out.toString();
        }
    }

    @Test
    void silenceIsBrokenByHeartbeats() {
        server.close();
        serve(settings(10, 10, 100_000));
        Page page = new Page(stream("x"));
        page.awaitTick(tickMillis);
        page.awaitThat(() -> page.raw.toString().contains(": hb\n\n"));
    }

    @Test
    void tooManyConnectionsSubscriptionsOrQueriesAreRefused() {
        server.close();
        serve(settings(3, 2, 100_000));
        assertThat(server.get("/api/v1/stream").statusCode()).isEqualTo(400);
        assertThat(server.get(stream("1", "2", "3", "4", "5")).statusCode()).isEqualTo(400);
        new Page(stream("1")).awaitTick(tickMillis);
        new Page(stream("2")).awaitTick(tickMillis);
        HttpResponse<String> different = server.get(stream("3"));
        assertThat(different.statusCode()).isEqualTo(503);
        assertThat(different.body()).contains("too many different live queries");
        await(() -> server.meters.get("tocsin.stream.subscribers").gauge().value() == 2);
        new Page(stream("2")).awaitTick(tickMillis);
        HttpResponse<String> fourth = server.get(stream("2"));
        assertThat(fourth.statusCode()).isEqualTo(503);
        assertThat(fourth.body()).contains("too many live connections");
        assertThat(count("tocsin.stream.refused")).isEqualTo(2);
    }

    @Test
    void alertsComeAtConnectAndAtChange() {
        alertsJson.set("[{\"state\":\"pending\"}]");
        Page page = new Page("/api/v1/stream/alerts");
        page.awaitThat(() -> page.reader.alerts.size() == 1);
        alertsJson.set("[{\"state\":\"firing\"}]");
        server.vertx.eventBus().publish(Event.AlertsJudged.ADDRESS, new Event.AlertsJudged(tickMillis, List.of()));
        page.awaitThat(() -> page.reader.alerts.size() == 2);
        tick(1);
        alertsJson.set("[]");
        tick(2);
        page.awaitThat(() -> page.reader.alerts.size() == 3);
        assertThat(page.reader.alerts).containsExactly("[{\"state\":\"pending\"}]", "[{\"state\":\"firing\"}]", "[]");
    }

    @Test
    void ofShortTicksOneASecondMakesAFrame() {
        server.close();
        tickMillis = T;
        serve(StreamSettings.DEFAULT.forTicksOf(Duration.ofMillis(100)));
        Page page = new Page(stream("x"));
        page.awaitTick(T + 1_000);
        for (int i = 1; i <= 25; i++) {
            tick(i, 100);
        }
        page.awaitTick(T + 3_000);

        assertThat(page.reader.ticks).containsExactly(T + 1_000, T + 2_000, T + 3_000);
        assertThat(page.reader.values.getLast()).isEqualTo(new JsonArray("[[0,20]]"));
        assertThat(page.reader.skipped).isEmpty();
        assertThat(page.reader.paces).isEmpty();
        Page later = new Page(stream("x + 1"));
        later.awaitTick(T + 3_000);
        assertThat(later.reader.ticks).containsExactly(T + 3_000);
    }

    @Test
    void ofLongTicksEachMakesAFrameAndThePaceIsTold() {
        server.close();
        tickMillis = T;
        serve(StreamSettings.DEFAULT.forTicksOf(Duration.ofSeconds(10)));
        tick(1, 9_000);
        Page page = new Page(stream("x"));
        page.awaitTick(T + 10_000);
        tick(2, 10_000);
        page.awaitTick(T + 20_000);

        assertThat(page.reader.ticks).containsExactly(T + 10_000, T + 20_000);
        assertThat(page.reader.skipped).isEmpty();
        assertThat(page.reader.paces).containsExactly(10_000L);
    }

    @Test
    void anAlertIsToldBetweenTwoFramesAndANewValueWithTheNext() {
        server.close();
        tickMillis = T;
        serve(StreamSettings.DEFAULT.forTicksOf(Duration.ofMillis(100)));
        Page page = new Page("/api/v1/stream/alerts");
        page.awaitThat(() -> page.reader.alerts.size() == 1);
        judged(List.of());
        // Who comes after it is answered after it: the hub has read what stood there then.
        Page fence = new Page("/api/v1/stream/alerts");
        fence.awaitThat(() -> fence.reader.alerts.size() == 1);
        alertsJson.set("[1]");
        tick(1, 100);
        judged(List.of());
        alertsJson.set("[2]");
        tick(1, 100);
        judged(List.of(ALERT));
        page.awaitThat(() -> page.reader.alerts.size() == 2);
        alertsJson.set("[3]");
        tick(1, 800);
        page.awaitThat(() -> page.reader.alerts.size() == 3);

        assertThat(page.reader.alerts).containsExactly("[]", "[2]", "[3]");
    }

    private static final Alert ALERT = new Alert(
            Labels.of("alertname", "A"), Map.of(), Instant.ofEpochMilli(T), null, "", new Alert.Receipt(T, T, T));

    private void judged(List<Alert> alerts) {
        server.vertx.eventBus().publish(Event.AlertsJudged.ADDRESS, new Event.AlertsJudged(tickMillis, alerts));
    }

    private double count(String counter) {
        return server.meters.get(counter).counter().count();
    }
}
