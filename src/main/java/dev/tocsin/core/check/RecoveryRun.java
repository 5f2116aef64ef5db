package dev.tocsin.core.check;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * One run of a check's recovery action, and what came of it. Immutable.
 *
 * @param name what the action is called: {@code restart}
 * @param atMillis wall time at which it began
 * @param tookMillis that its command ran; 0 while it does
 * @param exitCode of its command; −1 where it has none
 * @param output the first bytes of what its command printed, or why it could not be run
 * @param recoveredMillis wall time at which the check was up again; 0 where it was not
 */
public record RecoveryRun(
        String name,
        long atMillis,
        Outcome outcome,
        long tookMillis,
        int exitCode,
        String output,
        long recoveredMillis) {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final long MILLIS_PER_SECOND = 1_000;
    /** Of its output, in one sentence. */
    private static final int MAX_TOLD = 200;

    /** How its command ended. */
    public enum Outcome {
        RUNNING,
        /** With the exit code 0. */
        DONE,
        /** With another. */
        FAILED,
        /** Ended at its time-out. */
        TIMED_OUT,
        /** It could not be run. */
        REFUSED,
        /** The server stopped meanwhile. */
        INTERRUPTED;

        /** As the API says it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One sentence for people: {@code restart tried at 03:12: recovered after 8 s}. */
    public String told(ZoneId zone) {
        return name + " tried at "
                + MINUTE.format(Instant.ofEpochMilli(atMillis).atZone(zone)) + ": " + became();
    }

    private String became() {
        if (recoveredMillis != 0) {
            return "recovered after " + seconds(recoveredMillis - atMillis);
        }
        return switch (outcome) {
            case RUNNING -> "still running";
            case DONE -> "not recovered yet";
            case FAILED -> "failed with exit code " + exitCode + said();
            case TIMED_OUT -> "ended after " + seconds(tookMillis) + said();
            case REFUSED -> "could not be run" + said();
            case INTERRUPTED -> "interrupted";
        };
    }

    private static String seconds(long millis) {
        return Math.max(0, (millis + MILLIS_PER_SECOND / 2) / MILLIS_PER_SECOND) + " s";
    }

    private String said() {
        String line = output.lines().findFirst().orElse("").strip();
        return line.isEmpty() ? "" : ": " + (line.length() > MAX_TOLD ? line.substring(0, MAX_TOLD) : line);
    }
}
