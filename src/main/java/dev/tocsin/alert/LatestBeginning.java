package dev.tocsin.alert;

import dev.tocsin.core.DurableState;
import dev.tocsin.core.tick.ByteReader;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which alert began to fire last; outlives restarts. Confined to the thread of its owner. */
final class LatestBeginning {
    private DurableState kept = DurableState.NONE;
    private @Nullable LatestAlert latest;
    private boolean isKept = true;

    /** Takes over that of an earlier process. */
    void keepIn(DurableState state) {
        kept = state;
        byte[] before = state.get(LatestAlert.KEY);
        latest = before == null ? null : LatestAlert.read(new ByteReader(before));
    }

    /** An alert began; of no account where it is a drill's or the dead man's switch. */
    void began(HeldAlert alert, Instant now) {
        if (!Drill.isOf(alert.labels()) && !DeadMansSwitch.isOf(alert.labels())) {
            latest = new LatestAlert(alert.labels(), now);
            isKept = false;
        }
    }

    /** Keeps it for the next process, where it is another than last time: once for all that began at a moment. */
    void keep() {
        if (latest != null && !isKept) {
            kept.put(LatestAlert.KEY, latest.bytes());
            isKept = true;
        }
    }

    Optional<LatestAlert> get() {
        return Optional.ofNullable(latest);
    }
}
