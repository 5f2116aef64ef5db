package dev.tocsin.watch.scrape;

import dev.tocsin.core.Labels;
import dev.tocsin.core.PromDuration;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What relabelling makes of an address that was found: a target to scrape, one that is dropped, or one that can't be.
 * Immutable. (Prometheus, {@code scrape.PopulateLabels}.)
 *
 * @param discovered labels before relabelling, what discovery says of it among them
 * @param labels that its series bear; empty where it is not scraped
 * @param uri what is asked; null where it is not scraped
 * @param problem why it can't be scraped, for people; empty where it can, or was dropped
 */
record Target(
        Labels discovered, Labels labels, @Nullable URI uri, long intervalMillis, long timeoutMillis, String problem) {
    private static final String ADDRESS = "__address__";
    private static final String SCHEME = "__scheme__";
    private static final String METRICS_PATH = "__metrics_path__";
    private static final String INTERVAL = "__scrape_interval__";
    private static final String TIMEOUT = "__scrape_timeout__";
    private static final String PARAM = "__param_";
    private static final String RESERVED = "__";

    static Target of(ScrapeJob job, String address, Labels group) {
        Map<String, String> labels = new TreeMap<>(group.toMap());
        labels.put(ADDRESS, address);
        labels.putIfAbsent("job", job.name());
        labels.putIfAbsent(INTERVAL, PromDuration.format(job.intervalMillis()));
        labels.putIfAbsent(TIMEOUT, PromDuration.format(job.timeoutMillis()));
        labels.putIfAbsent(METRICS_PATH, job.metricsPath());
        labels.putIfAbsent(SCHEME, job.scheme());
        job.params().forEach((name, values) -> {
            if (!values.isEmpty()) {
                labels.put(PARAM + name, values.getFirst());
            }
        });
        Labels discovered = Labels.of(labels);
        Labels relabelled = Relabeling.apply(job.relabelings(), discovered);
        if (relabelled == null) {
            return new Target(discovered, Labels.EMPTY, null, 0, 0, "");
        }
        try {
            return scraped(job, discovered, relabelled);
        } catch (IllegalArgumentException e) {
            return new Target(discovered, Labels.EMPTY, null, 0, 0, String.valueOf(e.getMessage()));
        }
    }

    private static Target scraped(ScrapeJob job, Labels discovered, Labels relabelled) {
        String scheme = relabelled.get(SCHEME);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("invalid scheme \"" + scheme + "\", it must be http or https");
        }
        String address = withPort(relabelled.get(ADDRESS), scheme);
        long interval = duration(relabelled.get(INTERVAL), "interval");
        long timeout = duration(relabelled.get(TIMEOUT), "timeout");
        if (timeout > interval) {
            throw new IllegalArgumentException("scrape timeout cannot be greater than scrape interval ("
                    + relabelled.get(TIMEOUT) + " > " + relabelled.get(INTERVAL) + ")");
        }
        URI uri = URI.create(scheme + "://" + address + path(relabelled.get(METRICS_PATH)) + query(job, relabelled));
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("\"" + address + "\" is not a valid hostname");
        }
        Labels own = relabelled.filter(name -> !name.startsWith(RESERVED));
        return new Target(
                discovered, own.has("instance") ? own : own.with("instance", address), uri, interval, timeout, "");
    }

    private static String withPort(String address, String scheme) {
        if (address.isEmpty()) {
            throw new IllegalArgumentException("no address");
        }
        if (address.indexOf('/') >= 0) {
            throw new IllegalArgumentException("\"" + address + "\" is not a valid hostname");
        }
        boolean hasPort = address.lastIndexOf(':') > address.lastIndexOf(']')
                && (address.startsWith("[") || address.indexOf(':') == address.lastIndexOf(':'));
        if (hasPort) {
            return address;
        }
        boolean bareIpv6 = address.indexOf(':') >= 0 && !address.startsWith("[");
        return (bareIpv6 ? "[" + address + "]" : address) + (scheme.equals("https") ? ":443" : ":80");
    }

    private static long duration(String text, String what) {
        long millis;
        try {
            millis = PromDuration.parseMillis(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("error parsing scrape " + what + ": " + e.getMessage(), e);
        }
        if (millis == 0) {
            throw new IllegalArgumentException("scrape " + what + " cannot be 0");
        }
        return millis;
    }

    private static String path(String path) {
        return path.startsWith("/") || path.isEmpty() ? path : "/" + path;
    }

    private static String query(ScrapeJob job, Labels labels) {
        Map<String, List<String>> params = new TreeMap<>(job.params());
        labels.forEach((name, value) -> {
            if (name.startsWith(PARAM)) {
                params.merge(name.substring(PARAM.length()), List.of(value), Target::withFirst);
            }
        });
        StringBuilder query = new StringBuilder();
        params.forEach((name, values) -> values.forEach(value -> query.append(query.isEmpty() ? '?' : '&')
                .append(encoded(name))
                .append('=')
                .append(encoded(value))));
        return query.toString();
    }

    private static List<String> withFirst(List<String> values, List<String> first) {
        return values.isEmpty()
                ? first
                : java.util.stream.Stream.concat(first.stream(), values.stream().skip(1))
                        .toList();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    boolean isScraped() {
        return uri != null;
    }
}
