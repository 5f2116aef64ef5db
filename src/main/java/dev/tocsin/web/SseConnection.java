package dev.tocsin.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One response that stays open for server-sent events, and knows how much of what was written is still on its way:
 * Vert.x' own {@code writeQueueFull} turns true only after megabytes. Once the head has left, events go to the channel
 * below the HTTP encoder, in chunks (RFC 9112, 7.1) that are made once for all readers: through it, each reader would
 * cost three buffers and a promise an event. Confined to its event loop.
 */
final class SseConnection {
    private static final EventBytes HEARTBEAT = EventBytes.of(": hb\n\n");
    private static final EventBytes RETRY = EventBytes.of("retry: 1000\n\n");

    /** A reader that takes nothing for so many beats has gone without a word. */
    private static final int BEATS_UNTIL_GONE = 6;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final AtomicLong unsentEverywhere;
    private final Runnable whenSent;
    private final boolean gzip;
    private @Nullable ChannelHandlerContext belowEncoder;
    private long countedBytes;
    private boolean awaited;
    private int silentBeats;
    private int stuckBeats;
    private @Nullable Object firstWaiting;
    private int firstLeft;

    /**
     * @param gzip whether what is sent is compressed; such a response has no proper end
     * @param unsentEverywhere counts the unsent bytes of all connections
     * @param whenSent run when everything written has been sent, where it did not go at once
     */
    SseConnection(HttpServerRequest request, boolean gzip, AtomicLong unsentEverywhere, Runnable whenSent) {
        this.request = request;
        this.response = request.response();
        this.unsentEverywhere = unsentEverywhere;
        this.whenSent = whenSent;
        this.gzip = gzip;
    }

    boolean isCompressed() {
        return gzip;
    }

    void open() {
        if (isClosed()) {
            return;
        }
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform")
                .putHeader(HttpHeaders.VARY, "Accept-Encoding")
                // Identity is Vert.x' word for: not to be compressed.
                .putHeader(HttpHeaders.CONTENT_ENCODING, gzip ? "gzip" : "identity")
                // nginx passes events on as they come.
                .putHeader("X-Accel-Buffering", "no");
        Buffer first = gzip ? Buffer.buffer(EventBytes.GZIP_HEADER) : Buffer.buffer();
        response.write(first.appendBytes(RETRY.bytes(gzip))).onFailure(gone -> {});
        // They have left, and the connection may stay for days.
        response.headers().clear();
        Channel channel = ((ConnectionBase) request.connection()).channel();
        belowEncoder = channel.pipeline().context(HttpResponseEncoder.class);
        // It does not see what passes below it; beats tell whether somebody reads.
        if (channel.pipeline().get(IdleStateHandler.class) != null) {
            channel.pipeline().remove(IdleStateHandler.class);
        }
    }

    void send(EventBytes events) {
        if (!events.isEmpty()) {
            ByteBuf chunk = chunk(events.bytes(gzip));
            send(chunk);
            chunk.release();
        }
    }

    /** @param chunk made by {@link #chunk} of what this connection takes, compressed or not; still the caller's */
    void send(ByteBuf chunk) {
        ChannelHandlerContext context = belowEncoder;
        if (context == null || isClosed()) {
            return;
        }
        silentBeats = 0;
        var unused = context.writeAndFlush(chunk.retainedDuplicate(), context.voidPromise());
        count();
        if (countedBytes > 0 && !awaited) {
            awaited = true;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
                awaited = false;
                count();
                if (sent.isSuccess() && countedBytes == 0) {
                    whenSent.run();
                }
            });
        }
    }

    /** One chunk of a response, in memory that the kernel reads directly. The caller releases it. */
    static ByteBuf chunk(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] head = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf chunk = Unpooled.directBuffer(head.length + length + 2).writeBytes(head);
        for (byte[] part : parts) {
            chunk.writeBytes(part);
        }
        return chunk.writeByte('\r').writeByte('\n');
    }

    long unsentBytes() {
        ChannelOutboundBuffer waiting = waiting();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    private @Nullable ChannelOutboundBuffer waiting() {
        ChannelHandlerContext context = belowEncoder;
        return context == null ? null : context.channel().unsafe().outboundBuffer();
    }

    private void count() {
        long unsent = unsentBytes();
        if (unsent != countedBytes) {
            unsentEverywhere.addAndGet(unsent - countedBytes);
            countedBytes = unsent;
        }
    }

    /** Called twice in the longest silence that is allowed. */
    void beat() {
        count();
        if (countedBytes == 0) {
            if (++silentBeats >= 2) {
                send(HEARTBEAT);
            }
        } else if (hasMoved()) {
            stuckBeats = 0;
        } else if (++stuckBeats >= BEATS_UNTIL_GONE) {
            close();
        }
    }

    /** Whether the reader has taken anything since the last beat. */
    private boolean hasMoved() {
        ChannelOutboundBuffer waiting = waiting();
        Object first = waiting == null ? null : waiting.current();
        int left = first instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        boolean same = Objects.equals(first, firstWaiting) && left == firstLeft;
        firstWaiting = first;
        firstLeft = left;
        return !same;
    }

    /** What was on its way is on nobody's any more. */
    void ended() {
        unsentEverywhere.addAndGet(-countedBytes);
        countedBytes = 0;
        belowEncoder = null;
    }

    /** Ends the response: nothing more comes. */
    void end() {
        if (!isClosed()) {
            response.end().onFailure(gone -> {});
        }
        ended();
    }

    boolean isClosed() {
        return response.closed() || response.ended();
    }

    /** At once, whatever is on its way: Vert.x' own close would wait for the reader to take it. */
    void close() {
        ChannelHandlerContext context = belowEncoder;
        if (context != null) {
            var unused = context.close();
        }
    }
}
