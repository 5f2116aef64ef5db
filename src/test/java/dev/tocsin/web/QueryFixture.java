package dev.tocsin.web;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.scrape.ScrapeTargets;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.QueryLimits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The query API of a real server, over series that the test makes. */
abstract class QueryFixture {
    static final long T = TestServer.NOW;
    static final int MAX_SERIES = 100;

    final CountingSource source = new CountingSource();
    TestServer server;

    @BeforeEach
    void start() {
        source.change(memory -> {
            for (int i = 0; i <= 60; i++) {
                memory.add(Labels.of("__name__", "up", "job", "api"), T - 60_000 + i * 1_000L, i % 2);
                memory.add(Labels.of("__name__", "up", "job", "db"), T - 60_000 + i * 1_000L, 1.5e-7);
            }
            memory.add(
                    Labels.of("__name__", "latency"), T, Distribution.ofValues(BucketLayout.ONE_DIGIT, 0, 1, 1, 100));
            for (int i = 0; i <= MAX_SERIES; i++) {
                memory.add(Labels.of("__name__", "many", "i", Integer.toString(i)), T, i);
            }
        });
        serve(QueryBounds.DEFAULT);
    }

    void serve(QueryBounds bounds) {
        server = new TestServer();
        QueryPool pool = new QueryPool(server.vertx, bounds, server.clock, server.meters);
        Evaluator evaluator =
                new Evaluator(source, new QueryLimits(MAX_SERIES, 1_000_000, 120_000_000_000L), Clock.system());
        server.start(
                HttpSettings.DEFAULT,
                List.of(
                        new QueryApi(evaluator, pool, server.clock)::mount,
                        new SeriesApi(source, ScrapeTargets.NONE, pool)::mount),
                PageFiles.of(Map.of()));
    }

    @AfterEach
    void stop() {
        server.close();
    }
}
