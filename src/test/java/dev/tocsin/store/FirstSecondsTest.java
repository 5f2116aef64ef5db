package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.SeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said to be missing while PostgreSQL has not been up yet. */
class FirstSecondsTest {
    private final HistoryScene scene = new HistoryScene();
    private final AtomicLong memorySince = new AtomicLong(HistoryScene.START);

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    private List<String> missing(SeriesSource source) {
        List<String> missing = new ArrayList<>();
        source.select(
                List.of(Matcher.equal(Labels.NAME, "hits")), 0, scene.clock.wallMillis(), 10, 10_000, missing::add);
        return missing;
    }

    @Test
    void nothingIsMissingWhereNothingWasEverStored() {
        SeriesSource source = scene.beginning(memorySince::get);
        scene.serve(3);
        assertThat(missing(source)).isEmpty();

        // What an earlier process left in the journal was read back.
        memorySince.addAndGet(-600_000);
        assertThat(missing(source)).isEmpty();
    }

    @Test
    void whatMemoryHasDroppedSinceIsMissing() {
        SeriesSource source = scene.beginning(memorySince::get);
        scene.serve(3);
        memorySince.addAndGet(60_000);

        assertThat(missing(source)).singleElement().asString().contains("is missing");
    }

    @Test
    void whereSomethingMayBeStoredItIsMissing() {
        assertThat(missing(scene.joined(HistoryScene.START)))
                .singleElement()
                .asString()
                .contains("is missing");
    }
}
