package dev.tocsin.rule;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.RuleFiles;
import dev.tocsin.core.Alert;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.MemorySource;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A rule engine over series that a test sets, with time that a test moves, one tick a second unless said otherwise. */
final class RuleStage implements SampleRecorder {
    static final long START = 1_700_000_000_000L;

    final ManualClock clock = new ManualClock(START);
    final MemorySource series;
    final MeterRegistry registry = new SimpleMeterRegistry();
    final RuleEngine engine;
    private final Evaluator evaluator;
    private final Map<Labels, Double> gauges = new LinkedHashMap<>();
    private final Duration tick;
    private long tickMillis = START;

    RuleStage() {
        this(RuleSettings.DEFAULT);
    }

    RuleStage(RuleSettings settings) {
        this(settings, Duration.ofSeconds(1));
    }

    RuleStage(RuleSettings settings, Duration tick) {
        this.tick = tick;
        series = new MemorySource();
        evaluator = new Evaluator(series, QueryLimits.DEFAULT, clock);
        engine = new RuleEngine(RuleQueries.of(evaluator), this, settings, clock, registry);
    }

    /** The next process, so long after the last tick of this one by its clock, over the same series; no rules yet. */
    RuleStage restarted(Duration later, StateInMemory state) {
        RuleStage next = new RuleStage(this, later);
        next.engine.keepIn(state.endedAt(tickMillis));
        return next;
    }

    private RuleStage(RuleStage before, Duration later) {
        tick = before.tick;
        series = before.series;
        gauges.putAll(before.gauges);
        tickMillis = before.tickMillis + later.toMillis();
        clock.advance(Duration.ofMillis(tickMillis - START));
        evaluator = new Evaluator(series, QueryLimits.DEFAULT, clock);
        engine = new RuleEngine(RuleQueries.of(evaluator), this, RuleSettings.DEFAULT, clock, registry);
    }

    /** Puts the rules of one group in force. */
    RuleStage rules(String rules) {
        return groups("groups:\n- name: g\n  rules:\n" + rules.indent(2));
    }

    RuleStage groups(String... files) {
        engine.reload(java.util.stream.IntStream.range(0, files.length)
                .boxed()
                .flatMap(i -> parse("rules" + i + ".yaml", files[i]).stream())
                .toList());
        return this;
    }

    private static List<RuleGroup> parse(String name, String text) {
        try {
            return RuleFiles.parse(new ConfigText(name, text)).groups();
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    /** The series has this value from the next tick on. */
    RuleStage set(String selector, double value) {
        gauges.put(labels(selector), value);
        return this;
    }

    /** The series has no value from the next tick on. */
    RuleStage end(String selector) {
        gauges.remove(labels(selector));
        series.add(labels(selector), tickMillis + tick.toMillis(), Points.STALE);
        return this;
    }

    static Labels labels(String selector) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (Matcher matcher : Promql.parseSelector(selector)) {
            labels.put(matcher.name(), matcher.value());
        }
        return Labels.of(labels);
    }

    /** One tick later: the alerts that are said. */
    List<Alert> tick() {
        tickMillis += tick.toMillis();
        clock.advance(tick);
        gauges.forEach((labels, value) -> series.add(labels, tickMillis, value));
        return engine.judge(new Event.TickClosed(tickMillis, tickMillis + 3));
    }

    /** So many ticks later: the alerts that were said at the last tick. */
    List<Alert> ticks(int count) {
        List<Alert> said = List.of();
        for (int i = 0; i < count; i++) {
            said = tick();
        }
        return said;
    }

    /** Time of the newest tick, in seconds since the stage began. */
    long now() {
        return (tickMillis - START) / 1_000;
    }

    /** The only alert, pending or firing. */
    ActiveAlert alert() {
        List<ActiveAlert> alerts = engine.view().alerts();
        if (alerts.size() != 1) {
            throw new AssertionError("expected one alert, found " + alerts);
        }
        return alerts.getFirst();
    }

    /** State of the only alert; INACTIVE where there is none. */
    AlertState state() {
        return engine.view().alerts().isEmpty() ? AlertState.INACTIVE : alert().state();
    }

    /** The value of an expression at the newest tick: samples as text. */
    List<String> query(String text) {
        Expr expr = Promql.parse(text);
        Value value = evaluator.instant(expr, tickMillis, QueryOptions.DEFAULT).value();
        return ((Value.VectorValue) value)
                .samples().stream()
                        .map(s -> s.labels() + " " + s.value())
                        .sorted()
                        .toList();
    }

    double count(String meter) {
        return registry.find(meter).counters().stream()
                .mapToDouble(c -> c.count())
                .sum();
    }

    @Override
    public void append(Labels labels, long timeMillis, double value) {
        series.add(labels, timeMillis, value);
    }

    @Override
    public void append(Labels labels, long timeMillis, Distribution value) {
        series.add(labels, timeMillis, value);
    }

    @Override
    public void markStale(Labels labels, long timeMillis) {
        series.add(labels, timeMillis, Points.STALE);
    }
}
