package dev.tocsin.promql;

/**
 * The times at which an expression is evaluated.
 *
 * @param stepMillis 0 where there is one time only
 */
record Steps(long startMillis, long stepMillis, int count) {
    long time(int i) {
        return startMillis + i * stepMillis;
    }

    long last() {
        return time(count - 1);
    }
}
