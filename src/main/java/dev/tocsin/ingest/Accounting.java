package dev.tocsin.ingest;

import dev.tocsin.core.Rejection;
import dev.tocsin.ingest.wire.WireCounts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one receiver took in, and what became of it: received = accepted + rejected + dropped. One thread counts (the
 * receiver's own) and publishes after each burst; any thread reads. A reader sees the state after some whole burst,
 * never one in the middle: the writer's version number is odd while it publishes, and a reader tries again.
 *
 * <p>Samples and datagrams are counted apart. What a sample is, {@link dev.tocsin.ingest.wire.DogStatsdParser} says.
 * Datagrams that the kernel dropped were never seen, so nobody knows how many samples were in them: they are
 * {@link #kernelDrops()}, and no part of {@link Totals}.
 */
public final class Accounting {
    /**
     * Samples of one receiver since it was made.
     *
     * @param received samples found in what arrived
     * @param accepted samples that the sink took; events and service checks that were passed on
     * @param rejected samples that were refused for a {@link Rejection}
     * @param dropped samples that were well-formed and got lost inside: the sink failed
     */
    public record Totals(long received, long accepted, long rejected, long dropped) {
        /** Nothing got lost without being counted. */
        public boolean isBalanced() {
            return received == accepted + rejected + dropped;
        }
    }

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle VERSION;

    static {
        try {
            VERSION = MethodHandles.lookup().findVarHandle(Accounting.class, "version", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int RECEIVED = 0;
    private static final int ACCEPTED = 1;
    private static final int DROPPED = 2;
    private static final int DATAGRAMS = 3;
    private static final int BYTES = 4;
    private static final int TRUNCATED = 5;
    private static final int KERNEL_DROPS = 6;
    private static final int RECEIVE_BUFFER = 7;
    private static final int FIRST_FIELD = 8;
    private static final WireCounts.SkippedField[] FIELDS = WireCounts.SkippedField.values();
    private static final int FIRST_REASON = FIRST_FIELD + FIELDS.length;
    private static final int REASONS = Rejection.values().length;
    private static final int CELLS = FIRST_REASON + REASONS;

    private final String protocol;
    private final String socket;
    private final WireCounts wire;

    /** The writer's own, plain. */
    private final long[] live = new long[CELLS];

    private long acceptedRows;

    /** What readers see; written only inside {@link #publish()}. */
    private final long[] published = new long[CELLS];

    @SuppressWarnings("unused") // by VERSION
    private long version;

    /**
     * @param protocol value of the metrics' {@code protocol} label
     * @param socket value of their {@code socket} label
     * @param wire the parser's counts, confined to the same writer thread; merged in at each {@link #publish()}
     */
    Accounting(String protocol, String socket, WireCounts wire) {
        this.protocol = protocol;
        this.socket = socket;
        this.wire = wire;
    }

    // ---- the writer's side

    void addReceived(long samples) {
        live[RECEIVED] += samples;
    }

    void addAccepted(long samples) {
        acceptedRows += samples;
    }

    void addDropped(long samples) {
        live[DROPPED] += samples;
    }

    void addDatagram(int bytes) {
        live[DATAGRAMS]++;
        live[BYTES] += bytes;
    }

    void addTruncated() {
        live[TRUNCATED]++;
    }

    void addKernelDrops(long datagrams) {
        live[KERNEL_DROPS] += datagrams;
    }

    void setReceiveBuffer(long bytes) {
        live[RECEIVE_BUFFER] = bytes;
    }

    /** Lets readers see everything counted so far. */
    void publish() {
        live[ACCEPTED] = acceptedRows + wire.annotations();
        for (WireCounts.SkippedField field : FIELDS) {
            live[FIRST_FIELD + field.ordinal()] = wire.skipped(field);
        }
        for (int reason = 0; reason < REASONS; reason++) {
            live[FIRST_REASON + reason] = wire.rejected(reason);
        }
        long next = version + 1;
        VERSION.setOpaque(this, next);
        VarHandle.storeStoreFence();
        for (int i = 0; i < CELLS; i++) {
            CELL.setOpaque(published, i, live[i]);
        }
        VERSION.setRelease(this, next + 1);
    }

    // ---- the readers' side

    public String protocol() {
        return protocol;
    }

    public String socket() {
        return socket;
    }

    /** All four of one moment. */
    public Totals totals() {
        while (true) {
            long before = (long) VERSION.getAcquire(this);
            long received = read(RECEIVED);
            long accepted = read(ACCEPTED);
            long dropped = read(DROPPED);
            long rejected = 0;
            for (int reason = 0; reason < REASONS; reason++) {
                rejected += read(FIRST_REASON + reason);
            }
            VarHandle.loadLoadFence();
            if ((before & 1) == 0 && (long) VERSION.getOpaque(this) == before) {
                return new Totals(received, accepted, rejected, dropped);
            }
            Thread.onSpinWait();
        }
    }

    public long accepted() {
        return read(ACCEPTED);
    }

    public long dropped() {
        return read(DROPPED);
    }

    public long rejected(Rejection reason) {
        return read(FIRST_REASON + reason.ordinal());
    }

    /** Datagrams that arrived, whatever was in them. */
    public long datagrams() {
        return read(DATAGRAMS);
    }

    /** Their payload. */
    public long bytes() {
        return read(BYTES);
    }

    /** Datagrams longer than the receiver takes, of which the end was cut off. */
    public long truncated() {
        return read(TRUNCATED);
    }

    /** Datagrams that the kernel threw away because this socket's receive buffer was full. Never goes back. */
    public long kernelDrops() {
        return read(KERNEL_DROPS);
    }

    /** Receive buffer that the kernel granted, in bytes, comparable to the setting. */
    public long receiveBufferBytes() {
        return read(RECEIVE_BUFFER);
    }

    public long skipped(WireCounts.SkippedField field) {
        return read(FIRST_FIELD + field.ordinal());
    }

    private long read(int cell) {
        return (long) CELL.getOpaque(published, cell);
    }
}
