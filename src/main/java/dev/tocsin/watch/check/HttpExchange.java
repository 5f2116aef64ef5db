package dev.tocsin.watch.check;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * One request over HTTP/1.1 and its answer, on a connection that is open already: what connecting, TLS and waiting took is
 * told apart only there. One use; confined to the connection's event loop.
 */
final class HttpExchange {
    private static final int MAX_LINE_BYTES = 8 << 10;
    private static final int MAX_HEAD_BYTES = 64 << 10;

    private final NetSocketInternal socket;
    private final int maxBody;
    private final Promise<Answer> answered = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private @Nullable HttpResponse head;

    /**
     * What came.
     *
     * @param body whole, or its first bytes where it is longer than what is allowed
     */
    record Answer(int status, HttpHeaders headers, Buffer body) {}

    /** @param maxBody bytes after which no more is read */
    HttpExchange(NetSocket socket, int maxBody) {
        this.socket = (NetSocketInternal) socket;
        this.maxBody = maxBody;
    }

    /** @param headCame called once, before the body is read */
    Future<Answer> ask(FullHttpRequest request, Handler<HttpResponse> headCame) {
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        HttpDecoderConfig bounds =
                new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE_BYTES).setMaxHeaderSize(MAX_HEAD_BYTES);
        String connection = socket.channelHandlerContext().name();
        pipeline.addBefore(connection, "http", new HttpClientCodec(bounds, false, true));
        pipeline.addBefore(connection, "inflate", new HttpContentDecompressor(Math.max(MAX_HEAD_BYTES, 2 * maxBody)));
        socket.exceptionHandler(answered::tryFail);
        socket.closeHandler(closed -> answered.tryFail("closed before the answer was whole"));
        socket.messageHandler(message -> {
            try {
                take(message, headCame);
            } finally {
                ReferenceCountUtil.release(message);
            }
        });
        socket.writeMessage(request).onFailure(answered::tryFail);
        return answered.future();
    }

    /** Reads an answer, so that the classes that it takes are there. Blocks for some hundredths of a second. */
    static void warmUp() {
        EmbeddedChannel channel =
                new EmbeddedChannel(new HttpClientCodec(), new HttpContentDecompressor(MAX_HEAD_BYTES));
        channel.writeOutbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
        channel.writeInbound(Unpooled.copiedBuffer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", US_ASCII));
        channel.finishAndReleaseAll();
    }

    private void take(Object message, Handler<HttpResponse> headCame) {
        if (message instanceof HttpObject piece && piece.decoderResult().isFailure()) {
            answered.tryFail(new IllegalArgumentException(
                    "this is no answer over HTTP", piece.decoderResult().cause()));
            return;
        }
        if (message instanceof HttpResponse response) {
            head = response.status().codeClass() == HttpStatusClass.INFORMATIONAL ? null : response;
            if (head != null) {
                headCame.handle(response);
            }
        }
        HttpResponse answer = head;
        if (answer == null || !(message instanceof HttpContent content)) {
            return;
        }
        body.appendBytes(ByteBufUtil.getBytes(content.content()));
        if (message instanceof LastHttpContent || body.length() > maxBody) {
            socket.pause();
            answered.tryComplete(new Answer(answer.status().code(), answer.headers(), body));
        }
    }
}
