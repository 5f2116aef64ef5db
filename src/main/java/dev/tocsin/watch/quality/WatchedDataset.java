package dev.tocsin.watch.quality;

import dev.tocsin.core.quality.DatasetStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One data set, and what is known of it. Confined to the verticle's event loop; time is an argument. */
final class WatchedDataset {
    private static final long RETRY_MILLIS = 60_000;

    private final Dataset dataset;
    private @Nullable QualityVerdict last;
    private long judgedMillis;
    private long dueMillis;
    private boolean running;

    /** Judged at once, whatever its schedule: until then nothing is known. */
    WatchedDataset(Dataset dataset, long nowMillis) {
        this.dataset = dataset;
        dueMillis = nowMillis;
    }

    Dataset dataset() {
        return dataset;
    }

    boolean isDue(long nowMillis) {
        return !running && nowMillis >= dueMillis;
    }

    /** The next judging is one schedule after this one began, so that how long it takes does not add up. */
    void begin(long nowMillis) {
        running = true;
        dueMillis = dataset.schedule().next(nowMillis);
    }

    /** Where something is unknown it is judged again soon: what failed may be back. */
    void take(QualityVerdict verdict, long nowMillis) {
        last = verdict;
        judgedMillis = nowMillis;
        if (verdict.hasUnknown()) {
            dueMillis = Math.min(dueMillis, nowMillis + RETRY_MILLIS);
        }
    }

    /** Its sources have all come back. */
    void end() {
        running = false;
    }

    DatasetStatus status() {
        return new DatasetStatus(
                dataset.name(),
                dataset.seriesLabels(),
                dataset.schedule().toString(),
                judgedMillis,
                dueMillis,
                last == null ? List.of() : last.measures(),
                last == null ? List.of() : last.assertions(),
                last == null ? Double.NaN : last.score());
    }
}
