package dev.tocsin.alert;

import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether an integration must be told. A pure function; the rules are those of Alertmanager's dedup stage. */
final class Dedup {
    private Dedup() {}

    /**
     * @param entry what the integration was last told of the group; null for nothing
     * @param firing fingerprints of the group's firing alerts
     * @param resolved fingerprints of the group's resolved alerts that were not yet told as such
     */
    static Verdict decide(
            NotificationLog.@Nullable Entry entry,
            Set<Long> firing,
            Set<Long> resolved,
            boolean sendResolved,
            Duration repeatInterval,
            Instant now) {
        if (entry == null) {
            return firing.isEmpty() ? Verdict.NEVER_TOLD : Verdict.FIRST;
        }
        if (!entry.firing().containsAll(firing)) {
            return Verdict.NEW_FIRING;
        }
        if (firing.isEmpty()) {
            if (entry.firing().isEmpty()) {
                return Verdict.NEVER_TOLD;
            }
            return sendResolved ? Verdict.ALL_RESOLVED : Verdict.RESOLVED_UNWANTED;
        }
        if (sendResolved && !entry.resolved().containsAll(resolved)) {
            return Verdict.NEW_RESOLVED;
        }
        // Strictly: a flush that meets the interval to the millisecond leaves it to the next one, as in Alertmanager.
        // Where
        // the repeat interval is the group interval, both compare moments that lie as far apart as a timer is late with
        // ones that lie as far apart as a receiver takes to answer: each repeats after one interval or after two.
        return entry.timestamp().isBefore(now.minus(repeatInterval)) ? Verdict.REPEAT : Verdict.UNCHANGED;
    }
}
