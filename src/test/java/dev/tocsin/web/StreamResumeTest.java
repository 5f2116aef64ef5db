package dev.tocsin.web;

import static dev.tocsin.web.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Who comes back, to the same server or another. */
class StreamResumeTest extends StreamFixture {
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
}
