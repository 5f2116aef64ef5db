package dev.tocsin.config;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.watch.scrape.Discovery;
import dev.tocsin.watch.scrape.Relabeling;
import dev.tocsin.watch.scrape.ScrapeJob;
import dev.tocsin.watch.scrape.ScrapeLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code scrape.yaml}: {@code global} and {@code scrape_configs} of Prometheus' file. */
public final class ScrapeFile {
    private static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final int MOST_JOBS = 1_000;

    private static final Set<String> KEYS = Set.of("global", "scrape_configs");
    private static final Map<String, String> ELSEWHERE = Map.of(
            "rule_files", "rules lie in the folder rules of the configuration",
            "alerting", "Tocsin tells people itself: see alertmanager.yaml",
            "remote_write", "history is kept in PostgreSQL: see storage.uri in tocsin.yaml",
            "remote_read", "history is kept in PostgreSQL: see storage.uri in tocsin.yaml",
            "storage", "see storage in tocsin.yaml",
            "tracing", "there are no traces",
            "scrape_config_files", "write the jobs into this file");
    private static final Set<String> GLOBAL_KEYS = Set.of("scrape_interval", "scrape_timeout", "evaluation_interval");
    private static final Map<String, String> GLOBAL_ELSEWHERE = Map.of(
            "external_labels", "they tell Prometheus servers apart that write to one store; give labels to the targets",
            "query_log_file", "see query.slow in tocsin.yaml");
    private static final Set<String> JOB_KEYS = Set.of(
            "job_name",
            "scrape_interval",
            "scrape_timeout",
            "metrics_path",
            "params",
            "scheme",
            "honor_labels",
            "honor_timestamps",
            "static_configs",
            "file_sd_configs",
            "http_sd_configs",
            "dns_sd_configs",
            "relabel_configs",
            "metric_relabel_configs",
            "sample_limit",
            "label_limit",
            "label_name_length_limit",
            "label_value_length_limit",
            "target_limit",
            "body_size_limit");
    private static final Set<String> ALL_JOB_KEYS =
            Stream.concat(JOB_KEYS.stream(), AlertmanagerHttp.KEYS.stream()).collect(Collectors.toUnmodifiableSet());

    private final AlertmanagerHttp http;
    private final DiscoveryReader discoveries;

    private ScrapeFile(Path folder, Map<String, String> environment) {
        http = new AlertmanagerHttp(folder, environment);
        discoveries = new DiscoveryReader(folder, http);
    }

    /**
     * The jobs of a file.
     *
     * @param folder where relative paths begin
     * @param environment for {@code ${NAME}}, and where proxies may be named
     */
    public static List<ScrapeJob> parse(ConfigText text, Path folder, Map<String, String> environment)
            throws ConfigException {
        YamlNode root = YamlNode.parse(text.name(), text.text()).withEnvironment(environment);
        return new ScrapeFile(folder, environment).read(root);
    }

    private List<ScrapeJob> read(YamlNode root) throws ConfigException {
        Map<String, YamlNode> keys = known(root, KEYS, ELSEWHERE);
        Map<String, YamlNode> global =
                keys.containsKey("global") ? known(keys.get("global"), GLOBAL_KEYS, GLOBAL_ELSEWHERE) : Map.of();
        if (global.containsKey("evaluation_interval")) {
            // Read for its shape: rules are judged at every tick.
            global.get("evaluation_interval").asDuration();
        }
        Duration interval = duration(global, "scrape_interval", DEFAULT_INTERVAL);
        Duration timeout = global.containsKey("scrape_timeout")
                ? duration(global, "scrape_timeout", DEFAULT_TIMEOUT)
                : shorter(DEFAULT_TIMEOUT, interval);
        if (timeout.compareTo(interval) > 0) {
            throw global.getOrDefault("scrape_timeout", root)
                    .error("global scrape timeout greater than scrape interval");
        }
        List<ScrapeJob> jobs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode node :
                keys.containsKey("scrape_configs") ? keys.get("scrape_configs").asList() : List.<YamlNode>of()) {
            ScrapeJob job = job(node, interval, timeout);
            if (!names.add(job.name())) {
                throw node.error("a job \"" + job.name() + "\" stands above already; names must be unique");
            }
            if (names.size() > MOST_JOBS) {
                throw node.error("more than " + MOST_JOBS + " jobs, which is the most allowed");
            }
            jobs.add(job);
        }
        return jobs;
    }

    /** The keys of a mapping; of one that has its place elsewhere is told where. */
    static Map<String, YamlNode> known(YamlNode node, Set<String> keys, Map<String, String> elsewhere)
            throws ConfigException {
        for (Map.Entry<String, YamlNode> entry : node.asMap().entrySet()) {
            String place = elsewhere.get(entry.getKey());
            if (place != null) {
                throw entry.getValue().error("has no place here: " + place);
            }
        }
        return node.asMap(keys);
    }

    private ScrapeJob job(YamlNode node, Duration globalInterval, Duration globalTimeout) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(ALL_JOB_KEYS);
        String name = AlertmanagerFile.required(node, keys, "job_name").asString();
        if (name.isEmpty()) {
            throw node.error("job_name is empty");
        }
        Duration interval = duration(keys, "scrape_interval", globalInterval);
        Duration timeout = duration(keys, "scrape_timeout", shorter(globalTimeout, interval));
        if (timeout.compareTo(interval) > 0) {
            throw keys.getOrDefault("scrape_timeout", node)
                    .error("scrape timeout greater than scrape interval for scrape config with job name \"" + name
                            + "\"");
        }
        HttpClientSettings client = http.settings(node, keys);
        List<Discovery> found = discoveries.read(keys);
        return new ScrapeJob(
                name,
                interval.toMillis(),
                timeout.toMillis(),
                keys.containsKey("scheme")
                        ? AlertmanagerFile.oneOf(keys.get("scheme"), "scheme", Set.of("http", "https"))
                        : "http",
                keys.containsKey("metrics_path") ? keys.get("metrics_path").asString() : "/metrics",
                params(keys.get("params")),
                is(keys, "honor_labels", false),
                is(keys, "honor_timestamps", true),
                client,
                found,
                relabelings(keys.get("relabel_configs")),
                relabelings(keys.get("metric_relabel_configs")),
                new ScrapeLimits(
                        limit(keys, "sample_limit"),
                        limit(keys, "label_limit"),
                        limit(keys, "label_name_length_limit"),
                        limit(keys, "label_value_length_limit"),
                        limit(keys, "target_limit"),
                        keys.containsKey("body_size_limit") ? bytes(keys.get("body_size_limit")) : 0));
    }

    private static List<Relabeling> relabelings(@Nullable YamlNode node) throws ConfigException {
        List<Relabeling> all = new ArrayList<>();
        for (YamlNode each : node == null ? List.<YamlNode>of() : node.asList()) {
            all.add(RelabelingReader.read(each));
        }
        return all;
    }

    private static Map<String, List<String>> params(@Nullable YamlNode node) throws ConfigException {
        Map<String, List<String>> params = new LinkedHashMap<>();
        for (Map.Entry<String, YamlNode> param :
                (node == null ? Map.<String, YamlNode>of() : node.asMap()).entrySet()) {
            List<String> values = new ArrayList<>();
            for (YamlNode value : param.getValue().asList()) {
                values.add(value.asString());
            }
            params.put(param.getKey(), values);
        }
        return params;
    }

    private static boolean is(Map<String, YamlNode> keys, String key, boolean otherwise) throws ConfigException {
        return keys.containsKey(key) ? keys.get(key).asBoolean() : otherwise;
    }

    private static int limit(Map<String, YamlNode> keys, String key) throws ConfigException {
        return keys.containsKey(key) ? (int) keys.get(key).asLong(0, Integer.MAX_VALUE) : 0;
    }

    /** As Prometheus writes sizes: 512KB, 10MiB, 2GB, in powers of 1,024; a number alone is bytes. */
    private static long bytes(YamlNode node) throws ConfigException {
        String text = node.asString().strip();
        int units = 0;
        while (units < text.length() && Character.isDigit(text.charAt(units))) {
            units++;
        }
        String unit = text.substring(units).strip();
        int power = List.of("", "K", "M", "G", "T").indexOf(unit.replaceFirst("i?B$", ""));
        if (units == 0 || units > 12 || power < 0) {
            throw node.error("expected a size like 512KB or 10MB, found \"" + text + "\"");
        }
        return Long.parseLong(text.substring(0, units)) << 10 * power;
    }

    /** At least 100 ms; one that is 0 is as not given. */
    static Duration duration(Map<String, YamlNode> keys, String key, Duration otherwise) throws ConfigException {
        YamlNode node = keys.get(key);
        if (node == null || node.asDuration().isZero()) {
            return otherwise;
        }
        if (node.asDuration().compareTo(SHORTEST) < 0) {
            throw node.error("must be at least " + SHORTEST.toMillis() + "ms");
        }
        return node.asDuration();
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
