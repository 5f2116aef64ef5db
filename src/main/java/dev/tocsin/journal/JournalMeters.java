package dev.tocsin.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.ToDoubleFunction;

/** What the journal says of itself, as meters. Any thread. */
final class JournalMeters {
    private final MeterRegistry registry;
    final Counter writtenBytes;
    final Counter failures;
    final Counter lostToDisk;
    final Counter lostToQueue;
    final Counter unsentDropped;
    final Counter damagedRecords;
    final Counter cutBytes;
    final Timer writing;

    JournalMeters(MeterRegistry registry) {
        this.registry = registry;
        writtenBytes = counter("tocsin.journal.written.bytes", "Bytes written to the journal");
        failures = counter("tocsin.journal.failures", "Times that the journal could not be written");
        lostToDisk = lost("disk");
        lostToQueue = lost("queue");
        unsentDropped = counter(
                "tocsin.journal.unsent.dropped.ticks",
                "Ticks that went, as the journal reached its bound, before somebody who follows had taken them");
        damagedRecords = counter("tocsin.journal.damaged.records", "Records passed over because they were damaged");
        cutBytes = counter("tocsin.journal.cut.bytes", "Bytes cut off the end, where a process was killed in writing");
        writing = Timer.builder("tocsin.journal.writing")
                .description("From taking a tick from the queue until it is safe on the disk")
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private Counter lost(String reason) {
        return Counter.builder("tocsin.journal.lost.ticks")
                .description("Ticks that are not in the journal: the disk did not take them, or was too slow")
                .tag("reason", reason)
                .register(registry);
    }

    <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value, String... tags) {
        Gauge.builder(name, of, value).description(description).tags(tags).register(registry);
    }
}
