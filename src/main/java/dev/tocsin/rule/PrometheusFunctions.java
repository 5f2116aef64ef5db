package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.promql.Value;
import dev.tocsin.template.Arguments;
import dev.tocsin.template.Function;
import dev.tocsin.template.FunctionException;
import dev.tocsin.template.GoDuration;
import dev.tocsin.template.GoFormat;
import dev.tocsin.template.GoTime;
import dev.tocsin.template.Humanize;
import dev.tocsin.template.Struct;
import dev.tocsin.template.TextFunctions;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions that Prometheus adds to Go's for the templates of rules. Stateless. */
final class PrometheusFunctions {
    /** Those that need nothing but their arguments. */
    private static final Map<String, Function> PURE = Map.ofEntries(
            Map.entry("first", PrometheusFunctions::first),
            Map.entry("label", a -> sample(a, 1, 2).labels().get(a.string(0))),
            Map.entry("value", a -> sample(a, 0, 1).value()),
            Map.entry("strvalue", a -> sample(a, 0, 1).labels().get("__value__")),
            Map.entry("sortByLabel", PrometheusFunctions::sortByLabel),
            Map.entry("args", PrometheusFunctions::args),
            Map.entry("safeHtml", a -> text(a)),
            Map.entry("graphLink", a -> "/graph?g0.expr=" + escape(text(a)) + "&g0.tab=0"),
            Map.entry("tableLink", a -> "/graph?g0.expr=" + escape(text(a)) + "&g0.tab=1"),
            Map.entry("urlQueryEscape", a -> escape(text(a))),
            Map.entry("stripPort", a -> HostNames.stripPort(text(a))),
            Map.entry("stripDomain", a -> HostNames.stripDomain(text(a))),
            Map.entry("humanize", a -> Humanize.number(number(a))),
            Map.entry("humanize1024", a -> Humanize.number1024(number(a))),
            Map.entry("humanizeDuration", a -> Humanize.duration(number(a))),
            Map.entry("humanizePercentage", a -> Humanize.percentage(number(a))),
            Map.entry("humanizeTimestamp", a -> {
                double v = number(a);
                return Double.isFinite(v) ? time(v).toString() : GoFormat.general(v, 4);
            }),
            Map.entry("toTime", a -> time(number(a))),
            Map.entry("toDuration", a -> new GoDuration((long) (number(a) * 1e9)).toString()),
            Map.entry("parseDuration", a -> {
                try {
                    return PromDuration.parseMillis(text(a)) / 1000.0;
                } catch (IllegalArgumentException e) {
                    throw new FunctionException(String.valueOf(e.getMessage()));
                }
            }));

    /** All of them, for the parser. */
    static final Set<String> NAMES = names();

    private PrometheusFunctions() {}

    private static Set<String> names() {
        Set<String> names = new HashSet<>(PURE.keySet());
        names.addAll(TextFunctions.ALL.keySet());
        names.addAll(List.of("query", "now", "pathPrefix", "externalURL"));
        return Set.copyOf(names);
    }

    static Map<String, Function> of(RuleTemplate.Context context) {
        Map<String, Function> all = new HashMap<>(PURE);
        all.putAll(TextFunctions.ALL);
        all.put("query", a -> query(a, context));
        all.put("now", a -> context.timeMillis() / 1000.0);
        all.put("externalURL", a -> context.settings().externalUrl());
        all.put("pathPrefix", a -> URI.create(context.settings().externalUrl()).getPath());
        return all;
    }

    /** One element of a query's result, as a template sees it. */
    private record Sample(Labels labels, Object value) implements Struct {
        @Override
        public @Nullable Object member(String name, List<Object> arguments) {
            return switch (name) {
                case "Labels" -> labels;
                case "Value" -> value;
                default -> null;
            };
        }

        @Override
        public String typeName() {
            return "*template.sample";
        }

        @Override
        public String toString() {
            return "{" + GoFormat.value(labels) + " " + GoFormat.value(value) + "}";
        }
    }

    private static Object query(Arguments a, RuleTemplate.Context context) throws FunctionException {
        a.count(1);
        try {
            Value value = context.queries().at(Promql.parse(a.string(0)), context.timeMillis());
            return switch (value) {
                case Value.VectorValue vector ->
                    vector.samples().stream()
                            .map(s -> new Sample(s.labels(), s.distribution() == null ? s.value() : s.distribution()))
                            .toList();
                case Value.ScalarValue scalar -> List.of(new Sample(Labels.EMPTY, scalar.value()));
                default -> throw new FunctionException("query result is not a vector or scalar");
            };
        } catch (PromqlException e) {
            throw new FunctionException(String.valueOf(e.getMessage()));
        }
    }

    private static Object first(Arguments a) throws FunctionException {
        a.count(1);
        List<?> list = a.expect(0, List.class, "template.queryResult");
        if (list.isEmpty()) {
            throw new FunctionException("first() called on vector with no elements");
        }
        return list.getFirst();
    }

    private static Sample sample(Arguments a, int i, int count) throws FunctionException {
        a.count(count);
        return a.expect(i, Sample.class, "*template.sample");
    }

    private static Object sortByLabel(Arguments a) throws FunctionException {
        a.count(2);
        String label = a.string(0);
        List<Sample> sorted = new ArrayList<>();
        for (Object item : a.expect(1, List.class, "template.queryResult")) {
            if (item instanceof Sample sample) {
                sorted.add(sample);
            }
        }
        sorted.sort(Comparator.comparing(sample -> sample.labels().get(label)));
        return sorted;
    }

    private static Object args(Arguments a) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (Object value : a.values()) {
            named.put("arg" + named.size(), value);
        }
        return named;
    }

    private static String text(Arguments a) throws FunctionException {
        a.count(1);
        return a.string(0);
    }

    private static double number(Arguments a) throws FunctionException {
        a.count(1);
        return a.number(0);
    }

    private static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static GoTime time(double seconds) throws FunctionException {
        if (!Double.isFinite(seconds)) {
            throw new FunctionException("value is NaN or Inf");
        }
        double nanos = seconds * 1e9;
        if (Math.abs(nanos) > Long.MAX_VALUE) {
            throw new FunctionException(GoFormat.value(seconds)
                    + " cannot be represented as a nanoseconds timestamp since it overflows int64");
        }
        return new GoTime(Instant.ofEpochMilli(new BigDecimal(nanos).longValue() / 1_000_000));
    }
}
