package dev.tocsin.watch.postgres;

import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.postgres.ServerPicture.Part;
import dev.tocsin.postgres.ServerSettings;
import dev.tocsin.watch.postgres.ServerReading.Answer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is known of servers as series: counters as the absolute totals that the server has, everything else as it
 * is. A series ends when its server does not answer, its row is no longer among those that are told, or its server is no
 * longer looked at. Bounded: for each value of a question there are as many series as there may be rows. Confined to the
 * recorder's thread.
 */
final class ServerSeries {
    private static final double MILLIS = 1_000;

    private final SampleRecorder recorder;
    private final Map<String, Set<Labels>> open = new HashMap<>();

    ServerSeries(SampleRecorder recorder) {
        this.recorder = recorder;
    }

    /** Of a server that answered. */
    void up(ServerSettings server, double responseMillis, Collection<Answer> answers, long nowMillis) {
        Labels base = base(server);
        Map<Labels, Double> now = new LinkedHashMap<>();
        now.put(base.with(Labels.NAME, "postgres_up"), 1.0);
        now.put(base.with(Labels.NAME, "postgres_response_seconds"), responseMillis / MILLIS);
        for (Answer answer : answers) {
            for (Map<String, @Nullable Object> row : answer.part().rows()) {
                add(base, answer, row, now);
            }
        }
        publish(server.name(), now, nowMillis);
    }

    /** Of a server that did not. */
    void down(ServerSettings server, long nowMillis) {
        publish(server.name(), Map.of(base(server).with(Labels.NAME, "postgres_up"), 0.0), nowMillis);
    }

    private static Labels base(ServerSettings server) {
        return server.labels().with("server", server.name());
    }

    private static void add(Labels base, Answer answer, Map<String, @Nullable Object> row, Map<Labels, Double> now) {
        Question question = answer.question();
        Part part = answer.part();
        Labels labels = base;
        for (String label : question.labels()) {
            labels = labels.with(label, String.valueOf(row.get(label)));
        }
        if (part.name().equals(Questions.SERVER)) {
            String version = String.valueOf(row.get("version"));
            now.put(labels.with("version", version).with(Labels.NAME, "postgres_server"), 1.0);
        }
        for (String column : question.values()) {
            if (row.get(column) instanceof Number value && Double.isFinite(value.doubleValue())) {
                // Two replicas may have one name: the worse of them counts.
                now.merge(labels.with(Labels.NAME, question.metric(column)), value.doubleValue(), Math::max);
            }
        }
    }

    private void publish(String server, Map<Labels, Double> now, long nowMillis) {
        Set<Labels> ended = new HashSet<>(open.getOrDefault(server, Set.of()));
        ended.removeAll(now.keySet());
        ended.forEach(labels -> recorder.markStale(labels, nowMillis));
        now.forEach((labels, value) -> recorder.append(labels, nowMillis, value.doubleValue()));
        open.put(server, now.keySet());
    }

    /** Ends the series of servers that are no longer looked at. */
    void keepOnly(Set<String> servers, long nowMillis) {
        open.entrySet().removeIf(entry -> {
            boolean gone = !servers.contains(entry.getKey());
            if (gone) {
                entry.getValue().forEach(labels -> recorder.markStale(labels, nowMillis));
            }
            return gone;
        });
    }
}
