package dev.tocsin.watch.scrape;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** What scraping counts, and the bound on all targets' series together. Any thread. */
final class ScrapeCounts {
    /** Series that all targets together may have; those beyond are left out and counted. */
    static final int MOST_SERIES = 900_000;

    private final Map<ScrapeOutcome, Counter> outcomes = new EnumMap<>(ScrapeOutcome.class);
    final Counter samples;
    final Counter exemplars;
    final Counter duplicates;
    final Counter outOfBounds;
    final Counter beyondLimit;
    final Counter discoveryFailures;
    final Counter invalidTargets;
    final Counter late;
    private final AtomicInteger series = new AtomicInteger();
    private final AtomicInteger targets = new AtomicInteger();

    ScrapeCounts(MeterRegistry registry) {
        for (ScrapeOutcome outcome : ScrapeOutcome.values()) {
            outcomes.put(
                    outcome,
                    Counter.builder("tocsin.scrapes")
                            .description("Scrapes by what they came to.")
                            .tag("outcome", outcome.word())
                            .register(registry));
        }
        samples = counter(registry, "tocsin.scrape.samples", "Samples recorded from targets.");
        exemplars = counter(registry, "tocsin.scrape.exemplars", "Exemplars read and dropped.");
        duplicates = rejected(registry, "duplicate");
        outOfBounds = rejected(registry, "out_of_bounds");
        beyondLimit = rejected(registry, "series_limit");
        discoveryFailures = counter(
                registry, "tocsin.scrape.discovery.failures", "Discoveries that failed; the targets before stay.");
        invalidTargets = counter(
                registry, "tocsin.scrape.targets.invalid", "Targets found that can't be scraped, at each look.");
        late = counter(registry, "tocsin.scrape.late", "Scrapes that began more than a tenth of their interval late.");
        Gauge.builder("tocsin.scrape.series", series, AtomicInteger::get)
                .description("Series that targets expose.")
                .register(registry);
        Gauge.builder("tocsin.scrape.targets", targets, AtomicInteger::get)
                .description("Targets that are scraped.")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private static Counter rejected(MeterRegistry registry, String reason) {
        return Counter.builder("tocsin.scrape.samples.rejected")
                .description("Samples of targets that were not recorded, while the scrape went on.")
                .tag("reason", reason)
                .register(registry);
    }

    void count(ScrapeOutcome outcome) {
        Objects.requireNonNull(outcomes.get(outcome)).increment();
    }

    /** @return whether there was room for one more */
    boolean addSeries() {
        if (series.incrementAndGet() <= MOST_SERIES) {
            return true;
        }
        series.decrementAndGet();
        return false;
    }

    void removeSeries(int count) {
        series.addAndGet(-count);
    }

    void addTargets(int count) {
        targets.addAndGet(count);
    }
}
