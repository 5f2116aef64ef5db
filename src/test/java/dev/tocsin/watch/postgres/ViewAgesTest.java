package dev.tocsin.watch.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.StateInMemory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ViewAgesTest {
    private final StateInMemory state = new StateInMemory();

    private static Map<String, Object> row(String changedBy, Double commitAgeSeconds) {
        Map<String, Object> row = new HashMap<>();
        row.put("schema", "public");
        row.put("view", "totals");
        row.put("is_populated", true);
        row.put("changed_by", changedBy);
        row.put("commit_age_seconds", commitAgeSeconds);
        return row;
    }

    private static Map<String, Object> aged(ViewAges ages, Map<String, Object> row, long nowMillis) {
        return ages.aged("shop", List.of(row), nowMillis).getFirst();
    }

    @Test
    void aCommitTimestampIsBelieved() {
        assertThat(aged(new ViewAges(state), row("7", 12.5), 1_000))
                .containsEntry("age_seconds", 12.5)
                .containsEntry("method", "commit_timestamp")
                .doesNotContainKeys("changed_by", "commit_age_seconds");
    }

    @Test
    void withoutItTheAgeIsAtLeastSinceItIsWatchedAndThenSinceAChangeWasSeen() {
        ViewAges ages = new ViewAges(state);

        assertThat(aged(ages, row("7", null), 1_000)).containsEntry("age_seconds", 0.0);
        assertThat(aged(ages, row("7", null), 61_000))
                .containsEntry("age_seconds", 60.0)
                .containsEntry("method", "at_least");
        assertThat(aged(ages, row("8", null), 76_000))
                .containsEntry("age_seconds", 0.0)
                .containsEntry("method", "seen");
        assertThat(aged(new ViewAges(state), row("8", null), 79_000))
                .as("the next process")
                .containsEntry("age_seconds", 3.0)
                .containsEntry("method", "seen");
    }

    @Test
    void aViewThatHoldsNothingHasNoAge() {
        Map<String, Object> row = row("7", 1.0);
        row.put("is_populated", false);

        assertThat(aged(new ViewAges(state), row, 1_000)).doesNotContainKey("age_seconds");
    }

    @Test
    void whatIsGoneIsForgotten() {
        ViewAges ages = new ViewAges(state);
        aged(ages, row("7", null), 1_000);
        ages.aged("shop", List.of(), 2_000);

        assertThat(state.withPrefix("")).isEmpty();
    }
}
