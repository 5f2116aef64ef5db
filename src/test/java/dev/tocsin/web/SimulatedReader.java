package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a stream as a page does, and complains of a gap that was not told, a double, and a number without a series. */
final class SimulatedReader {
    final List<Long> ticks = new ArrayList<>();
    final List<JsonObject> skipped = new ArrayList<>();
    final List<JsonObject> problems = new ArrayList<>();
    final List<Long> paces = new ArrayList<>();
    final List<String> alerts = new ArrayList<>();
    final List<JsonArray> values = new ArrayList<>();
    private final Map<Integer, Map<Integer, JsonObject>> series = new HashMap<>();
    long lastMillis;
    private long frameMillis = 1_000;
    private long toldMillis;
    private String event = "";
    private String data = "";
    private String id = "";
    private String rest = "";

    /** A page begins its numbers anew with each connection. */
    void reconnect() {
        series.clear();
        rest = "";
        event = "";
        toldMillis = lastMillis;
    }

    void read(String text) {
        String all = rest + text;
        int from = 0;
        for (int end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', from)) {
            line(all.substring(from, end));
            from = end + 1;
        }
        rest = all.substring(from);
    }

    private void line(String line) {
        if (line.isEmpty()) {
            dispatch();
            event = "";
            data = "";
        } else if (line.startsWith("event: ")) {
            event = line.substring(7);
        } else if (line.startsWith("data: ")) {
            data = line.substring(6);
        } else if (line.startsWith("id: ")) {
            id = line.substring(4);
        } else {
            assertThat(line).matches(": hb|retry: 1000");
        }
    }

    private void dispatch() {
        switch (event) {
            case "series" -> {
                JsonObject told = new JsonObject(data);
                Map<Integer, JsonObject> known =
                        series.computeIfAbsent(told.getInteger("query"), query -> new HashMap<>());
                for (Object each : told.getJsonArray("series")) {
                    JsonObject one = (JsonObject) each;
                    known.put(one.getInteger("id"), one.getJsonObject("labels"));
                }
            }
            case "tick" -> tick(new JsonObject(data));
            case "problem" -> problems.add(new JsonObject(data));
            case "skipped" -> {
                JsonObject told = new JsonObject(data);
                skipped.add(told);
                if (toldMillis > 0) {
                    assertThat(told.getLong("from")).isEqualTo(toldMillis + frameMillis);
                }
                toldMillis = told.getLong("to");
                assertThat(told.getLong("frames")).isEqualTo((toldMillis - told.getLong("from")) / frameMillis + 1);
            }
            case "pace" -> {
                frameMillis = new JsonObject(data).getLong("millis");
                paces.add(frameMillis);
            }
            case "alerts" -> alerts.add(data);
            case "" -> {}
            default -> throw new AssertionError("unknown event " + event);
        }
    }

    private void tick(JsonObject frame) {
        long millis = frame.getLong("t");
        assertThat(id).isEqualTo(Long.toString(millis));
        if (toldMillis > 0) {
            assertThat(millis).isEqualTo(toldMillis + frameMillis);
        }
        JsonArray v = frame.getJsonArray("v");
        for (int query = 0; query < v.size(); query++) {
            JsonArray pairs = v.getJsonArray(query);
            for (int i = 0; i < pairs.size(); i += 2) {
                assertThat(series.get(query)).containsKey(pairs.getInteger(i));
            }
        }
        toldMillis = millis;
        lastMillis = millis;
        ticks.add(millis);
        values.add(v);
    }
}
