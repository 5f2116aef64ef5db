package dev.tocsin.watch.check;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What one run found.
 *
 * @param isConclusive false where nothing can be said yet, neither well nor ill: then it counts for nothing
 * @param message what was found, for people: at most 500 characters, all printable
 * @param readings numbers that came along
 */
record ProbeResult(boolean ok, boolean isConclusive, String message, List<Reading> readings) {
    private static final int MAX_MESSAGE = 500;
    private static final int MAX_CAUSES = 10;

    /** Netty's native transport names it before what the kernel said. */
    private static final Pattern SYSTEM_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed(?: with error\\(-\\d+\\))?: ");

    /**
     * A number that a run brought along.
     *
     * @param kind distribution or gauge
     * @param metric the name of its series
     * @param labels besides those of the check
     */
    record Reading(Kind kind, String metric, Labels labels, double value) {
        static Reading gauge(String metric, double value) {
            return new Reading(Kind.GAUGE, metric, Labels.EMPTY, value);
        }

        /** How long a part of the run took. */
        static Reading phase(String phase, double millis) {
            return new Reading(Kind.DISTRIBUTION, "check_phase_duration", Labels.of("phase", phase), millis);
        }
    }

    ProbeResult {
        message = printable(message);
        readings = List.copyOf(readings);
    }

    static ProbeResult ok(String message) {
        return new ProbeResult(true, true, message, List.of());
    }

    static ProbeResult failed(String message) {
        return new ProbeResult(false, true, message, List.of());
    }

    static ProbeResult nothingYet(String message) {
        return new ProbeResult(false, false, message, List.of());
    }

    /** Of an attempt that ended by itself: what was said, from the outermost cause to the innermost. */
    static ProbeResult failed(Throwable cause) {
        StringBuilder told = new StringBuilder();
        Throwable each = cause;
        for (int depth = 0; each != null && depth < MAX_CAUSES; depth++) {
            String said = each.getMessage() == null || each.getMessage().isBlank()
                    ? each.getClass().getSimpleName()
                    : SYSTEM_CALL.matcher(each.getMessage()).replaceFirst("");
            if (told.indexOf(said) < 0) {
                told.append(told.isEmpty() ? "" : ": ").append(said);
            }
            each = each.getCause();
        }
        return failed(told.toString());
    }

    ProbeResult with(List<Reading> more) {
        return new ProbeResult(ok, isConclusive, message, more);
    }

    /** What a target sent may hold anything: one line of it is kept, with a dot for what can't be shown. */
    static String printable(String text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length() && line.length() < MAX_MESSAGE; ) {
            int point = text.codePointAt(i);
            int type = Character.getType(point);
            boolean shown = type != Character.CONTROL
                    && type != Character.SURROGATE
                    && type != Character.UNASSIGNED
                    && type != Character.FORMAT;
            line.appendCodePoint(shown ? point : point == '\n' || point == '\t' ? ' ' : '.');
            i += Character.charCount(point);
        }
        return line.toString();
    }
}
