package dev.tocsin.web;

import dev.tocsin.core.Matcher;
import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.PromNumber;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's parameters in the forms that Prometheus' API takes, and refuses them in its words. Every method
 * throws {@link ApiError} of type bad_data for a value that cannot be read. Immutable.
 */
final class QueryParameters {
    /** What stands for all of time where a request gives no bound: some 285,000 years either way. */
    static final long MAX_TIME_MILLIS = 1L << 53;

    private static final double MAX_SECONDS = MAX_TIME_MILLIS / 1e3;

    private final Function<String, List<String>> values;

    /** @param values all values of a name, empty for none */
    QueryParameters(Function<String, List<String>> values) {
        this.values = values;
    }

    /** The first value; empty where there is none. */
    String text(String name) {
        List<String> all = values.apply(name);
        return all.isEmpty() ? "" : all.getFirst();
    }

    private @Nullable String given(String name) {
        String text = text(name);
        return text.isEmpty() ? null : text;
    }

    Expr expr(String name) {
        return expr(name, text(name));
    }

    private static Expr expr(String name, String text) {
        try {
            return Promql.parse(text);
        } catch (PromqlException e) {
            throw ApiError.badParameter(name, String.valueOf(e.getMessage()));
        }
    }

    /** Each of the expressions of this name. */
    List<Expr> exprs(String name) {
        List<Expr> exprs = new ArrayList<>();
        for (String text : values.apply(name)) {
            exprs.add(expr(name, text));
        }
        return exprs;
    }

    List<String> texts(String name) {
        return values.apply(name);
    }

    /** Unix seconds with a fraction, or RFC 3339. */
    long timeMillis(String name, long otherwise) {
        String text = given(name);
        return text == null ? otherwise : parseTime(name, text);
    }

    long timeMillis(String name) {
        return parseTime(name, text(name));
    }

    /**
     * The same, or as long ago as {@code -1h} says, or {@code now}.
     *
     * @param otherwise what stands for no value, in these forms
     */
    long timeMillis(String name, String otherwise, long nowMillis) {
        String text = text(name).isEmpty() ? otherwise : text(name);
        if (text.equals("now")) {
            return nowMillis;
        }
        if (text.startsWith("-")) {
            try {
                return nowMillis - PromDuration.parseMillis(text.substring(1));
            } catch (IllegalArgumentException e) {
                // a time before 1970, or told below
            }
        }
        return parseTime(name, text);
    }

    private static long parseTime(String name, String text) {
        try {
            double seconds = PromNumber.parse(text);
            if (Math.abs(seconds) <= MAX_SECONDS) {
                return Math.round(seconds * 1e3);
            }
        } catch (NumberFormatException e) {
            try {
                OffsetDateTime time = OffsetDateTime.parse(text);
                long seconds = Math.clamp(time.toEpochSecond(), (long) -MAX_SECONDS, (long) MAX_SECONDS);
                return seconds * 1_000 + time.getNano() / 1_000_000;
            } catch (DateTimeParseException neither) {
                // told below
            }
        }
        throw ApiError.badParameter(name, "cannot parse \"" + text + "\" to a valid timestamp");
    }

    /** Seconds with a fraction, or a duration like {@code 1m30s}. */
    long durationMillis(String name) {
        return parseDuration(name, text(name));
    }

    long durationMillis(String name, long otherwise) {
        String text = given(name);
        return text == null ? otherwise : parseDuration(name, text);
    }

    private static long parseDuration(String name, String text) {
        try {
            double seconds = PromNumber.parse(text);
            if (Math.abs(seconds) <= MAX_SECONDS) {
                return Math.round(seconds * 1e3);
            }
            throw ApiError.badParameter(name, "cannot parse \"" + text + "\" to a valid duration. It overflows int64");
        } catch (NumberFormatException notSeconds) {
            try {
                return PromDuration.parseMillis(text);
            } catch (IllegalArgumentException neither) {
                throw ApiError.badParameter(name, "cannot parse \"" + text + "\" to a valid duration");
            }
        }
    }

    int whole(String name, int least, int most, int otherwise) {
        String text = text(name);
        try {
            int value = text.isEmpty() ? otherwise : Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw ApiError.badParameter(name, "must be a whole number from " + least + " to " + most);
    }

    /** A count, where 0 or none means no limit. */
    int limit(String name) {
        String text = given(name);
        try {
            int limit = text == null ? 0 : Integer.parseInt(text);
            if (limit >= 0) {
                return limit == 0 ? Integer.MAX_VALUE : limit;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw ApiError.badParameter(name, "cannot parse \"" + text + "\" to a non-negative number");
    }

    /**
     * A count of {@code /metadata}, where none, or a number below {@code least}, means no limit. (There 0 metrics may be
     * asked for, unlike elsewhere.)
     */
    int metadataLimit(String name, int least) {
        String text = given(name);
        try {
            int limit = text == null ? -1 : Integer.parseInt(text);
            return limit < least ? Integer.MAX_VALUE : limit;
        } catch (NumberFormatException e) {
            throw ApiError.badData(name + " must be a number");
        }
    }

    /** All {@code match[]} selectors; empty where there are none. */
    List<List<Matcher>> selectors() {
        List<List<Matcher>> selectors = new ArrayList<>();
        for (String text : values.apply("match[]")) {
            try {
                selectors.add(Promql.parseSelector(text));
            } catch (PromqlException e) {
                throw ApiError.badParameter("match[]", String.valueOf(e.getMessage()));
            }
        }
        return selectors;
    }
}
