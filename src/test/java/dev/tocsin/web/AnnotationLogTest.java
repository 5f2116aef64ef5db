package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import org.junit.jupiter.api.Test;

class AnnotationLogTest {
    private final AnnotationLog log = new AnnotationLog();

    private static Event.Annotation at(long timeMillis) {
        return new Event.Annotation(timeMillis, "deploy", "", "info", Labels.EMPTY);
    }

    @Test
    void bothEndsOfARangeAreInIt() {
        log.add(at(10));
        log.add(at(20));
        log.add(at(30));
        log.add(at(40));

        assertThat(log.between(20, 30)).containsExactly(at(20), at(30));
    }

    @Test
    void pastItsCapacityTheOldestGoes() {
        for (int i = 0; i <= AnnotationLog.CAPACITY; i++) {
            log.add(at(i));
        }

        assertThat(log.between(0, Long.MAX_VALUE))
                .hasSize(AnnotationLog.CAPACITY)
                .first()
                .isEqualTo(at(1));
    }
}
