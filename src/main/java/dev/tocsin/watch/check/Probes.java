package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import dev.tocsin.core.PromDuration;
import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.postgres.PostgresServers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** Makes the probes of all kinds, and holds the clients that they share. Confined to the checks' event loop. */
final class Probes {
    /** Blocking questions at once; what hangs keeps one of them. */
    private static final int THREADS = 16;
    /** A command is ended before nobody waits for it any longer, so that what it said is told. */
    private static final Duration BEFORE_TIMEOUT = Duration.ofMillis(50);

    private final Vertx vertx;
    private final Clock clock;
    private final PostgresServers servers;
    private final Heartbeats beats;
    private final Supplier<Map<String, ComponentHealth>> parts;
    private final LocalQuestions local;
    private final WorkerExecutor threads;
    private final Dialling dialling;

    Probes(
            Vertx vertx,
            PostgresServers servers,
            Heartbeats beats,
            Supplier<Map<String, ComponentHealth>> parts,
            Clock clock) {
        this.servers = servers;
        this.vertx = vertx;
        this.clock = clock;
        this.beats = beats;
        this.parts = parts;
        local = new LocalQuestions(Path.of("/proc"), clock);
        threads = vertx.createSharedWorkerExecutor("tocsin-checks", THREADS);
        dialling = new Dialling(vertx, clock);
    }

    Probe of(CheckDefinition check) {
        return switch (check.probe()) {
            case ProbeSpec.Http http -> new HttpProbe(http, dialling, new HttpJudge(http, clock));
            case ProbeSpec.Tcp tcp -> new TcpProbe(tcp, dialling);
            case ProbeSpec.Tls tls -> new TlsProbe(tls, dialling, clock);
            case ProbeSpec.Dns dns -> new DnsProbe(dns, vertx);
            case ProbeSpec.Postgres postgres -> new PostgresProbe(postgres, servers, vertx, clock);
            case ProbeSpec.Redis redis -> new RedisProbe(redis, dialling);
            case ProbeSpec.Heartbeat heartbeat -> new HeartbeatProbe(check.name(), heartbeat, beats, clock);
            case ProbeSpec.Self self -> new SelfProbe(self, parts);
            case ProbeSpec.ProcessUp process -> blocking(() -> local.process(process));
            case ProbeSpec.FileAge file -> blocking(() -> local.file(file));
            case ProbeSpec.Disk disk -> blocking(() -> local.disk(disk));
            case ProbeSpec.Memory memory -> blocking(() -> local.memory(memory));
            case ProbeSpec.Command command ->
                blocking(() -> command(
                        new CommandRun(command.arguments(), command.environment(), "", CommandRun.Leftover.END),
                        check.timeout()));
        };
    }

    /** Loads, on a thread of its own, what the first runs would else load on the event loop. */
    Future<?> warmUp() {
        return threads.executeBlocking(
                () -> {
                    HttpExchange.warmUp();
                    Dialling.warmUp();
                    return null;
                },
                false);
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
