package dev.tocsin.web;

import static dev.tocsin.web.TestServer.await;

import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.QueryLimits;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The live stream of a real server whose time and samples the test makes, and pages that read it. */
abstract class StreamFixture {
    static final long T = TestServer.NOW;

    final CountingSource source = new CountingSource();
    final AtomicReference<String> alertsJson = new AtomicReference<>("[]");
    final List<Dashboard> dashboards = new ArrayList<>();
    final List<AutoCloseable> open = new ArrayList<>();
    TestServer server;
    long tickMillis = T;

    @BeforeEach
    void start() {
        serve(StreamSettings.DEFAULT);
    }

    void serve(StreamSettings settings) {
        server = new TestServer();
        server.vertx.eventBus().registerDefaultCodec(Event.TickClosed.class, new LocalCodec<>());
        server.vertx.eventBus().registerDefaultCodec(Event.AlertsJudged.class, new LocalCodec<>());
        Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT);
        StreamHub hub = new StreamHub(evaluator, settings, alertsJson::get, server.clock, server.meters);
        server.vertx
                .deployVerticle(hub, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
        StreamApi api = new StreamApi(hub, () -> dashboards, source);
        server.start(HttpSettings.DEFAULT, List.of(api::mount), PageFiles.of(Map.of()));
        tick(1);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        server.close();
    }

    static StreamSettings settings(int maxSubscribers, int maxSubscriptions, int maxUnsentBytes) {
        return settings(maxSubscribers, maxSubscriptions, maxUnsentBytes, StreamSettings.DEFAULT.heartbeat());
    }

    static StreamSettings settings(int maxSubscribers, int maxSubscriptions, int maxUnsentBytes, Duration heartbeat) {
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
                heartbeat,
                Duration.ofSeconds(5),
                2);
    }

    /** Closes the next tick, at which the gauge {@code x} has {@code value}. */
    void tick(double value) {
        tick(value, 1_000);
    }

    void tick(double value, long lengthMillis) {
        tickMillis += lengthMillis;
        long now = tickMillis;
        server.clock.advance(Duration.ofMillis(lengthMillis));
        source.change(memory -> memory.add(Labels.of("__name__", "x"), now, value));
        server.vertx.eventBus().publish(Event.TickClosed.ADDRESS, new Event.TickClosed(now, now));
    }

    static String stream(String... queries) {
        return "/api/v1/stream" + parameters(queries);
    }

    static String parameters(String... queries) {
        StringBuilder parameters = new StringBuilder();
        for (String query : queries) {
            parameters
                    .append(parameters.isEmpty() ? "?query=" : "&query=")
                    .append(URLEncoder.encode(query, StandardCharsets.UTF_8));
        }
        return parameters.toString();
    }

    double count(String counter) {
        return server.meters.get(counter).counter().count();
    }

    double gauge(String name) {
        return server.meters.get(name).gauge().value();
    }

    /** A page that reads all that comes, on a thread of its own. */
    final class Page implements AutoCloseable {
        final SimulatedReader reader = new SimulatedReader();
        final HttpResponse<InputStream> response;
        final StringBuffer raw = new StringBuffer();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Page(String pathAndQuery) {
            this(server.request(pathAndQuery));
        }

        Page(HttpRequest.Builder request) {
            response = server.send(request, HttpResponse.BodyHandlers.ofInputStream());
            open.add(this);
            Thread.ofVirtual().start(this::readAll);
        }

        private void readAll() {
            byte[] buffer = new byte[65_536];
            try (InputStream in = body()) {
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

        private InputStream body() throws IOException {
            boolean gzip =
                    response.headers().firstValue("Content-Encoding").stream().anyMatch("gzip"::equals);
            return gzip ? new GZIPInputStream(response.body()) : response.body();
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
}
