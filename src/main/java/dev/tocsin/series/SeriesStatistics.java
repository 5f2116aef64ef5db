package dev.tocsin.series;

import dev.tocsin.core.Kind;
import java.util.Map;

/**
 * Counts of the series table at one moment. Immutable.
 *
 * @param live pushed series that hold a place under the limits
 * @param maxSeries the limit that they hold a place under
 * @param forgotten pushed series that have ended and are kept for their history
 * @param recorded series of recording rules and alerts
 * @param limited samples that went into an overflow series, since the start
 * @param overloaded samples rejected because the series thread was several ticks behind, since the start
 * @param skippedFlips flips that handed nothing over because the interval before was not merged yet, since the start
 * @param lateSamples samples merged into a past interval, since the start
 * @param estimatedSets intervals in which a set had more members than are counted exactly, since the start
 * @param recordedDropped recorded samples dropped: too old, or of a series past the limit; since the start
 * @param touchedLastTick series that the last tick touched
 * @param historyBytes about what the history of pushed series takes; up to a minute old
 * @param historyHalvings how often the reach of history was halved to keep within its bytes; 0 is as configured
 * @param keyBytes about what the keys of all shards take; up to a minute old
 */
public record SeriesStatistics(
        Map<Kind, Integer> live,
        int maxSeries,
        int forgotten,
        int recorded,
        Map<SeriesLimit, Long> limited,
        long overloaded,
        long skippedFlips,
        long lateSamples,
        long estimatedSets,
        long recordedDropped,
        int touchedLastTick,
        long historyBytes,
        int historyHalvings,
        long keyBytes) {
    public int liveTotal() {
        return live.values().stream().mapToInt(Integer::intValue).sum();
    }
}
