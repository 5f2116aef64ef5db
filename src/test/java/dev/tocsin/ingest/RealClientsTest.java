package dev.tocsin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.timgroup.statsd.NonBlockingStatsDClientBuilder;
import com.timgroup.statsd.ServiceCheck;
import com.timgroup.statsd.StatsDClient;
import com.timgroup.statsd.TagsCardinality;
import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.ingest.Accounting.Totals;
import dev.tocsin.ingest.wire.SignedGauges;
import dev.tocsin.ingest.wire.WireCounts.SkippedField;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;
import io.micrometer.statsd.StatsdMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The clients that people have in their services, unchanged, over real sockets. */
@Timeout(180)
class RealClientsTest {
    @TempDir
    private Path directory;

    private final RecordingSink sink = new RecordingSink();
    private final BlockingQueue<Event.Annotation> annotations = new LinkedBlockingQueue<>();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

    private UdpVerticle udp(SignedGauges signedGauges) {
        UdpVerticle verticle = new UdpVerticle(
                "udp-0",
                new UdpSettings("127.0.0.1", 0, 1, 1 << 20, signedGauges),
                sink,
                new ManualClock(1_000),
                new SimpleMeterRegistry(),
                annotations::add);
        vertx.deployVerticle(verticle).await();
        return verticle;
    }

    private UnixVerticle unix(Path path) {
        UnixVerticle verticle = new UnixVerticle(
                "unix-0",
                new UnixSettings(path, SignedGauges.ABSOLUTE),
                sink,
                new ManualClock(1_000),
                new SimpleMeterRegistry(),
                annotations::add);
        vertx.deployVerticle(verticle).await();
        return verticle;
    }

    private static void settle(DatagramVerticle verticle) {
        Promise<Void> promise = Promise.promise();
        verticle.context().runOnContext(v -> promise.complete());
        promise.future().await();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void datadogOverUdp() throws Exception {
        UdpVerticle verticle = udp(SignedGauges.ABSOLUTE);
        everyCallOfDatadogsClientArrives(
                new NonBlockingStatsDClientBuilder().hostname("127.0.0.1").port(verticle.port()), verticle);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void datadogOverAUnixSocket() throws Exception {
        Path path = directory.resolve("dsd.socket");
        UnixVerticle verticle = unix(path);
        everyCallOfDatadogsClientArrives(new NonBlockingStatsDClientBuilder().address("unix://" + path), verticle);
    }

    private void everyCallOfDatadogsClientArrives(NonBlockingStatsDClientBuilder builder, DatagramVerticle verticle)
            throws Exception {
        try (StatsDClient client = builder.prefix("shop")
                .constantTags("env:prod")
                .containerID("0123abcd")
                .enableTelemetry(false)
                .enableAggregation(false)
                .build()) {
            client.count("hits", 3, "route:/login", "canary");
            client.count("ratio", 0.25);
            client.increment("hits");
            client.decrement("hits");
            client.countWithTimestamp("late", 7, 1_656_581_400);
            client.gauge("temp", -5.5);
            client.gaugeWithTimestamp("temp", 21, 1_656_581_400);
            client.histogram("size", 1_024);
            client.distribution("latency", 3.5);
            client.recordDistributionValue("latency", 4, 1.0);
            client.time("query", 12);
            client.recordSetValue("users", "al");
            client.gauge("cardinal", 1, 1.0, TagsCardinality.LOW);
            client.recordEvent(
                    com.timgroup.statsd.Event.builder()
                            .withTitle("Zürich ü")
                            .withText("first\nsecond")
                            .withAlertType(com.timgroup.statsd.Event.AlertType.ERROR)
                            .withPriority(com.timgroup.statsd.Event.Priority.LOW)
                            .withHostname("web1")
                            .withAggregationKey("key")
                            .withSourceTypeName("java")
                            .withDate(1_656_581_400_000L)
                            .build(),
                    "k:v");
            client.serviceCheck(ServiceCheck.builder()
                    .withName("db.up")
                    .withStatus(ServiceCheck.Status.CRITICAL)
                    .withHostname("db1")
                    .withTimestamp(1_656_581_401)
                    .withMessage("no\nway, m:x")
                    .withTags(new String[] {"role:a"})
                    .build());
            sink.await(13);
            theEventAndTheServiceCheckArrive();
        }

        assertThat(sink.rows())
                .containsExactlyInAnyOrder(
                        "counter shop.hits 3.0 #env:prod,canary,route:/login",
                        "counter shop.ratio 0.25 #env:prod",
                        "counter shop.hits 1.0 #env:prod",
                        "counter shop.hits -1.0 #env:prod",
                        "counter shop.late 7.0 #env:prod @1656581400000",
                        "gauge shop.temp -5.5 #env:prod",
                        "gauge shop.temp 21.0 #env:prod @1656581400000",
                        "distribution shop.size 1024.0 #env:prod",
                        "distribution shop.latency 3.5 #env:prod",
                        "distribution shop.latency 4.0 #env:prod",
                        "distribution shop.query 12.0 #env:prod",
                        "set shop.users {al} #env:prod",
                        "gauge shop.cardinal 1.0 #env:prod");
        settle(verticle);
        assertThat(verticle.accounting().totals()).isEqualTo(new Totals(15, 15, 0, 0));
        assertThat(verticle.accounting().skipped(SkippedField.CONTAINER)).isEqualTo(13);
        assertThat(verticle.accounting().skipped(SkippedField.CARDINALITY)).isEqualTo(1);
        assertThat(verticle.accounting().skipped(SkippedField.OTHER)).isZero();
    }

    private void theEventAndTheServiceCheckArrive() throws Exception {
        assertThat(annotations.poll(60, TimeUnit.SECONDS))
                .isEqualTo(new Event.Annotation(
                        1_656_581_400_000L,
                        "shop.Zürich ü",
                        "first\nsecond",
                        "error",
                        Labels.of(
                                "aggregation_key",
                                "key",
                                "env",
                                "prod",
                                "host",
                                "web1",
                                "k",
                                "v",
                                "priority",
                                "low",
                                "source_type_name",
                                "java")));
        assertThat(annotations.poll(60, TimeUnit.SECONDS))
                .isEqualTo(new Event.Annotation(
                        1_656_581_401_000L,
                        "db.up",
                        "no\nway, m:x",
                        "critical",
                        Labels.of("env", "prod", "host", "db1", "role", "a")));
    }

    /** The client's default: it aggregates for two seconds, and packs the values of a distribution into one line. */
    @Test
    void datadogWithAggregation() throws Exception {
        UdpVerticle verticle = udp(SignedGauges.ABSOLUTE);
        try (StatsDClient client = new NonBlockingStatsDClientBuilder()
                .hostname("127.0.0.1")
                .port(verticle.port())
                .aggregationFlushInterval(50)
                .enableTelemetry(true)
                .build()) {
            for (int i = 0; i < 10; i++) {
                client.count("hits", 1);
            }
            // They may come in two flushes.
            sink.awaitThat(rows -> hits(rows) >= 10);
        }
        settle(verticle);
        assertThat(hits(sink.rows())).isEqualTo(10);
        assertThat(verticle.accounting().totals().rejected()).isZero();
    }

    private static double hits(List<String> rows) {
        return rows.stream()
                .filter(row -> row.startsWith("counter hits"))
                .mapToDouble(row -> Double.parseDouble(row.split(" ")[2]))
                .sum();
    }

    @Test
    void micrometerInDatadogsFlavour() throws Exception {
        micrometerSends(
                StatsdFlavor.DATADOG,
                udp(SignedGauges.ABSOLUTE),
                List.of(
                        "counter orders.placed 2.0 #statistic:count,shop:eu",
                        "distribution order.time 250.0 #shop:eu",
                        "distribution order.size 17.0 #shop:eu",
                        "gauge queue.depth 5.0 #statistic:value,shop:eu"));
    }

    @Test
    void micrometerInPlainStatsd() throws Exception {
        micrometerSends(
                StatsdFlavor.ETSY,
                udp(SignedGauges.RELATIVE),
                List.of(
                        "counter ordersPlaced.shop.eu.statistic.count 2.0",
                        "distribution orderTime.shop.eu 250.0",
                        "distribution orderSize.shop.eu 17.0",
                        "gauge queueDepth.shop.eu.statistic.value 5.0"));
    }

    /** Now and then, on a busy machine, the client never gets to its connection: then another one is made. */
    private StatsdMeterRegistry connected(StatsdConfig config) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            StatsdMeterRegistry registry = new StatsdMeterRegistry(config, Clock.SYSTEM);
            registry.gauge("queue.depth", Tags.of("shop", "eu"), 5.0);
            if (attempt == 4 || sink.arrive(1, Duration.ofSeconds(5))) {
                return registry;
            }
            registry.close();
        }
    }

    private void micrometerSends(StatsdFlavor flavour, UdpVerticle verticle, List<String> expected) throws Exception {
        StatsdConfig config = new StatsdConfig() {
            @Override
            public String get(String key) {
                return null;
            }

            @Override
            public StatsdFlavor flavor() {
                return flavour;
            }

            @Override
            public String host() {
                return "127.0.0.1";
            }

            @Override
            public int port() {
                return verticle.port();
            }

            @Override
            public Duration pollingFrequency() {
                return Duration.ofMillis(50);
            }
        };
        StatsdMeterRegistry registry = connected(config);
        // The client connects on its own time and loses what is recorded before.
        do {
            registry.counter("orders.placed", "shop", "eu").increment(2);
            registry.timer("order.time", "shop", "eu").record(250, TimeUnit.MILLISECONDS);
            registry.summary("order.size", "shop", "eu").record(17);
            sink.await(sink.rows().size() + 1);
        } while (sink.rows().stream().noneMatch(row -> row.startsWith("counter")));
        // What was recorded after that counter is on its way.
        sink.awaitThat(rows -> rows.containsAll(expected));
        registry.close();
        settle(verticle);
        assertThat(verticle.accounting().totals().rejected()).isZero();
    }
}
