package dev.tocsin.rule;

/**
 * How many of the newest judgings must see a rule's condition hold: {@code 3 of 5}, as CloudWatch's users know it. Beside
 * {@code for}, which then counts from when so many did.
 *
 * @param needed 1 to {@code of}
 * @param of 1 to {@link #MAX}
 */
public record Datapoints(int needed, int of) {
    public static final int MAX = 60;

    /** The newest judging alone: what Prometheus does. */
    public static final Datapoints NEWEST = new Datapoints(1, 1);

    public Datapoints {
        if (needed < 1 || needed > of || of > MAX) {
            throw new IllegalArgumentException(
                    "expected M of N, with 1 <= M <= N <= " + MAX + ", found \"" + needed + " of " + of + "\"");
        }
    }

    /** As rule files write it. */
    @Override
    public String toString() {
        return needed + " of " + of;
    }
}
