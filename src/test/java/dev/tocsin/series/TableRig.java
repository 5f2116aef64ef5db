package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A series table on a clock that the test moves, fed with DogStatsD lines, one sample each. Single-threaded. */
final class TableRig {
    /** A whole minute, and a whole hour. */
    static final long START = 1_700_002_800_000L;

    final ManualClock clock;
    final TimelineSettings settings;
    final SeriesTable table;
    final List<Shard> shards = new ArrayList<>();
    private final SampleBatch batch = SampleBatch.dogStatsd(16, 1_024);

    TableRig() {
        this(SeriesLimits.defaults(), TimelineSettings.defaults());
    }

    /** The defaults, but for the length of a tick. */
    static TableRig ofTicks(long tickMillis) {
        return new TableRig(SeriesLimits.defaults(), settingsOfTicks(tickMillis, 10_000));
    }

    static TimelineSettings settingsOfTicks(long tickMillis, long percentileWindowMillis) {
        TimelineSettings d = TimelineSettings.defaults();
        return new TimelineSettings(
                tickMillis,
                d.fineMillis(),
                d.mediumMillis(),
                d.coarseMillis(),
                d.gaugeStaleMillis(),
                d.forgetMillis(),
                percentileWindowMillis,
                d.precisionDigits(),
                d.precisionByMetric(),
                d.historyBytes());
    }

    /** The defaults, begun at another time. */
    static TableRig at(long millis) {
        return new TableRig(SeriesLimits.defaults(), TimelineSettings.defaults(), new ManualClock(millis));
    }

    TableRig(SeriesLimits limits, TimelineSettings settings) {
        this(limits, settings, new ManualClock(START));
    }

    private TableRig(SeriesLimits limits, TimelineSettings settings, ManualClock clock) {
        this.clock = clock;
        this.settings = settings;
        table = new SeriesTable(limits, settings, clock);
        shards.add(table.openShard("test"));
    }

    /** Pushes one line into the first shard. @return why it was rejected, or null */
    @Nullable
    Rejection push(String line) {
        return push(0, line);
    }

    @Nullable
    Rejection push(int shard, String line) {
        batch.reset();
        addLine(batch, line);
        shards.get(shard).accept(batch, clock.wallMillis());
        return batch.rejection(0);
    }

    /** {@code name:value|type|@rate|#tags|Tmillis}; the last three in any order; a type {@code g+} adjusts. */
    static void addLine(SampleBatch batch, String line) {
        String[] parts = line.split("\\|", -1);
        int colon = parts[0].indexOf(':');
        Kind kind = switch (parts[1].charAt(0)) {
            case 'c' -> Kind.COUNTER;
            case 'g' -> Kind.GAUGE;
            case 's' -> Kind.SET;
            default -> Kind.DISTRIBUTION;
        };
        Map<Character, String> fields = new HashMap<>();
        for (int i = 2; i < parts.length; i++) {
            fields.put(parts[i].charAt(0), parts[i].substring(1));
        }
        double rate = Double.parseDouble(fields.getOrDefault('@', "1"));
        String sent = parts[0].substring(colon + 1);
        double value = kind == Kind.SET ? 0 : Double.parseDouble(sent) / (kind == Kind.COUNTER ? rate : 1);

        int memberStart = batch.length;
        batch.append(sent);
        int nameStart = batch.length;
        batch.append(parts[0].substring(0, colon));
        int tagsStart = batch.length;
        batch.append(fields.getOrDefault('#', ""));
        int row = batch.add(kind, nameStart, tagsStart, tagsStart, batch.length, value);
        batch.setMember(row, memberStart, nameStart);
        if (rate != 1) {
            batch.weigh(row, 1 / rate);
        }
        if (parts[1].equals("g+")) {
            batch.setAdjusts(row);
        }
        if (fields.containsKey('T')) {
            batch.setTimeMillis(row, Long.parseLong(fields.get('T')));
        }
    }

    long now() {
        return clock.wallMillis();
    }

    /** Moves on to the next tick and closes it. */
    void tick() {
        clock.advance(Duration.ofMillis(settings.tickMillis()));
        closeNow();
    }

    /** Closes a tick at the time it is. */
    void closeNow() {
        List<ClosedInterval> closed = new ArrayList<>();
        for (Shard shard : shards) {
            closed.add(shard.flip(now()));
        }
        table.close(now(), closed);
    }

    void ticks(int count) {
        for (int i = 0; i < count; i++) {
            tick();
        }
    }

    /** Lets time pass with only one tick at its end. */
    void idle(Duration time) {
        clock.advance(time.minusMillis(settings.tickMillis()));
        tick();
    }

    List<Series> select(long afterMillis, long toMillis, String name, String... labels) {
        List<Matcher> matchers = new ArrayList<>();
        matchers.add(Matcher.equal(Labels.NAME, name));
        for (int i = 0; i < labels.length; i += 2) {
            matchers.add(Matcher.equal(labels[i], labels[i + 1]));
        }
        return table.source().select(matchers, afterMillis, toMillis, 1_000_000);
    }

    /** The one series of this name and labels. */
    Series series(String name, String... labels) {
        List<Series> found = select(Long.MIN_VALUE, Long.MAX_VALUE, name, labels);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " series " + name + Map.of());
        }
        return found.getFirst();
    }

    /** The value now, with Prometheus' look-back of 5 min; NaN where there is none. */
    double value(String name, String... labels) {
        return valueAt(now(), name, labels);
    }

    double valueAt(long millis, String name, String... labels) {
        List<Series> found = select(millis - 300_000, millis, name, labels);
        Points points = new Points();
        return found.size() == 1 && found.getFirst().newest(millis - 300_000, millis, points)
                ? points.value[0]
                : Double.NaN;
    }

    /** All points in (after, to]. */
    static Points points(Series series, long afterMillis, long toMillis) {
        Points points = new Points();
        series.read(afterMillis, toMillis, points);
        return points;
    }
}
