package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads a stream as a page does, and complains of a gap that was not told, a double, and a number without a series. */
final class SimulatedReader {
    final List<Long> ticks = new ArrayList<>();
    final List<JsonObject> skipped = new ArrayList<>();
    final List<JsonObject> problems = new ArrayList<>();
    final List<String> alerts = new ArrayList<>();
    /** After each tick, the values of its subscription's queries: a string of id, value, id, value, … for each. */
    final List<List<String>> values = new ArrayList<>();

    private final Map<Integer, Subscribed> subscriptions = new HashMap<>();
    String connection = "";
    long lastMillis;
    long frameMillis = 1_000;
    private String event = "";
    private String data = "";
    private String id = "";
    private String rest = "";

    /** A page begins its numbers anew with each connection. */
    void reconnect() {
        subscriptions.clear();
        rest = "";
        event = "";
    }

    /** What is known of one subscription. */
    private static final class Subscribed {
        final Map<Integer, Map<Integer, JsonObject>> labels = new HashMap<>();
        final List<Map<Integer, Object>> values = new ArrayList<>();
        long toldMillis;
        boolean whole;

        Subscribed(JsonArray queries, long toldMillis) {
            queries.forEach(query -> values.add(new TreeMap<>()));
            this.toldMillis = toldMillis;
        }

        void apply(JsonObject frame) {
            if (frame.getBoolean("whole", false)) {
                whole = true;
                values.forEach(Map::clear);
            }
            assertThat(whole).as("the first tick is whole").isTrue();
            JsonObject gone = frame.getJsonObject("gone", new JsonObject());
            for (String query : gone.fieldNames()) {
                for (Object id : gone.getJsonArray(query)) {
                    Map<Integer, Object> had = values.get(Integer.parseInt(query));
                    assertThat(had).containsKey((Integer) id);
                    had.remove(id);
                }
            }
            JsonObject changed = frame.getJsonObject("v");
            for (String query : changed.fieldNames()) {
                JsonArray pairs = changed.getJsonArray(query);
                for (int i = 0; i < pairs.size(); i += 2) {
                    assertThat(labels.get(Integer.parseInt(query))).containsKey(pairs.getInteger(i));
                    values.get(Integer.parseInt(query)).put(pairs.getInteger(i), String.valueOf(pairs.getValue(i + 1)));
                }
            }
        }

        List<String> state() {
            return values.stream()
                    .map(each -> each.entrySet().stream()
                            .map(value -> value.getKey() + "," + value.getValue())
                            .collect(Collectors.joining(",")))
                    .toList();
        }
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
            case "connection" -> {
                JsonObject told = new JsonObject(data);
                connection = told.getString("name");
                frameMillis = told.getLong("millis");
                subscriptions.clear();
            }
            case "queries" -> {
                JsonObject told = new JsonObject(data);
                assertThat(subscriptions).doesNotContainKey(told.getInteger("s"));
                // What joins later begins with the newest tick, whichever that is.
                long toldMillis = subscriptions.isEmpty() ? lastMillis : 0;
                subscriptions.put(told.getInteger("s"), new Subscribed(told.getJsonArray("queries"), toldMillis));
            }
            case "series" -> {
                JsonObject told = new JsonObject(data);
                Map<Integer, JsonObject> known =
                        subscribed(told).labels.computeIfAbsent(told.getInteger("query"), query -> new HashMap<>());
                for (Object each : told.getJsonArray("series")) {
                    JsonObject one = (JsonObject) each;
                    assertThat(known.put(one.getInteger("id"), one.getJsonObject("labels")))
                            .isNull();
                }
            }
            case "tick" -> tick(new JsonObject(data));
            case "problem" -> problems.add(new JsonObject(data));
            case "skipped" -> {
                JsonObject told = new JsonObject(data);
                skipped.add(told);
                Subscribed of = subscribed(told);
                if (of.toldMillis > 0) {
                    assertThat(told.getLong("from")).isEqualTo(of.toldMillis + frameMillis);
                }
                of.toldMillis = told.getLong("to");
                assertThat(told.getLong("frames")).isEqualTo((of.toldMillis - told.getLong("from")) / frameMillis + 1);
            }
            case "alerts" -> alerts.add(data);
            case "" -> {}
            default -> throw new AssertionError("unknown event " + event);
        }
    }

    private Subscribed subscribed(JsonObject told) {
        assertThat(subscriptions).containsKey(told.getInteger("s"));
        return subscriptions.get(told.getInteger("s"));
    }

    private void tick(JsonObject frame) {
        long millis = frame.getLong("t");
        assertThat(id).isEqualTo(Long.toString(millis));
        Subscribed of = subscribed(frame);
        if (of.toldMillis > 0) {
            assertThat(millis).isEqualTo(of.toldMillis + frameMillis);
        }
        of.toldMillis = millis;
        of.apply(frame);
        lastMillis = Math.max(lastMillis, millis);
        ticks.add(millis);
        values.add(of.state());
    }
}
