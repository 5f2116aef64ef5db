package dev.tocsin.web;

import dev.tocsin.core.Distribution;
import org.jspecify.annotations.Nullable;

/** Writes a {@code tick} event: only queries that have something to tell are in it. Confined to its caller. */
final class TickEvent {
    private final StringBuilder values = new StringBuilder();
    private final StringBuilder gone = new StringBuilder();
    private int valuesOf = -1;
    private int goneOf = -1;

    /** @param distribution the value, where it is no number; null where it is */
    void value(int query, int id, double number, @Nullable Distribution distribution) {
        valuesOf = begin(values, query, valuesOf);
        values.append(id).append(',');
        if (distribution == null) {
            JsonText.appendNumber(values, number);
        } else {
            DistributionText.append(values, distribution);
        }
    }

    void gone(int query, int id) {
        goneOf = begin(gone, query, goneOf);
        gone.append(id);
    }

    /** Begins the query's array, or goes on in it. */
    private static int begin(StringBuilder out, int query, int before) {
        if (query == before) {
            out.append(',');
        } else {
            out.append(before < 0 ? "\"" : "],\"").append(query).append("\":[");
        }
        return query;
    }

    EventBytes bytes(int subscription, long tickMillis, boolean whole) {
        StringBuilder out = new StringBuilder(96 + values.length() + gone.length())
                .append("event: tick\nid: ")
                .append(tickMillis)
                .append("\ndata: {\"s\":")
                .append(subscription)
                .append(",\"t\":")
                .append(tickMillis)
                .append(whole ? ",\"whole\":true,\"v\":{" : ",\"v\":{")
                .append(values)
                .append(valuesOf < 0 ? "}" : "]}");
        if (goneOf >= 0) {
            out.append(",\"gone\":{").append(gone).append("]}");
        }
        return EventBytes.of(out.append("}\n\n"));
    }

    static EventBytes whole(long tickMillis, Frame.State state) {
        TickEvent event = new TickEvent();
        for (int query = 0; query < state.queries().size(); query++) {
            Frame.Values values = state.queries().get(query);
            for (int i = 0; i < values.ids().length; i++) {
                event.value(
                        query,
                        values.ids()[i],
                        values.numbers()[i],
                        values.distributions().get(i));
            }
        }
        return event.bytes(state.subscription(), tickMillis, true);
    }
}
