package dev.tocsin.ingest;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.SampleSink;
import dev.tocsin.ingest.wire.AnnotationParser;
import dev.tocsin.ingest.wire.DogStatsdParser;
import dev.tocsin.ingest.wire.SignedGauges;
import dev.tocsin.ingest.wire.WireCounts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * Datagrams to samples: copies each into the batch, parses it there while it is in the cache, and hands the batch to
 * the sink when the burst ends or the batch is full. Confined to one event loop.
 */
final class DatagramReceiver extends ChannelInboundHandlerAdapter {
    /** A batch this full is handed on before the burst ends, so that it stays in the second-level cache. */
    static final int FULL_ROWS = 1_024;

    static final int FULL_BYTES = 64 << 10;

    private static final System.Logger LOG = System.getLogger(DatagramReceiver.class.getName());

    private final SampleBatch batch = SampleBatch.dogStatsd(2 * FULL_ROWS, 2 * FULL_BYTES);
    private final WireCounts counts;
    private final DogStatsdParser parser;
    private final Accounting accounting;
    private final Intake intake;
    private final Clock clock;
    private final Consumer<Event.Annotation> annotations;
    private final int maxDatagramBytes;
    private boolean failureTold;

    /** @param maxDatagramBytes what the receive buffer holds of one datagram; one that fills it may have been cut */
    DatagramReceiver(
            String socket,
            SignedGauges signedGauges,
            int maxDatagramBytes,
            SampleSink sink,
            Clock clock,
            Consumer<Event.Annotation> annotations) {
        this.counts = new WireCounts(BadLineLog.LINES_PER_REASON, new BadLineLog(socket));
        this.parser = new DogStatsdParser(signedGauges, counts, this::annotation);
        this.accounting = new Accounting("dogstatsd", socket, counts);
        this.intake = new Intake(sink, counts, accounting);
        this.maxDatagramBytes = maxDatagramBytes;
        this.clock = clock;
        this.annotations = annotations;
    }

    Accounting accounting() {
        return accounting;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            take(((ByteBufHolder) message).content());
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(cause);
    }

    void failed(Throwable cause) {
        if (!failureTold) {
            failureTold = true;
            LOG.log(Level.WARNING, accounting.socket() + ": reading failed, and goes on", cause);
        }
    }

    void take(DatagramBlock block, int datagram) {
        int size = block.length(datagram);
        int from = room(size);
        block.copy(datagram, size, batch.bytes, from);
        parse(from, size);
    }

    private void take(ByteBuf datagram) {
        int size = datagram.readableBytes();
        int from = room(size);
        datagram.getBytes(datagram.readerIndex(), batch.bytes, from, size);
        parse(from, size);
    }

    /** Where a datagram of this size goes in the batch. */
    private int room(int size) {
        batch.ensureBytes(size + DogStatsdParser.PADDING);
        return batch.length;
    }

    private void parse(int from, int size) {
        batch.length = from + size;
        accounting.addDatagram(size);
        int to = size < maxDatagramBytes ? from + size : cutToWholeLines(from, from + size);
        accounting.addReceived(parser.parse(batch, from, to));
        if (batch.size() >= FULL_ROWS || batch.length >= FULL_BYTES) {
            flush();
        }
    }

    /** The last line of a truncated datagram is not whole, and further ones are missing: one sample, too large. */
    private int cutToWholeLines(int from, int to) {
        int end = to;
        while (end > from && batch.bytes[end - 1] != '\n') {
            end--;
        }
        accounting.addTruncated();
        accounting.addReceived(1);
        counts.reject(Rejection.TOO_LARGE, batch.bytes, end, to);
        return end;
    }

    /** Hands on what was read: the burst is over. */
    void flush() {
        intake.hand(batch, clock.wallMillis());
        batch.reset();
        accounting.publish();
    }

    private boolean annotation(byte[] bytes, int from, int to) {
        Event.Annotation annotation = AnnotationParser.parse(bytes, from, to, clock.wallMillis());
        if (annotation == null) {
            return false;
        }
        annotations.accept(annotation);
        return true;
    }
}
