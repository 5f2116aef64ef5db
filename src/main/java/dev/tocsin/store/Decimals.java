package dev.tocsin.store;

/** Doubles as whole numbers and decimal places, where that loses nothing: most of what people measure. */
final class Decimals {
    static final int MOST_PLACES = 6;
    private static final double LARGEST = 1L << 53;
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};

    private Decimals() {}

    /** The fewest decimal places, 0 to {@value #MOST_PLACES}, that tell this value exactly; -1 where none do. */
    static int places(double value) {
        for (int places = 0; places <= MOST_PLACES; places++) {
            if (isExact(value, places)) {
                return places;
            }
        }
        return -1;
    }

    /** Whether so many places tell the value exactly, to the bit. */
    static boolean isExact(double value, int places) {
        double scaled = value * POWERS[places];
        return Math.abs(scaled) < LARGEST
                && Double.doubleToRawLongBits(value(Math.round(scaled), places)) == Double.doubleToRawLongBits(value);
    }

    static long scaled(double value, int places) {
        return Math.round(value * POWERS[places]);
    }

    static double value(long scaled, int places) {
        return scaled / POWERS[places];
    }
}
