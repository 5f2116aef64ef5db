package dev.tocsin.watch.check;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.PromDuration;
import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.core.check.ComponentHealth.Status;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Looks at what the server knows of itself. */
final class SelfProbe implements Probe {
    private final ProbeSpec.Self spec;
    private final Supplier<Map<String, ComponentHealth>> parts;

    SelfProbe(ProbeSpec.Self spec, Supplier<Map<String, ComponentHealth>> parts) {
        this.spec = spec;
        this.parts = parts;
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        return Future.succeededFuture(judge(new TreeMap<>(parts.get())));
    }

    private ProbeResult judge(Map<String, ComponentHealth> found) {
        List<String> well = new ArrayList<>();
        List<String> ill = new ArrayList<>();
        List<ProbeResult.Reading> readings = new ArrayList<>();
        found.forEach((name, part) -> {
            Double took = part.responseMillis();
            String told = took == null ? name : String.format(Locale.ROOT, "%s %.1f ms", name, took);
            Duration slowest = spec.slowest().get(name);
            boolean isWell = part.status() == Status.HEALTHY;
            if (!isWell) {
                ill.add(name + ": " + part.error());
            } else if (slowest != null && took != null && took > slowest.toMillis()) {
                isWell = false;
                ill.add(told + ", more than " + PromDuration.format(slowest.toMillis()));
            } else {
                well.add(told);
            }
            readings.add(new ProbeResult.Reading(Kind.GAUGE, "check_self_up", Labels.of("part", name), isWell ? 1 : 0));
            if (took != null) {
                readings.add(ProbeResult.Reading.phase(name, took));
            }
        });
        return (ill.isEmpty() ? ProbeResult.ok(String.join(", ", well)) : ProbeResult.failed(String.join("; ", ill)))
                .with(readings);
    }
}
