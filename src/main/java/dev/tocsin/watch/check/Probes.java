package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;

/** Makes the probes of all kinds, and holds the clients that they share. Confined to the checks' event loop. */
final class Probes {
    /** Of an answer's head. */
    private static final int MAX_HEADER_BYTES = 64 << 10;

    private final Clock clock;
    private final Resolver resolver;
    private final HttpClientAgent verifying;
    private final HttpClientAgent trusting;
    private final NetClient connecting;

    Probes(Vertx vertx, Clock clock) {
        this.clock = clock;
        resolver = new Resolver(vertx, clock);
        verifying = http(vertx, false);
        trusting = http(vertx, true);
        connecting = vertx.createNetClient(new NetClientOptions());
    }

    private static HttpClientAgent http(Vertx vertx, boolean trustAll) {
        HttpClientOptions options = new HttpClientOptions()
                .setKeepAlive(false)
                .setDecompressionSupported(true)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setTrustAll(trustAll)
                .setVerifyHost(!trustAll);
        return vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(1))
                .build();
    }

    Probe of(ProbeSpec spec) {
        return switch (spec) {
            case ProbeSpec.Http http ->
                new HttpProbe(http, http.verify() ? verifying : trusting, resolver, new HttpJudge(http, clock));
            case ProbeSpec.Tcp tcp -> new TcpProbe(tcp, connecting, resolver);
        };
    }
}
