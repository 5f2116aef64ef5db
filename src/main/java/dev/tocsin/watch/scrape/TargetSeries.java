package dev.tocsin.watch.scrape;

import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.SeriesSource.MetricMetadata;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The series of one target: takes what each scrape brings, all of it or nothing, ends those that it no longer brings, and
 * says how the scrape went. Its lock is held for a scrape, by the one thread that has it; {@link #metadata} needs none.
 *
 * <p>Surprising: a sample with a time of its own does not end when its target falls silent, as in Prometheus; it is looked
 * back at for five minutes.
 */
final class TargetSeries {
    /** How far ahead of this machine's clock a target's time may be. */
    private static final long MOST_AHEAD_MILLIS = 600_000;

    /** {@link ScrapeCache.Entry#scrape} of what was never recorded. */
    private static final int NEVER = 0;

    /** What one scrape fills, for reuse by the next on the same thread. */
    static final class Workbench {
        final ExpositionParser parser = new ExpositionParser();
        private final SharedTexts texts = new SharedTexts();
        private ScrapeCache.@Nullable Entry[] entries = new ScrapeCache.@Nullable Entry[1_024];
        private double[] values = new double[1_024];
        private long[] times = new long[1_024];
        private int size;

        private void add(ScrapeCache.Entry entry, double value, long time) {
            if (size == values.length) {
                entries = Arrays.copyOf(entries, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
                times = Arrays.copyOf(times, 2 * size);
            }
            entries[size] = entry;
            values[size] = value;
            times[size++] = time;
        }

        private void reset() {
            Arrays.fill(entries, 0, size, null);
            size = 0;
        }
    }

    private final ScrapeJob job;
    private final Labels target;
    private final SampleRecorder recorder;
    private final ScrapeCounts counts;
    private final TargetMetadata metadata = new TargetMetadata();
    private final Labels up;
    private final Labels duration;
    private final Labels scraped;
    private final Labels relabelled;
    private final Labels added;

    private ScrapeCache cache = new ScrapeCache();
    /** Series of the one whose place this took, until the first scrape says which of them go on. */
    private Set<Labels> inherited = Set.of();

    /** Counts scrapes from 1. */
    private int scrape;
    /** The last that was taken, {@link #NEVER} where its series have ended. */
    private int live = NEVER;

    private long lastMillis = Long.MIN_VALUE;
    /** Whether it has ended: what is under way still is not taken. */
    private boolean isForgotten;

    private int samplesScraped;
    private int samplesRelabelled;
    private int seriesAdded;

    TargetSeries(ScrapeJob job, Labels target, SampleRecorder recorder, ScrapeCounts counts) {
        this.job = job;
        this.target = target;
        this.recorder = recorder;
        this.counts = counts;
        up = own("up");
        duration = own("scrape_duration_seconds");
        scraped = own("scrape_samples_scraped");
        relabelled = own("scrape_samples_post_metric_relabeling");
        added = own("scrape_series_added");
    }

    private Labels own(String name) {
        return target.with(Labels.NAME, name);
    }

    /** Any thread. */
    Map<String, MetricMetadata> metadata() {
        return metadata.byName();
    }

    /** Takes over what another brought whose place this one takes; what the first scrape does not bring then ends. */
    synchronized void inherit(TargetSeries before) {
        inherited = before.handOver();
        lastMillis = before.lastMillis;
    }

    private synchronized Set<Labels> handOver() {
        Set<Labels> theirs = new HashSet<>(inherited);
        cache.forEach(entry -> {
            if (isLive(entry) && entry.labels != null) {
                theirs.add(entry.labels);
            }
        });
        forget();
        return theirs;
    }

    private boolean isLive(ScrapeCache.Entry entry) {
        return live != NEVER && entry.scrape == live && entry.isTracked;
    }

    /**
     * Takes one exposition.
     *
     * @param body with room for one byte after {@code length}
     * @param timeMillis when it was scraped
     * @throws ScrapeException where nothing of it was taken
     */
    synchronized void take(byte[] body, int length, boolean openMetrics, long timeMillis, Workbench bench)
            throws ScrapeException {
        if (isForgotten) {
            return;
        }
        scrape++;
        samplesScraped = 0;
        samplesRelabelled = 0;
        seriesAdded = 0;
        bench.reset();
        try {
            read(body, length, openMetrics, bench);
            record(timeMillis, bench);
        } catch (ScrapeException | RuntimeException e) {
            // What it brought for the first time was not recorded; were it kept, a target could fill it for ever.
            drop(NEVER + 1, timeMillis);
            throw e;
        } finally {
            bench.reset();
        }
    }

    private void read(byte[] body, int length, boolean openMetrics, Workbench bench) throws ScrapeException {
        ExpositionParser parser = bench.parser;
        parser.begin(body, length, openMetrics);
        metadata.begin();
        for (ExpositionParser.Line kind = parser.next(); kind != ExpositionParser.Line.END; kind = parser.next()) {
            if (kind == ExpositionParser.Line.SERIES) {
                sample(body, bench);
            } else {
                metadata.see(kind, body, parser);
            }
        }
        if (metadata.end()) {
            parser.begin(body, length, openMetrics);
            metadata.read(body, parser);
        }
    }

    private void sample(byte[] body, Workbench bench) throws ScrapeException {
        ExpositionParser parser = bench.parser;
        samplesScraped++;
        ScrapeCache.Entry entry = cache.find(body, parser.seriesStart, parser.seriesEnd);
        if (entry == null) {
            Labels labels = labels(body, bench);
            if (labels != null && !counts.addSeries()) {
                counts.beyondLimit.increment();
                return;
            }
            entry = cache.add(body, parser.seriesStart, parser.seriesEnd, labels);
            seriesAdded += labels == null ? 0 : 1;
        }
        if (entry.labels != null) {
            samplesRelabelled++;
            int limit = job.limits().samples();
            if (limit > 0 && samplesRelabelled > limit) {
                throw new ScrapeException(
                        ScrapeOutcome.SAMPLE_LIMIT, "sample limit exceeded: more than " + limit + " samples");
            }
        }
        if (parser.hasExemplar) {
            counts.exemplars.increment();
        }
        bench.add(entry, parser.value, job.honorTimestamps() ? parser.timeMillis : ExpositionParser.NO_TIME);
    }

    /** The labels under which a series is recorded; null where metric relabelling drops it. */
    private @Nullable Labels labels(byte[] body, Workbench bench) throws ScrapeException {
        ExpositionParser parser = bench.parser;
        Labels exposed =
                SeriesText.labels(body, parser.seriesStart, parser.seriesEnd, bench.texts, parser::errorOfLine);
        Labels labels = Relabeling.apply(
                job.metricRelabelings(), job.honorLabels() ? target.with(exposed) : TargetLabels.over(exposed, target));
        if (labels == null || labels.isEmpty()) {
            return null;
        }
        if (labels.metricName().isEmpty()) {
            throw parser.errorOfLine("metric name missing after relabelling");
        }
        TargetLabels.check(labels, job.limits());
        return labels;
    }

    private void record(long timeMillis, Workbench bench) {
        int previous = live;
        int brought = 0;
        int recorded = 0;
        for (int i = 0; i < bench.size; i++) {
            ScrapeCache.Entry entry = java.util.Objects.requireNonNull(bench.entries[i]);
            boolean isOwnTime = bench.times[i] != ExpositionParser.NO_TIME;
            boolean again = entry.scrape == scrape;
            brought += again ? 0 : 1;
            entry.scrape = scrape;
            if (entry.labels == null) {
                continue;
            }
            if (again && !isOwnTime) {
                counts.duplicates.increment();
            } else if (isOwnTime && bench.times[i] > timeMillis + MOST_AHEAD_MILLIS) {
                counts.outOfBounds.increment();
            } else {
                entry.isTracked = !isOwnTime;
                recorder.append(entry.labels, isOwnTime ? bench.times[i] : timeMillis, bench.values[i]);
                recorded++;
            }
            if (!inherited.isEmpty()) {
                inherited.remove(entry.labels);
            }
        }
        counts.samples.increment(recorded);
        live = previous;
        if (brought < cache.size()) {
            drop(scrape, timeMillis);
        }
        live = scrape;
        lastMillis = timeMillis;
        endInherited(timeMillis);
    }

    /** Ends and forgets what no scrape from this one on brought. */
    private void drop(int from, long timeMillis) {
        int[] gone = new int[1];
        cache.dropBefore(from, entry -> {
            if (entry.labels != null) {
                gone[0]++;
                if (isLive(entry)) {
                    recorder.markStale(entry.labels, timeMillis);
                }
            }
        });
        counts.removeSeries(gone[0]);
    }

    /** Ends all series that the target has brought; they are known still. */
    private void endSeries(long timeMillis) {
        cache.forEach(entry -> {
            if (entry.labels != null && isLive(entry)) {
                recorder.markStale(entry.labels, timeMillis);
            }
        });
        live = NEVER;
        lastMillis = Math.max(lastMillis, timeMillis);
        endInherited(timeMillis);
    }

    private void endInherited(long timeMillis) {
        inherited.forEach(labels -> recorder.markStale(labels, timeMillis));
        inherited = Set.of();
    }

    /** Nothing was taken: all its series end. */
    synchronized void fail(long timeMillis, double seconds) {
        endSeries(timeMillis);
        report(false, seconds, timeMillis);
    }

    /** Records how the scrape went. */
    synchronized void report(boolean isUp, double seconds, long timeMillis) {
        if (isForgotten) {
            return;
        }
        recorder.append(up, timeMillis, isUp ? 1 : 0);
        recorder.append(duration, timeMillis, seconds);
        recorder.append(scraped, timeMillis, isUp ? samplesScraped : 0);
        recorder.append(relabelled, timeMillis, isUp ? samplesRelabelled : 0);
        recorder.append(added, timeMillis, isUp ? seriesAdded : 0);
        lastMillis = Math.max(lastMillis, timeMillis);
    }

    /** The target is gone: everything ends, what we say of it too. */
    synchronized void end(long nowMillis) {
        long timeMillis = Math.max(nowMillis, lastMillis + 1);
        boolean wasScraped = lastMillis != Long.MIN_VALUE;
        endSeries(timeMillis);
        if (wasScraped) {
            for (Labels each : new Labels[] {up, duration, scraped, relabelled, added}) {
                recorder.markStale(each, timeMillis);
            }
        }
        forget();
    }

    private void forget() {
        int[] known = new int[1];
        cache.forEach(entry -> known[0] += entry.labels == null ? 0 : 1);
        counts.removeSeries(known[0]);
        cache = new ScrapeCache();
        live = NEVER;
        inherited = Set.of();
        isForgotten = true;
    }
}
