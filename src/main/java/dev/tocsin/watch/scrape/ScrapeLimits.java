package dev.tocsin.watch.scrape;

/**
 * What one job's targets may send; 0 is no limit.
 *
 * @param samples of one scrape, after metric relabelling
 * @param labels of one series, the name among them
 * @param labelNameLength in characters
 * @param labelValueLength in characters
 * @param targets of the job: beyond, none of them is scraped
 * @param bodyBytes of one answer, unpacked; where there is no limit, {@link #MOST_BODY_BYTES} is one all the same
 */
public record ScrapeLimits(
        int samples, int labels, int labelNameLength, int labelValueLength, int targets, long bodyBytes) {
    /** About a million samples. */
    public static final long MOST_BODY_BYTES = 128L << 20;

    public static final ScrapeLimits NONE = new ScrapeLimits(0, 0, 0, 0, 0, 0);

    /** What one answer may take in memory. */
    int mostBodyBytes() {
        return (int) (bodyBytes > 0 && bodyBytes < MOST_BODY_BYTES ? bodyBytes : MOST_BODY_BYTES);
    }
}
