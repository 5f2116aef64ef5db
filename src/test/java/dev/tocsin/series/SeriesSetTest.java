package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesSetTest {
    private static final String[] TEXTS = {"a", "b", "ab", "é", "日本", "\uD83D\uDD14", "x".repeat(127), "y".repeat(300)};

    private final Timeline timeline = new Timeline(TimelineSettings.defaults(), new ManualClock(1_700_000_000_000L));
    private final Metric metric = new Metric("m", Kind.COUNTER, timeline, new RecentStrings());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void holdsWhatAMapHolds(long seed) {
        Random random = new Random(seed);
        Map<Labels, PushedSeries> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            Labels labels = labels(random);
            PushedSeries known = model.get(labels);
            assertThat(metric.find(labels)).isSameAs(known);
            // Now more come than go, now more go than come, so that the table grows and shrinks.
            boolean growing = step / 4_000 % 2 == 0;
            if (known == null && (growing || random.nextInt(4) == 0)) {
                model.put(labels, metric.create(labels));
            } else if (known != null && (!growing || random.nextInt(4) == 0)) {
                metric.drop(known);
                model.remove(labels);
            } else if (known != null && random.nextBoolean()) {
                assertThat(known.labels()).isEqualTo(labels);
            } else if (known != null) {
                known.packLabels();
            }
        }

        assertThat(metric.series()).hasSize(model.size()).containsExactlyInAnyOrderElementsOf(model.values());
        model.forEach((labels, series) -> {
            series.packLabels();
            assertThat(series.labelsOnce()).isEqualTo(labels).hasSameHashCodeAs(labels);
            labels.forEach((name, value) -> assertThat(series.label(name)).isEqualTo(value));
            assertThat(series.label("absent")).isEmpty();
            assertThat(series.labels()).isSameAs(series.labels());
        });
    }

    private static Labels labels(Random random) {
        List<String> pairs = new ArrayList<>(List.of(Labels.NAME, "m"));
        for (String name : List.of("A", "host", "z")) {
            if (random.nextInt(3) > 0) {
                pairs.add(name);
                pairs.add(TEXTS[random.nextInt(TEXTS.length)]);
            }
        }
        pairs.add("id");
        pairs.add(Integer.toString(random.nextInt(20)));
        return Labels.of(pairs.toArray(String[]::new));
    }

    @Test
    void moreShapesThanAreRememberedAreToldApart() {
        List<Labels> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(Labels.of(Labels.NAME, "m", "label" + i, "same"));
        }
        all.forEach(metric::create);

        for (Labels labels : all) {
            PushedSeries found = metric.find(labels);
            assertThat(found).isNotNull();
            assertThat(found.labels()).isEqualTo(labels);
        }
        assertThat(metric.find(Labels.of(Labels.NAME, "m", "label40", "same"))).isNull();
    }

    @Test
    void readersFindWhatStaysWhileOthersComeAndGo() throws InterruptedException {
        Labels stays = Labels.of(Labels.NAME, "m", "id", "stays");
        PushedSeries series = metric.create(stays);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                while (!stop.get()) {
                    assertThat(metric.find(stays)).isSameAs(series);
                    assertThat(series.labels()).isEqualTo(stays);
                    boolean seen = false;
                    for (PushedSeries each : metric.series()) {
                        seen |= each == series;
                    }
                    assertThat(seen).isTrue();
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        for (int round = 0; round < 50; round++) {
            List<PushedSeries> made = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                made.add(metric.create(Labels.of(Labels.NAME, "m", "id", round + "/" + i)));
            }
            series.packLabels();
            made.forEach(metric::drop);
        }
        stop.set(true);
        reader.join();

        assertThat(failure.get()).isNull();
    }
}
