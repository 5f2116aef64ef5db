package dev.tocsin;

import dev.tocsin.core.PromDuration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;

/** A backtest's answer for people. Stateless. */
final class BacktestReport {
    private BacktestReport() {}

    static void print(JsonObject data, PrintWriter out) {
        out.println(data.getString("from") + " to " + data.getString("to"));
        out.println("draft:    " + tally(data.getJsonObject("draft")));
        if (data.getJsonObject("inForce").getInteger("rules") == 0) {
            out.println("in force: no rule of that name");
        } else {
            out.println("in force: " + tally(data.getJsonObject("inForce")));
            out.println("change:   " + data.getJsonArray("added").size() + " firings more, "
                    + data.getJsonArray("removed").size() + " less");
        }
        if (data.getLong("failures") > 0) {
            out.println(
                    "failed:   " + data.getLong("failures") + " judgings, the last: " + data.getString("lastError"));
        }
        firings("  ", data.getJsonArray("firings"), out);
        if (data.getJsonObject("inForce").getInteger("rules") > 0) {
            firings("+ ", data.getJsonArray("added"), out);
            firings("- ", data.getJsonArray("removed"), out);
        }
        out.flush();
    }

    private static String tally(JsonObject tally) {
        return tally.getLong("firings") + " firings, "
                + PromDuration.format(Math.round(tally.getDouble("firingSeconds") * 1e3)) + " in all, "
                + tally.getLong("atNight") + " at night, " + tally.getLong("shorterThanTwoMinutes")
                + " shorter than 2 min";
    }

    private static void firings(String mark, JsonArray firings, PrintWriter out) {
        for (int i = 0; i < firings.size(); i++) {
            JsonObject firing = firings.getJsonObject(i);
            String labels = firing.getJsonObject("labels").stream()
                    .filter(label -> !label.getKey().equals("alertname"))
                    .map(BacktestReport::text)
                    .collect(Collectors.joining(", ", "{", "}"));
            out.println(mark + firing.getString("startsAt") + "  "
                    + PromDuration.format(Math.round(firing.getDouble("durationSeconds") * 1e3))
                    + (firing.containsKey("endsAt") ? "" : " and on") + "  peak " + firing.getString("peak") + "  "
                    + firing.getString("rule") + labels);
        }
    }

    private static String text(Map.Entry<String, Object> label) {
        return label.getKey() + "=\"" + label.getValue() + "\"";
    }
}
