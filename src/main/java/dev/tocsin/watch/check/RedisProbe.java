package dev.tocsin.watch.check;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks a Redis server for PING and INFO. */
final class RedisProbe implements Probe {
    private final ProbeSpec.Redis spec;
    private final Dialling dialling;

    RedisProbe(ProbeSpec.Redis spec, Dialling dialling) {
        this.spec = spec;
        this.dialling = dialling;
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        Phases phases = dialling.phases();
        return dialling.connect(spec.host(), spec.port(), attempt, phases)
                .compose(this::ask)
                .map(answer -> {
                    phases.end("answer");
                    return phases.beside(answer);
                });
    }

    private Future<ProbeResult> ask(NetSocket socket) {
        Promise<ProbeResult> answered = Promise.promise();
        int expected = spec.password().isEmpty() ? 2 : 3;
        RespReplies replies = new RespReplies();
        socket.exceptionHandler(answered::tryFail);
        socket.closeHandler(closed -> answered.tryComplete(ProbeResult.failed("closed before it answered")));
        socket.handler(piece -> {
            try {
                replies.add(piece.toString(StandardCharsets.ISO_8859_1));
            } catch (IllegalArgumentException e) {
                answered.tryFail(e);
                return;
            }
            List<RespReplies.Reply> all = replies.replies();
            boolean refused = all.stream().anyMatch(RespReplies.Reply::isError);
            if (refused || all.size() >= expected) {
                answered.tryComplete(
                        refused ? refusal(all) : judge(all.getLast().text()));
            }
        });
        Buffer commands = Buffer.buffer();
        if (!spec.password().isEmpty()) {
            append(commands, "AUTH", spec.password());
        }
        append(commands, "PING");
        append(commands, "INFO");
        socket.write(commands).onFailure(answered::tryFail);
        return answered.future();
    }

    private static void append(Buffer commands, String... words) {
        commands.appendString("*" + words.length + "\r\n");
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            commands.appendString("$" + bytes.length + "\r\n")
                    .appendBytes(bytes)
                    .appendString("\r\n");
        }
    }

    private static ProbeResult refusal(List<RespReplies.Reply> replies) {
        return ProbeResult.failed(replies.stream()
                .filter(RespReplies.Reply::isError)
                .findFirst()
                .map(RespReplies.Reply::text)
                .orElse("refused"));
    }

    private ProbeResult judge(String info) {
        Map<String, Double> figures = new HashMap<>();
        String version = "";
        for (String line : info.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (line.startsWith("redis_version:")) {
                version = line.substring(colon + 1);
            } else if (colon > 0 && line.substring(colon + 1).matches("[0-9]{1,18}")) {
                figures.put(line.substring(0, colon), (double) Long.parseLong(line.substring(colon + 1)));
            }
        }
        List<ProbeResult.Reading> readings = new ArrayList<>();
        gauge(readings, "check_redis_memory_used_bytes", figures.getOrDefault("used_memory", Double.NaN));
        gauge(readings, "check_redis_evicted_keys", figures.getOrDefault("evicted_keys", Double.NaN));
        gauge(readings, "check_redis_clients", figures.getOrDefault("connected_clients", Double.NaN));
        double hits = figures.getOrDefault("keyspace_hits", 0.0);
        double asked = hits + figures.getOrDefault("keyspace_misses", 0.0);
        double share = asked == 0 ? 1 : hits / asked;
        gauge(readings, "check_redis_hit_ratio", share);
        double used = figures.getOrDefault("used_memory", 0.0);
        return judged("Redis " + version, share, used).with(readings);
    }

    private ProbeResult judged(String server, double hitShare, double usedBytes) {
        if (hitShare < spec.minHitRatio()) {
            return ProbeResult.failed(
                    server + " finds " + hitShare + " of what it is asked for, less than " + spec.minHitRatio());
        }
        return usedBytes > spec.maxMemory()
                ? ProbeResult.failed(
                        server + " uses " + Math.round(usedBytes) + " bytes, more than " + spec.maxMemory())
                : ProbeResult.ok(server);
    }

    private static void gauge(List<ProbeResult.Reading> readings, String metric, double value) {
        readings.add(ProbeResult.Reading.gauge(metric, value));
    }
}
