package dev.tocsin.watch.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.LatestScalars;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.quality.DatasetStatus;
import dev.tocsin.core.quality.QualityState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QualityVerticleTest {
    /** For what must come, however slow the machine. */
    private static final long PATIENCE_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx();
    private final Map<Labels, Double> recorded = new ConcurrentHashMap<>();
    private final Map<String, Double> answers = new ConcurrentHashMap<>();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private QualityVerticle verticle;

    private final SampleRecorder recorder = new LatestScalars(recorded);

    private final Sources sources = (source, most, now, timeout) -> {
        String name = ((Source.Query) source).promql();
        if (name.equals("hangs")) {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                throw new SourceException("stopped");
            }
        }
        Double answer = answers.get(name);
        if (answer == null) {
            throw new SourceException(name + " is away");
        }
        return List.of(List.of(Cell.of(answer)));
    };

    private static Dataset dataset(String name, String query, Duration every, Duration timeout) {
        return new Dataset(
                name,
                new Schedule.Every(every),
                timeout,
                "critical",
                Labels.of("team", "data"),
                new Dataset.Completeness(new Source.Query(query, ""), new Expected.Told(), 0.95),
                null,
                null,
                null,
                Map.of());
    }

    private static Dataset dataset(String name) {
        return dataset(name, name, Duration.ofMillis(1), Duration.ofSeconds(PATIENCE_SECONDS));
    }

    private void run(Dataset... datasets) throws Exception {
        verticle = new QualityVerticle(
                List.of(datasets), sources, recorder, () -> true, Clock.system(), new SimpleMeterRegistry());
        vertx.deployVerticle(verticle).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        hanging.countDown();
        vertx.close().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private DatasetStatus until(String name, Predicate<DatasetStatus> holds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            for (DatasetStatus status : verticle.all()) {
                if (status.name().equals(name) && holds.test(status)) {
                    return status;
                }
            }
            assertThat(System.nanoTime()).as(verticle.all().toString()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private void untilRecorded(String metric, Predicate<Map<Labels, Double>> holds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!holds.test(series(metric))) {
            assertThat(System.nanoTime()).as(recorded.toString()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private Map<Labels, Double> series(String metric) {
        Map<Labels, Double> found = new ConcurrentHashMap<>();
        recorded.forEach((labels, value) -> {
            if (labels.metricName().equals(metric)) {
                found.put(labels, value);
            }
        });
        return found;
    }

    @Test
    void whatIsJudgedBecomesSeriesAndWhatBecomesUnknownEnds() throws Exception {
        answers.put("prices", 0.5);
        run(dataset("prices"));
        Labels labels = Labels.of("team", "data", "dataset", "prices", "severity", "critical");

        DatasetStatus status = until("prices", set -> set.state() == QualityState.BREACHED);
        untilRecorded("quality_state", all -> !all.isEmpty());

        assertThat(status.score()).isEqualTo(0.5);
        assertThat(recorded)
                .containsEntry(labels.with(Labels.NAME, "quality_completeness_ratio"), 0.5)
                .containsEntry(labels.with(Labels.NAME, "quality_completeness_threshold_ratio"), 0.95)
                .containsEntry(labels.with(Labels.NAME, "quality_score"), 0.5)
                .containsEntry(labels.with(Labels.of(Labels.NAME, "quality_state", "state", "breached")), 1.0)
                .containsEntry(labels.with(Labels.of(Labels.NAME, "quality_state", "state", "ok")), 0.0);

        answers.remove("prices");
        untilRecorded("quality_completeness_ratio", Map::isEmpty);
        untilRecorded(
                "quality_measure_state",
                all -> all.entrySet().stream()
                        .allMatch(each -> each.getKey().get("state").equals("unknown") == (each.getValue() == 1)));
        assertThat(series("quality_score")).isEmpty();
        assertThat(until("prices", set -> true).measures().getFirst().reason()).isEqualTo("prices is away");
    }

    @Test
    void aSourceThatHangsIsUnknownAndHoldsUpNoOther() throws Exception {
        answers.put("prices", 1.0);
        List<Dataset> datasets = new ArrayList<>();
        for (int i = 0; i < QualityVerticle.MOST_AT_ONCE - 1; i++) {
            datasets.add(dataset("hangs-" + i, "hangs", Duration.ofMinutes(5), Duration.ofMillis(10)));
        }
        datasets.add(dataset("prices"));
        run(datasets.toArray(Dataset[]::new));

        until("prices", set -> set.state() == QualityState.OK);
        for (int i = 0; i < QualityVerticle.MOST_AT_ONCE - 1; i++) {
            DatasetStatus hung = until("hangs-" + i, set -> !set.measures().isEmpty());
            assertThat(hung.state()).isEqualTo(QualityState.UNKNOWN);
            assertThat(hung.measures().getFirst().reason()).isEqualTo("no answer within 10ms");
        }
    }

    @Test
    void aReloadKeepsWhatIsKnownOfThoseThatAreAsTheyWereAndEndsThoseThatAreGone() throws Exception {
        answers.put("stays", 1.0);
        answers.put("goes", 1.0);
        Dataset stays = dataset("stays", "stays", Duration.ofHours(1), Duration.ofSeconds(PATIENCE_SECONDS));
        run(stays, dataset("goes"));
        long judged = until("stays", set -> set.state() == QualityState.OK).judgedMillis();
        untilRecorded("quality_score", all -> all.size() == 2);

        verticle.reload(List.of(stays, dataset("comes"))).await(PATIENCE_SECONDS, TimeUnit.SECONDS);

        assertThat(verticle.all()).extracting(DatasetStatus::name).containsExactly("comes", "stays");
        assertThat(until("stays", set -> true).judgedMillis()).isEqualTo(judged);
        untilRecorded("quality_score", all -> all.size() == 1);
        until(
                "comes",
                set -> set.state() == QualityState.UNKNOWN && !set.measures().isEmpty());
    }
}
