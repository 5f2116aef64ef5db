package dev.tocsin.core.scrape;

import dev.tocsin.core.Labels;
import dev.tocsin.core.SeriesSource.MetricMetadata;
import java.util.List;
import java.util.function.BiConsumer;

/** All targets that are scraped, and those that relabelling dropped. Any thread. */
public interface ScrapeTargets {
    /** Nothing is scraped. */
    ScrapeTargets NONE = new ScrapeTargets() {
        @Override
        public List<Pool> pools() {
            return List.of();
        }

        @Override
        public void metadata(BiConsumer<Labels, MetricMetadata> sink) {
            // There are no targets.
        }
    };

    /** By job, in the order of the file. */
    List<Pool> pools();

    /**
     * What targets tell of their metrics.
     *
     * @param sink takes a target's labels, and type, help and unit of a metric; targets in order
     */
    void metadata(BiConsumer<Labels, MetricMetadata> sink);

    /**
     * The targets of one job.
     *
     * @param dropped labels, as discovered, of those that relabelling dropped: the first so many
     * @param droppedCount of all of them
     */
    record Pool(String job, List<TargetStatus> active, List<Labels> dropped, int droppedCount) {
        public Pool {
            active = List.copyOf(active);
            dropped = List.copyOf(dropped);
        }
    }
}
