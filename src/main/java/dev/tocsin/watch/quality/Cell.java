package dev.tocsin.watch.quality;

/**
 * One value of an answer, as what it can be read.
 *
 * @param text as a key
 * @param number NaN where it is none; truth is 1, untruth 0
 * @param timeMillis {@link #NO_TIME} where it is none
 */
public record Cell(String text, double number, long timeMillis) {
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final double MILLIS_PER_SECOND = 1_000;

    /** A number; as a time, seconds since 1970. */
    public static Cell of(double number) {
        boolean time = Double.isFinite(number) && Math.abs(number) < Long.MAX_VALUE / MILLIS_PER_SECOND;
        return new Cell(Double.toString(number), number, time ? (long) (number * MILLIS_PER_SECOND) : NO_TIME);
    }

    public static Cell of(String text) {
        return new Cell(text, Double.NaN, NO_TIME);
    }

    public static Cell ofTime(String text, long millis) {
        return new Cell(text, Double.NaN, millis);
    }
}
