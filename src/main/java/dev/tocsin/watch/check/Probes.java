package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import dev.tocsin.core.PromDuration;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Makes the probes of all kinds, and holds the clients that they share. Confined to the checks' event loop. */
final class Probes {
    /** Of an answer's head. */
    private static final int MAX_HEADER_BYTES = 64 << 10;

    /** Blocking questions at once; what hangs keeps one of them. */
    private static final int THREADS = 16;
    /** A command is ended before nobody waits for it any longer, so that what it said is told. */
    private static final Duration BEFORE_TIMEOUT = Duration.ofMillis(50);

    private final Vertx vertx;
    private final Clock clock;
    private final Heartbeats beats;
    private final LocalQuestions local;
    private final WorkerExecutor threads;
    private final Resolver resolver;
    private final HttpClientAgent verifying;
    private final HttpClientAgent trusting;
    private final NetClient connecting;
    private final NetClient verifyingTls;
    private final NetClient trustingTls;

    Probes(Vertx vertx, Heartbeats beats, Clock clock) {
        this.vertx = vertx;
        this.clock = clock;
        this.beats = beats;
        local = new LocalQuestions(Path.of("/proc"), clock);
        threads = vertx.createSharedWorkerExecutor("tocsin-checks", THREADS);
        resolver = new Resolver(vertx, clock);
        verifying = http(vertx, false);
        trusting = http(vertx, true);
        connecting = vertx.createNetClient(new NetClientOptions());
        verifyingTls = tls(vertx, false);
        trustingTls = tls(vertx, true);
    }

    private static NetClient tls(Vertx vertx, boolean trustAll) {
        return vertx.createNetClient(new NetClientOptions()
                .setSsl(true)
                .setTrustAll(trustAll)
                .setHostnameVerificationAlgorithm(trustAll ? "" : "HTTPS"));
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

    Probe of(CheckDefinition check) {
        return switch (check.probe()) {
            case ProbeSpec.Http http ->
                new HttpProbe(http, http.verify() ? verifying : trusting, resolver, new HttpJudge(http, clock));
            case ProbeSpec.Tcp tcp -> new TcpProbe(tcp, connecting, resolver);
            case ProbeSpec.Tls tls -> new TlsProbe(tls, tls.verify() ? verifyingTls : trustingTls, resolver, clock);
            case ProbeSpec.Dns dns -> new DnsProbe(dns, vertx);
            case ProbeSpec.Redis redis -> new RedisProbe(redis, connecting, resolver);
            case ProbeSpec.Heartbeat heartbeat -> new HeartbeatProbe(check.name(), heartbeat, beats, clock);
            case ProbeSpec.ProcessUp process -> blocking(() -> local.process(process));
            case ProbeSpec.FileAge file -> blocking(() -> local.file(file));
            case ProbeSpec.Disk disk -> blocking(() -> local.disk(disk));
            case ProbeSpec.Memory memory -> blocking(() -> local.memory(memory));
            case ProbeSpec.Command command ->
                blocking(() -> command(new CommandRun(command.arguments(), command.environment()), check.timeout()));
        };
    }

    private Probe blocking(BlockingProbe.Question question) {
        return new BlockingProbe(question, threads);
    }

    private static ProbeResult command(CommandRun run, Duration timeout) throws IOException, InterruptedException {
        Duration allowed =
                timeout.compareTo(BEFORE_TIMEOUT.multipliedBy(2)) > 0 ? timeout.minus(BEFORE_TIMEOUT) : timeout;
        CommandRun.Outcome outcome = run.run(allowed);
        return outcome.timedOut()
                ? ProbeResult.failed(
                        "ended after " + PromDuration.format(allowed.toMillis()) + "; it said: " + outcome.output())
                : NagiosPlugin.result(outcome.exitCode(), outcome.output());
    }

    /** Not waited for: a question that hangs must not hold up the stop. */
    void close() {
        threads.close().onFailure(e -> {});
    }
}
