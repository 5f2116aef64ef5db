package dev.tocsin.ingest;

/**
 * Bounds on samples sent over HTTP.
 *
 * @param maxBodyBytes largest body as sent; a larger one is answered with 413
 * @param maxInflatedBytes how much a compressed body may hold; what goes beyond is not read
 * @param maxBufferedBytes bodies that are being received or read, of all connections together; beyond it the answer
 *     is 503, so that many slow senders cannot fill the heap
 */
public record HttpIngestSettings(int maxBodyBytes, long maxInflatedBytes, long maxBufferedBytes) {
    /** 8 MiB, 64 MiB, 64 MiB. */
    public static final HttpIngestSettings DEFAULT = new HttpIngestSettings(8 << 20, 64L << 20, 64L << 20);

    public HttpIngestSettings {
        if (maxBodyBytes < 1 || maxInflatedBytes < maxBodyBytes || maxBufferedBytes < maxBodyBytes) {
            throw new IllegalArgumentException(
                    "maxBodyBytes must be positive, and neither maxInflatedBytes nor maxBufferedBytes below it: "
                            + maxBodyBytes + ", " + maxInflatedBytes + ", " + maxBufferedBytes);
        }
    }
}
