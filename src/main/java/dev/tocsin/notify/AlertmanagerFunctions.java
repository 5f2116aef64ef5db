package dev.tocsin.notify;

import dev.tocsin.template.Arguments;
import dev.tocsin.template.Function;
import dev.tocsin.template.FunctionException;
import dev.tocsin.template.GoDuration;
import dev.tocsin.template.GoTime;
import dev.tocsin.template.Humanize;
import dev.tocsin.template.Markup;
import dev.tocsin.template.TextFunctions;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The functions that Alertmanager adds to Go's for the templates of messages. Stateless. */
final class AlertmanagerFunctions {
    private static final Map<String, Function> PURE = Map.ofEntries(
            Map.entry("trimSpace", a -> text(a).strip()),
            Map.entry("join", AlertmanagerFunctions::join),
            Map.entry("safeHtml", a -> new Markup(text(a))),
            // Still escaped in HTML: it says that the scheme is meant, which links to anything but the web are not let
            // through for.
            Map.entry("safeUrl", a -> text(a)),
            Map.entry("urlUnescape", AlertmanagerFunctions::urlUnescape),
            Map.entry("stringSlice", AlertmanagerFunctions::stringSlice),
            Map.entry("date", a -> {
                a.count(2);
                return time(a, 1).format(a.string(0));
            }),
            Map.entry("tz", AlertmanagerFunctions::inZone),
            Map.entry("humanizeDuration", AlertmanagerFunctions::humanizeDuration),
            Map.entry("list", a -> List.copyOf(a.values())),
            Map.entry("append", AlertmanagerFunctions::append),
            Map.entry("dict", AlertmanagerFunctions::dictionary),
            Map.entry("toJson", a -> {
                a.count(1);
                return TemplateJson.of(a.get(0));
            }));

    /** All of them, for the parser. */
    static final Set<String> NAMES = names();

    private AlertmanagerFunctions() {}

    private static Set<String> names() {
        Set<String> names = new HashSet<>(PURE.keySet());
        names.addAll(TextFunctions.ALL.keySet());
        names.add("since");
        return Set.copyOf(names);
    }

    /** @param now what {@code since} counts to */
    static Map<String, Function> at(Instant now) {
        Map<String, Function> all = new HashMap<>(PURE);
        all.putAll(TextFunctions.ALL);
        all.put("since", a -> {
            a.count(1);
            return new GoDuration(Duration.between(time(a, 0).instant(), now).toMillis() * 1_000_000);
        });
        return all;
    }

    private static String text(Arguments a) throws FunctionException {
        a.count(1);
        return a.string(0);
    }

    private static GoTime time(Arguments a, int i) throws FunctionException {
        return a.expect(i, GoTime.class, "time.Time");
    }

    private static Object join(Arguments a) throws FunctionException {
        a.count(2);
        List<?> parts = a.expect(1, List.class, "[]string");
        return parts.stream().map(String::valueOf).collect(Collectors.joining(a.string(0)));
    }

    private static Object stringSlice(Arguments a) throws FunctionException {
        for (int i = 0; i < a.size(); i++) {
            a.string(i);
        }
        return List.copyOf(a.values());
    }

    private static Object append(Arguments a) throws FunctionException {
        a.atLeast(1);
        List<?> list = a.expect(0, List.class, "[]interface {}");
        List<Object> all = new ArrayList<>(list);
        all.addAll(a.values().subList(1, a.size()));
        return List.copyOf(all);
    }

    private static Object dictionary(Arguments a) throws FunctionException {
        if (a.size() % 2 != 0) {
            throw new FunctionException("invalid dict call");
        }
        Map<String, Object> entries = new TreeMap<>();
        for (int i = 0; i < a.size(); i += 2) {
            if (!(a.get(i) instanceof String key)) {
                throw new FunctionException("dict keys must be strings");
            }
            entries.put(key, a.get(i + 1));
        }
        return Collections.unmodifiableMap(entries);
    }

    private static Object urlUnescape(Arguments a) throws FunctionException {
        try {
            return URLDecoder.decode(text(a), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new FunctionException("invalid URL escape");
        }
    }

    private static Object inZone(Arguments a) throws FunctionException {
        a.count(2);
        try {
            return new GoTime(time(a, 1).instant(), ZoneId.of(a.string(0)));
        } catch (DateTimeException e) {
            throw new FunctionException("unknown time zone " + a.string(0));
        }
    }

    private static Object humanizeDuration(Arguments a) throws FunctionException {
        a.count(1);
        return Humanize.duration(a.get(0) instanceof GoDuration d ? d.nanos() / 1e9 : a.number(0));
    }
}
