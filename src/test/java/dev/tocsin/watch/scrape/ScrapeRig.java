package dev.tocsin.watch.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.ScrapeFile;
import dev.tocsin.core.Clock;
import dev.tocsin.core.scrape.TargetStatus;
import dev.tocsin.notify.ClientCredentials;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Jobs that scrape real servers, and what they record. */
final class ScrapeRig implements AutoCloseable {
    /** For what must come, however slow the machine. */
    private static final long PATIENCE_SECONDS = 60;

    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    final RecordedSamples recorded = new RecordedSamples();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final AtomicBoolean mayRecord = new AtomicBoolean(true);
    private final Vertx vertx = Vertx.vertx();
    private final List<HttpServer> servers = new ArrayList<>();
    private final Path folder;
    private ScrapeVerticle verticle;

    ScrapeRig(Path folder) {
        this.folder = folder;
    }

    /** @return host and port of a server that answers each request so */
    String serve(Answer answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                answer.to(exchange);
            }
        });
        server.start();
        servers.add(server);
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    String serveText(String text) throws IOException {
        return serve(exchange -> reply(exchange, 200, text.getBytes(StandardCharsets.UTF_8)));
    }

    static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private List<ScrapeJob> jobs(String yaml) throws ConfigException {
        return ScrapeFile.parse(new ConfigText("scrape.yaml", yaml), folder, Map.of());
    }

    void run(String yaml) throws Exception {
        verticle = new ScrapeVerticle(
                jobs(yaml),
                recorded,
                mayRecord::get,
                vertx -> oauth -> new ClientCredentials(vertx, Clock.system(), oauth),
                Clock.system(),
                registry);
        vertx.deployVerticle(verticle)
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void reload(String yaml) throws Exception {
        verticle.reload(jobs(yaml)).toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** One job, every 100 ms, with these keys beside its targets. */
    static String job(String address, String keys) {
        return "scrape_configs: [{job_name: j, scrape_interval: 100ms, static_configs: [{targets: [\"" + address
                + "\"]}]" + keys + "}]";
    }

    ScrapeVerticle targets() {
        return verticle;
    }

    TargetStatus only() {
        return verticle.pools().getFirst().active().getFirst();
    }

    double scrapes(ScrapeOutcome outcome) {
        return registry.get("tocsin.scrapes")
                .tag("outcome", outcome.word())
                .counter()
                .count();
    }

    void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the time left").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @Override
    public void close() throws Exception {
        servers.forEach(server -> server.stop(0));
        vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
