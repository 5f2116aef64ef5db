package dev.tocsin.store;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.Statistic;
import dev.tocsin.store.Database.UnavailableException;
import io.vertx.sqlclient.Pool;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Memory and PostgreSQL as one source: what lies before the seam is read from chunks, at the coarsest resolution that
 * serves. A query that stays in memory asks nobody. While PostgreSQL does not answer there is what memory has. For
 * threads that may wait: any but event loops.
 */
public final class HistorySource implements SeriesSource {
    private static final System.Logger LOG = System.getLogger(HistorySource.class.getName());

    /** Read beyond the seam: further than points in memory are apart. */
    private static final long OVERLAP_MILLIS = 2 * Resolution.MINUTE_MILLIS;

    /** Partitions are dropped whole: what is older than it is kept may still be there for so long. */
    private static final long PARTITION_MARGIN_MILLIS =
            Resolutions.LONGEST_PARTITION_MINUTES * Resolution.MINUTE_MILLIS;

    private static final int PARTS_OF_GAUGES = 12;
    private static final int SERIES_AT_ONCE = 500;
    private static final int ROWS_AT_ONCE = 10_000;

    private final SeriesSource hot;
    private final LongSupplier readableSince;
    private final PushedLife life;
    private final Database database;
    private final StoredCatalog catalog;
    private final BooleanSupplier holdsNothing;
    /** Where memory began. */
    private final long firstSeamMillis;

    private final HistorySettings settings;
    private final Clock clock;

    /**
     * @param readableSince wall time in milliseconds from which on {@code hot} has everything
     * @param life of series in {@code hot}
     * @param pool null while PostgreSQL can't be used
     * @param holdsNothing whether it is sure that nothing was ever stored there
     */
    public HistorySource(
            SeriesSource hot,
            LongSupplier readableSince,
            PushedLife life,
            Supplier<@Nullable Pool> pool,
            BooleanSupplier holdsNothing,
            HistorySettings settings,
            Clock clock) {
        this.hot = hot;
        this.readableSince = readableSince;
        this.life = life;
        this.database = new Database(pool);
        catalog = new StoredCatalog(database, ROWS_AT_ONCE);
        this.holdsNothing = holdsNothing;
        this.settings = settings;
        this.clock = clock;
        firstSeamMillis = seamMillis();
    }

    private long seamMillis() {
        long interval = settings.resolutions().fine().millis();
        return Math.ceilDiv(readableSince.getAsLong(), interval) * interval;
    }

    @Override
    public List<Series> select(List<Matcher> matchers, long afterMillis, long toMillis, int limit) {
        return select(matchers, afterMillis, toMillis, limit, 0, missing -> {});
    }

    @Override
    public List<Series> select(
            List<Matcher> matchers,
            long afterMillis,
            long toMillis,
            int limit,
            long coarsestMillis,
            Consumer<String> missing) {
        long seam = seamMillis();
        List<Series> inMemory = hot.select(matchers, afterMillis, toMillis, limit);
        // Where nothing was stored yet and memory has dropped nothing, it has everything there ever was.
        if (afterMillis >= seam || seam <= firstSeamMillis && holdsNothing.getAsBoolean()) {
            return inMemory;
        }
        try {
            return join(
                    inMemory,
                    stored(
                            matchers,
                            Math.max(afterMillis, oldestMillis()),
                            Math.min(toMillis, seam + OVERLAP_MILLIS),
                            limit,
                            coarsestMillis),
                    seam,
                    limit);
        } catch (UnavailableException e) {
            if (database.isUp()) {
                LOG.log(Level.WARNING, "a query is answered from memory alone: " + e.getMessage());
            }
            missing.accept("what was before " + Instant.ofEpochMilli(seam) + " could not be read, and is missing: "
                    + e.getMessage());
            return inMemory;
        }
    }

    /** Nothing is kept from before: who asks for all of time is served from here on. */
    private long oldestMillis() {
        return clock.wallMillis() - settings.longestKeptMillis() - PARTITION_MARGIN_MILLIS;
    }

    private static List<Series> join(List<Series> inMemory, List<Series> stored, long seam, int limit) {
        Map<Labels, Series> all = new LinkedHashMap<>();
        for (Series series : inMemory) {
            all.put(series.labels(), series);
        }
        for (Series series : stored) {
            all.merge(series.labels(), series, (hot, old) -> new SeamSeries(old, hot, seam));
        }
        if (all.size() > limit) {
            throw new TooManySeriesException(limit);
        }
        return new ArrayList<>(all.values());
    }

    /** The coarsest resolution that serves, or a coarser one where that is no longer kept. */
    private Resolution resolution(long afterMillis, long coarsestMillis) {
        Resolution chosen = settings.resolutions().fine();
        for (Resolution each : settings.resolutions().all()) {
            boolean serves = each.millis() <= coarsestMillis;
            boolean finerIsGone = afterMillis < clock.wallMillis() - settings.keepMillis(chosen);
            if (serves || finerIsGone) {
                chosen = each;
            }
        }
        return chosen;
    }

    private List<Series> stored(List<Matcher> matchers, long afterMillis, long toMillis, int limit, long coarsestMillis)
            throws UnavailableException {
        Map<Resolution, Map<Integer, StoredSeries>> byResolution = new HashMap<>();
        List<Series> found = new ArrayList<>();
        List<Supplier<@Nullable Series>> views = new ArrayList<>();
        for (StoredCatalog.Match match : catalog.find(matchers, limit)) {
            Resolution resolution = resolution(afterMillis, coarsestMillis / partsOf(match.series()));
            StoredSeries series = byResolution
                    .computeIfAbsent(resolution, each -> new TreeMap<>())
                    .computeIfAbsent(match.id(), id -> new StoredSeries(match.series(), resolution, life));
            Statistic statistic = match.statistic();
            views.add(() ->
                    series.isEmpty() ? null : statistic == null ? series : new StoredStatistic(series, statistic));
        }
        for (Map.Entry<Resolution, Map<Integer, StoredSeries>> each : byResolution.entrySet()) {
            load(each.getValue(), each.getKey(), afterMillis, toMillis);
        }
        for (Supplier<@Nullable Series> view : views) {
            Series series = view.get();
            if (series != null) {
                found.add(series);
            }
        }
        return found;
    }

    /** What is added up is right at the ends of any interval; of a gauge one value stands for the whole of it. */
    private static int partsOf(SeriesKey series) {
        boolean addsUp = series.layout() != null || series.kind() == Kind.COUNTER && !series.recorded();
        return addsUp ? 1 : PARTS_OF_GAUGES;
    }

    private void load(Map<Integer, StoredSeries> byId, Resolution resolution, long afterMillis, long toMillis)
            throws UnavailableException {
        ChunkReader reader = new ChunkReader(settings.resolutions(), database);
        List<Integer> ids = new ArrayList<>(byId.keySet());
        for (int from = 0; from < ids.size() && toMillis > afterMillis; from += SERIES_AT_ONCE) {
            Integer[] part = ids.subList(from, Math.min(ids.size(), from + SERIES_AT_ONCE))
                    .toArray(Integer[]::new);
            for (Piece piece : pieces(resolution, afterMillis, toMillis)) {
                long since = piece.afterMillis == Long.MIN_VALUE
                        ? afterMillis - StoredSeries.reach(resolution, life)
                        : piece.afterMillis;
                reader.chunks(piece.resolution, part, since, piece.toMillis)
                        .forEach((id, chunks) -> Objects.requireNonNull(byId.get(id))
                                .add(chunks, piece.resolution, piece.afterMillis, piece.toMillis));
            }
        }
    }

    /** Intervals of one resolution that end in (afterMillis, toMillis]; the least long is as far back as may matter. */
    private record Piece(Resolution resolution, long afterMillis, long toMillis) {}

    /**
     * The whole intervals of a resolution, and finer ones where the range begins and ends inside one.
     *
     * <pre>
     *   … hour | hour | min min[ min | hour | hour | min min 10s 10s]
     *                 a     after    b             c         d      to
     * </pre>
     */
    private List<Piece> pieces(Resolution resolution, long afterMillis, long toMillis) {
        Resolution fine = settings.resolutions().fine();
        Resolution medium = settings.resolutions().medium();
        long d = floor(toMillis, medium);
        List<Piece> pieces = new ArrayList<>();
        if (resolution.equals(fine)) {
            pieces.add(new Piece(fine, Long.MIN_VALUE, toMillis));
        } else if (resolution.equals(medium)) {
            pieces.add(new Piece(medium, Long.MIN_VALUE, d));
            pieces.add(new Piece(fine, d, toMillis));
        } else {
            long a = floor(afterMillis, resolution);
            long b = Math.min(d, a == afterMillis ? a : a + resolution.millis());
            long c = Math.max(b, floor(toMillis, resolution));
            pieces.add(new Piece(resolution, Long.MIN_VALUE, a));
            pieces.add(new Piece(medium, a, b));
            pieces.add(new Piece(resolution, b, c));
            pieces.add(new Piece(medium, c, d));
            pieces.add(new Piece(fine, d, toMillis));
        }
        pieces.removeIf(piece -> piece.toMillis <= piece.afterMillis);
        return pieces;
    }

    private static long floor(long millis, Resolution resolution) {
        return Math.floorDiv(millis, resolution.millis()) * resolution.millis();
    }

    @Override
    public SortedSet<String> labelNames(List<Matcher> matchers, long afterMillis, long toMillis) {
        SortedSet<String> names = new TreeSet<>(hot.labelNames(matchers, afterMillis, toMillis));
        addStored(afterMillis, () -> catalog.addLabelNames(matchers, names));
        return names;
    }

    @Override
    public SortedSet<String> labelValues(String label, List<Matcher> matchers, long afterMillis, long toMillis) {
        SortedSet<String> values = new TreeSet<>(hot.labelValues(label, matchers, afterMillis, toMillis));
        addStored(afterMillis, () -> catalog.addLabelValues(label, matchers, values));
        return values;
    }

    private interface Question {
        void ask() throws UnavailableException;
    }

    /** Series are not told by their times here: all that were ever stored and not dropped since. */
    private void addStored(long afterMillis, Question question) {
        if (afterMillis >= seamMillis() || !database.isUp()) {
            return;
        }
        try {
            question.ask();
        } catch (UnavailableException e) {
            LOG.log(Level.WARNING, "labels are told from memory alone: " + e.getMessage());
        }
    }

    @Override
    public List<MetricMetadata> metadata() {
        return hot.metadata();
    }
}
