package dev.tocsin.ingest;

import dev.tocsin.core.Rejection;
import dev.tocsin.ingest.wire.WireCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** One receiver's {@link Accounting} as meters, from {@link #IngestMeters} until {@link #remove()}. Any thread. */
final class IngestMeters {
    private final MeterRegistry registry;
    private final Accounting accounting;
    private final List<Meter> meters = new ArrayList<>();

    /** Registers what every receiver counts: samples. */
    IngestMeters(MeterRegistry registry, Accounting accounting) {
        this.registry = registry;
        this.accounting = accounting;
        String protocol = accounting.protocol();
        counter(
                "tocsin.samples.accepted",
                "Samples taken into the series table",
                Accounting::accepted,
                "protocol",
                protocol);
        counter(
                "tocsin.samples.dropped",
                "Well-formed samples lost because the series table failed",
                Accounting::dropped,
                "protocol",
                protocol);
        for (Rejection reason : Rejection.values()) {
            counter(
                    "tocsin.samples.rejected",
                    "Samples refused, by reason",
                    a -> a.rejected(reason),
                    "protocol",
                    protocol,
                    "reason",
                    reason.label());
        }
    }

    /** Registers what sockets count besides: datagrams, and fields that make no label. */
    IngestMeters withDatagrams(String transport) {
        String prefix = "tocsin." + transport;
        counter(prefix + ".datagrams", "Datagrams received", Accounting::datagrams);
        counter(prefix + ".bytes", "Payload of the datagrams received", Accounting::bytes);
        counter(prefix + ".truncated", "Datagrams longer than the receiver takes", Accounting::truncated);
        return withSkippedFields();
    }

    /** Registers what lines hold besides samples. */
    IngestMeters withSkippedFields() {
        for (WireCounts.SkippedField field : WireCounts.SkippedField.values()) {
            counter(
                    "tocsin.wire.unknown.fields",
                    "Fields of lines that make neither a series nor a label, by kind of field",
                    a -> a.skipped(field),
                    "protocol",
                    accounting.protocol(),
                    "field",
                    field.name().toLowerCase(Locale.ROOT));
        }
        return this;
    }

    IngestMeters withReceiveBuffer() {
        meters.add(Gauge.builder("tocsin.udp.receive.buffer.bytes", accounting, Accounting::receiveBufferBytes)
                .description("Receive buffer granted by the kernel, comparable to the setting")
                .tag("socket", accounting.socket())
                .register(registry));
        return this;
    }

    IngestMeters withKernelDrops() {
        counter(
                "tocsin.udp.kernel.drops",
                "Datagrams the kernel dropped because the socket's receive buffer was full",
                Accounting::kernelDrops);
        return this;
    }

    void remove() {
        meters.forEach(registry::remove);
        meters.clear();
    }

    private void counter(String name, String description, ToDoubleFunction<Accounting> count, String... tags) {
        meters.add(FunctionCounter.builder(name, accounting, count)
                .description(description)
                .tag("socket", accounting.socket())
                .tags(tags)
                .register(registry));
    }
}
