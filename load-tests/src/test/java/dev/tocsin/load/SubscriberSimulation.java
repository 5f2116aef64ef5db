package dev.tocsin.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.sse;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Browsers that watch: each subscribes to the same three live queries and takes a frame a second, while a few people
 * ask ad hoc. Measures how late a frame is: from the end of its interval (its id) to its arrival. Needs a server with
 * something to show, on this machine so that clocks agree:
 *
 * <pre>
 *   mvn -q -f load-tests/pom.xml gatling:test [-Dsubscribers=500] [-Dseconds=30] [-Durl=http://127.0.0.1:8080]
 * </pre>
 */
public class SubscriberSimulation extends Simulation {
    private static final int SUBSCRIBERS = Integer.getInteger("subscribers", 500);
    private static final int SECONDS = Integer.getInteger("seconds", 30);
    private static final int RAMP_SECONDS = Math.max(5, SUBSCRIBERS / 200);
    private static final int LONGEST_LAG_MILLIS = 10_000;

    /** Frames by lateness in milliseconds; the last counts all that were later. */
    private static final AtomicIntegerArray lags = new AtomicIntegerArray(LONGEST_LAG_MILLIS + 1);

    private static final String STREAM = "/api/v1/stream?"
            + query("sum by (service) (rate(http_requests[10s]))")
            + "&"
            + query("histogram_quantile(0.99, sum by (service) (rate(http_request_duration[10s])))")
            + "&"
            + query("host_cpu_usage_percent");

    private static String query(String promql) {
        return "query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8);
    }

    private static Session countLag(Session session) {
        String tick = session.getString("tick");
        if (tick != null) {
            long lag = System.currentTimeMillis() - Long.parseLong(tick);
            lags.incrementAndGet((int) Math.max(0, Math.min(lag, LONGEST_LAG_MILLIS)));
        }
        return session.remove("tick");
    }

    public SubscriberSimulation() {
        var server = http.baseUrl(System.getProperty("url", "http://127.0.0.1:8080")).shareConnections();
        var browser = http.baseUrl(System.getProperty("url", "http://127.0.0.1:8080"));

        var watch = scenario("watch")
                .exec(sse("subscribe")
                        .get(STREAM)
                        .await(10)
                        .on(sse.checkMessage("first frame")
                                .matching(jsonPath("$.event").is("tick"))
                                .check(jsonPath("$.id").saveAs("tick"))))
                .exec(session -> session.remove("tick"))
                .exec(repeat(SECONDS)
                        .on(exec(sse("next frame")
                                        .setCheck()
                                        .await(5)
                                        .on(sse.checkMessage("frame")
                                                .matching(jsonPath("$.event").is("tick"))
                                                .check(jsonPath("$.id").saveAs("tick"))))
                                .exec(SubscriberSimulation::countLag)))
                .exec(sse("leave").close());

        var ask = scenario("ask")
                .exec(http("query")
                        .get("/api/v1/query?" + query("sum(rate(http_requests[1m]))"))
                        .check(status().is(200), jsonPath("$.status").is("success")))
                .exec(http("query_range")
                        .get(session -> {
                            long now = System.currentTimeMillis() / 1_000;
                            return "/api/v1/query_range?" + query("host_load1") + "&start=" + (now - 300) + "&end=" + now
                                    + "&step=5";
                        })
                        .check(status().is(200), jsonPath("$.status").is("success")));

        setUp(
                        watch.injectOpen(rampUsers(SUBSCRIBERS).during(RAMP_SECONDS)).protocols(browser),
                        ask.injectOpen(constantUsersPerSec(5).during(SECONDS + RAMP_SECONDS)).protocols(server))
                .maxDuration(SECONDS + RAMP_SECONDS + 60)
                .assertions(
                        global().failedRequests().count().is(0L),
                        details("first frame").responseTime().percentile(99).lt(3_000));
    }

    @Override
    public void after() {
        long frames = 0;
        for (int i = 0; i < lags.length(); i++) {
            frames += lags.get(i);
        }
        System.out.printf("%d subscribers, %d frames; from the end of the interval to the arrival:", SUBSCRIBERS, frames);
        for (double q : List.of(0.5, 0.9, 0.99, 1.0)) {
            System.out.printf("  %s %d ms", q == 1 ? "max" : "p" + Math.round(q * 100), percentile(q, frames));
        }
        System.out.println();
    }

    private static int percentile(double q, long frames) {
        long seen = 0;
        for (int i = 0; i < lags.length(); i++) {
            seen += lags.get(i);
            if (seen > 0 && seen >= Math.ceil(q * frames)) {
                return i;
            }
        }
        return LONGEST_LAG_MILLIS;
    }
}
