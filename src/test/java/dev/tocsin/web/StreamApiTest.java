package dev.tocsin.web;

import static dev.tocsin.web.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.DashboardFiles;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a page subscribes to, and the frames it gets. */
class StreamApiTest extends StreamFixture {
    @Test
    void theNewestTickComesAtOnceAndEachFurtherOneAsItCloses() {
        Page page = new Page(stream("x", "x + 1"));
        page.awaitTick(tickMillis);
        assertThat(page.response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(page.response.headers().firstValue("Content-Encoding")).isEmpty();
        tick(2);
        page.awaitTick(tickMillis);
        assertThat(page.reader.ticks).containsExactly(T + 1_000, T + 2_000);
        assertThat(page.reader.values).containsExactly(List.of("0,1", "0,2"), List.of("0,2", "0,3"));
        assertThat(page.raw.toString()).startsWith("retry: 1000\n\n");
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
    void aBadQueryIsAProblemAndTheOthersGoOn() {
        Page page = new Page(stream("sum(", "x", "x[5m]"));
        page.awaitTick(tickMillis);
        tick(2);
        page.awaitTick(tickMillis);
        assertThat(page.reader.problems).hasSize(2);
        assertThat(page.reader.problems.get(0).getInteger("query")).isZero();
        assertThat(page.reader.problems.get(0).getString("error")).startsWith("1:5: parse error");
        assertThat(page.reader.problems.get(1).getInteger("query")).isEqualTo(2);
        assertThat(page.reader.values.getLast()).isEqualTo(List.of("", "0,2", ""));
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
        assertThat(page.reader.values.getLast()).isEqualTo(List.of("0,20"));
        assertThat(page.reader.skipped).isEmpty();
        assertThat(page.reader.frameMillis).isEqualTo(1_000);
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
        assertThat(page.reader.frameMillis).isEqualTo(10_000);
    }

    @Test
    void aPanelThatComesLaterJoinsTheOpenConnection() {
        Page page = new Page(stream("x"));
        page.awaitTick(tickMillis);
        HttpResponse<String> joined = post(page, "x + 1", "x + 2");
        assertThat(joined.statusCode()).isEqualTo(200);
        page.awaitThat(() -> page.reader.values.contains(List.of("0,2", "0,3")));
        tick(5);
        page.awaitThat(
                () -> page.reader.ticks.stream().filter(at -> at == tickMillis).count() == 2);
        assertThat(page.reader.values).contains(List.of("0,5"), List.of("0,6", "0,7"));
        assertThat(gauge("tocsin.stream.subscribers")).isEqualTo(1);
        assertThat(post(page, "1", "2").statusCode()).isEqualTo(200);
    }

    @Test
    void whatCannotJoinIsToldSo() throws IOException {
        server.close();
        serve(settings(3, 2, 100_000));
        Page page = new Page(stream("1", "2", "3"));
        page.awaitTick(tickMillis);
        assertThat(post(page, "4", "5").statusCode()).isEqualTo(400);
        assertThat(post(page).statusCode()).isEqualTo(400);
        assertThat(post(page, "4").statusCode()).isEqualTo(200);
        Page other = new Page(stream("1", "2", "3"));
        other.awaitTick(tickMillis);
        assertThat(post(other, "7").statusCode()).isEqualTo(503);
        page.close();
        await(() -> gauge("tocsin.stream.subscribers") == 1);
        assertThat(post(page, "4").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> post(Page page, String... queries) {
        return server.post("/api/v1/stream/" + page.reader.connection + parameters(queries), "text/plain", "");
    }

    @Test
    void whoTakesGzipGetsItOfOnePressing() {
        Page page = new Page(server.request(stream("x", "x + 1")).header("Accept-Encoding", "gzip"));
        Page plain = new Page(stream("x", "x + 1"));
        for (int i = 0; i < 5; i++) {
            page.awaitTick(tickMillis);
            plain.awaitTick(tickMillis);
            tick(i);
        }
        page.awaitTick(tickMillis);
        assertThat(page.response.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(page.reader.values).endsWith(List.of("0,3", "0,4"), List.of("0,4", "0,5"));
    }

    @Test
    void aDashboardIsSubscribedToByItsName() throws ConfigException {
        dashboards.add(DashboardFiles.parse("d.yaml", """
                title: D
                panels:
                  - {title: A, kind: stat, queries: [{expr: x}], x: 0, y: 0, width: 3, height: 2}
                  - {title: B, kind: stat, queries: [{expr: x + 1}, {expr: x}], x: 3, y: 0, width: 3, height: 2}
                """));
        Page page = new Page("/api/v1/stream/dashboards/d");
        page.awaitTick(tickMillis);
        assertThat(page.raw.toString()).contains("\"queries\":[\"x\",\"x + 1\"]");
        assertThat(page.reader.values.getLast()).containsExactly("0,1", "0,2");
        assertThat(server.get("/api/v1/stream/dashboards/other").statusCode()).isEqualTo(404);
    }
}
