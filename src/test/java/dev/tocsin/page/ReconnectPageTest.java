package dev.tocsin.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import dev.tocsin.Tocsin;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a page drew while its server was away, or while it slept itself: the same as a page that saw all of it. */
class ReconnectPageTest {
    private static final Path CONF = Path.of(System.getProperty("tocsin.basedir", "."), "conf");

    /** A counter that is pushed all the time, as charts draw it: {@code window.track}. */
    private static final String TRACK = """
            async () => {
              const { acquire } = await import('/js/track.js');
              const { stream } = await import('/js/stream.js');
              window.stream = stream;
              window.track = acquire('reconnect_test', { name: '5m', kind: 'live', seconds: 300, step: 1 });
            }""";

    /** Second of the newest point, or 0. */
    private static final String NEWEST = "() => Math.max(0, ...[...track.series.values()].map((s) => s.lastSeen))";

    /**
     * From the first point on, by the second, what the page has and what the server says: "same", or both. Seconds for
     * which the server knows nothing are null on either side.
     */
    private static final String COMPARED = """
            async () => {
              const series = [...track.series.values()];
              const first = series[0].values.findIndex((v) => v !== null);
              const [from, end] = [track.start + first, track.end];
              const found = track.slice(series[0], from, end - from + 1);
              const answer = await fetch(`/api/v1/query_range?query=reconnect_test&start=${from}&end=${end}&step=1`);
              const known = new Map((await answer.json()).data.result.flatMap((r) => r.values));
              const expected = found.map((_, i) => (known.has(from + i) ? Number(known.get(from + i)) : null));
              const same = series.length === 1 && JSON.stringify(found) === JSON.stringify(expected);
              return same ? 'same' : JSON.stringify({ from, found, expected });
            }""";

    @RegisterExtension
    private final Browsing browsing = new Browsing();

    @TempDir
    private Path data;

    private Tocsin start(int httpPort, int udpPort) throws Exception {
        ConfigFolder folder = ConfigFolder.of(CONF);
        List<String> settings = List.of(
                "http.port=" + httpPort, "ingest.udp.port=" + udpPort, "storage.uri=none", "host.enabled=false");
        return Tocsin.start(folder, Settings.read(folder.settings(), Map.of(), settings), data);
    }

    private void draw(Tocsin server) {
        browsing.page().navigate("http://127.0.0.1:" + server.httpPort() + "/#/status");
        browsing.page().evaluate(TRACK);
        awaitNewest(1);
        awaitNewest(newest() + 3);
    }

    private double newest() {
        return ((Number) browsing.page().evaluate(NEWEST)).doubleValue();
    }

    /** Until the page has a point of this second, or a later one. */
    private void awaitNewest(double second) {
        browsing.page().waitForFunction("(second) => (" + NEWEST + ")() >= second", second, patiently());
    }

    private static Page.WaitForFunctionOptions patiently() {
        return new Page.WaitForFunctionOptions().setTimeout(60_000);
    }

    /** What was missed is asked for a moment after the first frame that follows. */
    private void awaitNoGap() {
        String[] compared = {""};
        try {
            browsing.page()
                    .waitForCondition(
                            () -> {
                                compared[0] = (String) browsing.page().evaluate(COMPARED);
                                return compared[0].equals("same");
                            },
                            new Page.WaitForConditionOptions().setTimeout(20_000));
        } catch (TimeoutError e) {
            throw new AssertionError("the page and the server differ: " + compared[0], e);
        }
    }

    @Test
    void aRestartOfTheServerLeavesNoGapAndNoDoublePoint() throws Exception {
        Tocsin server = start(0, 0);
        int httpPort = server.httpPort();
        int udpPort = server.udpPort();
        try (Pushing pushing = Pushing.to(udpPort, () -> "reconnect.test:1|c")) {
            draw(server);
            server.stop();
            browsing.page().waitForFunction("() => stream.state.name === 'lost'", null, patiently());
            double before = newest();
            // The interval that the stop closed lies in the past by then, as it does where a process has to start
            // first.
            browsing.page().waitForFunction("(second) => Date.now() > second * 1000", before + 2, patiently());

            server = start(httpPort, udpPort);

            awaitNewest(before + 3);
            awaitNoGap();
            assertThat(browsing.page().evaluate("() => stream.state.name")).isEqualTo("live");
        } finally {
            server.stop();
        }
    }

    @Test
    void aPageThatSleptCatchesUp() throws Exception {
        Tocsin server = start(0, 0);
        try (Pushing pushing = Pushing.to(server.udpPort(), () -> "reconnect.test:1|c")) {
            draw(server);
            double before = newest();
            lifecycle("frozen");
            // Another window sees the seconds that this one misses.
            Page awake = browsing.page().context().newPage();
            awake.navigate("http://127.0.0.1:" + server.httpPort() + "/#/status");
            awake.evaluate(TRACK);
            awake.waitForFunction("(second) => (" + NEWEST + ")() >= second", before + 6, patiently());
            awake.close();

            lifecycle("active");

            awaitNewest(before + 6);
            awaitNoGap();
        } finally {
            server.stop();
        }
    }

    private void lifecycle(String state) {
        CDPSession session = browsing.page().context().newCDPSession(browsing.page());
        JsonObject parameters = new JsonObject();
        parameters.addProperty("state", state);
        session.send("Page.setWebLifecycleState", parameters);
        session.detach();
    }
}
