package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, ended in whatever way and started again on the same data folder. */
class RestartIT {
    private static final long SEED = 20_261_121;
    private static final int KILLS = 20;
    private static final int LINES_PER_PACKET = 20;

    @TempDir
    private Path folder;

    private TocsinProcess start() throws Exception {
        return TocsinProcess.run(folder, "--set", "storage.uri=none", "--set", "host.enabled=false")
                .awaitReady();
    }

    /** The one value of a query; 0 where there is none: nothing was closed before the kill. */
    private static double value(TocsinProcess tocsin, String query) throws IOException, InterruptedException {
        JsonArray result =
                new JsonObject(tocsin.query(query)).getJsonObject("data").getJsonArray("result");
        return result.isEmpty()
                ? 0
                : Double.parseDouble(
                        result.getJsonObject(0).getJsonArray("value").getString(1));
    }

    /** Counter and distribution get the same number of samples. */
    private static void sendPacket(TocsinProcess tocsin) throws IOException {
        tocsin.send("hits:1|c\ntook:7|ms\n".repeat(LINES_PER_PACKET));
    }

    private static void awaitClosed(TocsinProcess tocsin, double hits) throws InterruptedException {
        tocsin.await("the last packet is readable", () -> value(tocsin, "hits") >= hits);
    }

    private static double restored(TocsinProcess tocsin, double before) throws Exception {
        if (before > 0) {
            tocsin.await("totals are back", () -> value(tocsin, "hits") > 0);
        }
        // A tick later everything that was put aside is in.
        tocsin.await(
                "ticks are closed", () -> tocsin.get("/health").body().contains("\"ticks\":{\"status\":\"healthy\""));
        return value(tocsin, "hits");
    }

    /**
     * Each round: what was there and readable before the kill is there after it, of what was sent since then nothing is
     * counted twice, and both kinds agree, as they came in the same packets.
     */
    @Test
    void aKilledProcessComesBackWithEverythingButTheTickInProgress() throws Exception {
        Random random = new Random(SEED);
        double safe = 0;
        double sent = 0;
        for (int round = 0; round <= KILLS; round++) {
            String what = "seed " + SEED + " round " + round;
            try (TocsinProcess tocsin = start()) {
                double hits = restored(tocsin, safe);
                assertThat(hits).as(what).isBetween(safe, sent);
                assertThat(value(tocsin, "histogram_count(took)")).as(what).isEqualTo(hits);
                assertThat(value(tocsin, "histogram_sum(took)") / 7).as(what).isEqualTo(hits);
                assertThat(value(tocsin, "resets(hits[1h])")).as(what).isZero();
                sent = hits;
                int packets = 5 + random.nextInt(40);
                for (int i = 0; i < packets; i++) {
                    sendPacket(tocsin);
                    sent += LINES_PER_PACKET;
                    Thread.sleep(random.nextInt(20));
                }
                if (random.nextBoolean()) {
                    awaitClosed(tocsin, sent);
                    // Readable before it is synced: what was closed is safe when two more were written after that.
                    double writings = writings(tocsin);
                    tocsin.await("synced", () -> writings(tocsin) >= writings + 2);
                    safe = sent;
                    for (int i = random.nextInt(10); i > 0; i--) {
                        sendPacket(tocsin);
                        sent += LINES_PER_PACKET;
                    }
                } else {
                    safe = hits;
                }
                tocsin.kill();
            }
        }
    }

    private static double writings(TocsinProcess tocsin) throws IOException, InterruptedException {
        return metric(tocsin, "tocsin_journal_writing_seconds_count ");
    }

    private static double metric(TocsinProcess tocsin, String prefix) throws IOException, InterruptedException {
        return tocsin.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    @Test
    void oneThatIsAskedToStopLosesNothing() throws Exception {
        double sent = 0;
        for (int round = 0; round < 3; round++) {
            try (TocsinProcess tocsin = start()) {
                assertThat(restored(tocsin, sent)).isEqualTo(sent);
                for (int i = 0; i < 10; i++) {
                    sendPacket(tocsin);
                    sent += LINES_PER_PACKET;
                }
                tocsin.terminate();
                assertThat(tocsin.exitCode()).isZero();
            }
        }
        try (TocsinProcess tocsin = start()) {
            assertThat(restored(tocsin, sent)).isEqualTo(sent);
            assertThat(value(tocsin, "histogram_count(took)")).isEqualTo(sent);
        }
    }

    /** What was told, and acknowledged by the link in it, is so after a kill; the next process knows its links again. */
    @Test
    void whatFiredIsToldOnceThoughTheServerIsKilledBetweenAndItsEndIsTold() throws Exception {
        LinkedBlockingQueue<String> calls = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<String> links = new LinkedBlockingQueue<>();
        HttpServer hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/hook", exchange -> {
            JsonObject body =
                    new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            JsonObject alert = body.getJsonArray("alerts").getJsonObject(0);
            links.add(body.getJsonObject("receipt")
                    .getJsonObject("links")
                    .getJsonObject(alert.getString("fingerprint"))
                    .getString("acknowledge", ""));
            calls.add(body.getString("status") + " " + alert.getString("startsAt"));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        hook.start();
        try {
            configure(hook.getAddress().getPort());
            String firing;
            String link;
            try (TocsinProcess tocsin = start()) {
                tocsin.send("load:5|g\n");
                firing = calls.poll(TocsinProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(firing).startsWith("firing");
                link = links.remove().replaceFirst("^http://[^/]+", "");
                assertThat(tocsin.post(link, "").statusCode()).isEqualTo(200);
                double writings = writings(tocsin);
                tocsin.await("what was told is safe", () -> writings(tocsin) >= writings + 3);
                tocsin.kill();
            }
            try (TocsinProcess tocsin = start()) {
                tocsin.await(
                        "still firing, and acknowledged",
                        () -> tocsin.get("/api/v1/alerts").body().contains("\"acknowledged\":{\"by\":\"somebody"));
                assertThat(tocsin.get(link).body()).contains("Acknowledged already");
                // Counted after the group was flushed.
                tocsin.await("its group is looked at again", () -> metric(tocsin, "tocsin_alert_groups ") >= 1);
                assertThat(calls).as("nothing is told twice").isEmpty();
                tocsin.send("load:0|g\n");
                String resolved = calls.poll(TocsinProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(resolved).isEqualTo(firing.replace("firing", "resolved"));
            }
        } finally {
            hook.stop(0);
        }
    }

    private void configure(int hookPort) throws IOException {
        Path conf = Files.createDirectories(folder.resolve("conf/rules")).getParent();
        Files.writeString(conf.resolve("rules/load.yaml"), """
                groups:
                  - name: load
                    rules:
                      - alert: Loaded
                        expr: load > 1
                """);
        Files.writeString(conf.resolve("alertmanager.yaml"), """
                route: {receiver: me, group_wait: 0s, group_interval: 1s}
                receivers:
                  - name: me
                    webhook_configs: [{url: "http://127.0.0.1:%d/hook"}]
                """.formatted(hookPort));
    }

    @Test
    void aSecondOneOnTheSameFolderIsRefusedAndSaysWhy() throws Exception {
        try (TocsinProcess first = start();
                TocsinProcess second = TocsinProcess.run(folder, "--set", "storage.uri=none")) {
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.output()).contains("another Tocsin", "--data");
            assertThat(first.isAlive()).isTrue();
        }
    }
}
