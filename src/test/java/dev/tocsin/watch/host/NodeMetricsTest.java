package dev.tocsin.watch.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeMetricsTest {
    private static final Path NODE_EXPORTER = Path.of("/usr/bin/prometheus-node-exporter");
    private static final Pattern LINE = Pattern.compile("([a-zA-Z0-9_:]+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z0-9_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final String UPSTREAM_MOUNTS =
            "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)";

    /** Collectors that ours has not: their metrics, as they begin. */
    private static final Pattern LEFT_OUT = Pattern.compile("(go|process|promhttp)_.*|node_(disk_(info|ata|device)"
            + "|exporter|nf_conntrack_stat|os_version|scrape|selinux|textfile|timex|time_(clocksource|zone)|udp_queues"
            + "|network_(address_assign_type|device_id|dormant|flags|iface|name_assign_type|net_dev_group"
            + "|protocol_type|receive_nohandler)|schedstat|cpu_(scaling|frequency|core|package)"
            + "|cooling|power|dmi|hwmon_(chip|sensor|temp_(crit|max)|[^t])|edac|mdadm|xfs|btrfs|zfs|rapl|nvme|bonding"
            + "|netstat_(Icmp6?_InErrors|UdpLite)).*");

    private final Map<String, Double> recorded = new TreeMap<>();
    private final List<String> ended = new ArrayList<>();
    private final SampleRecorder recorder = new SampleRecorder() {
        @Override
        public void append(Labels labels, long timeMillis, double value) {
            assertThat(labels.get("job")).isEqualTo("node");
            assertThat(labels.get("instance")).isEqualTo("db1");
            recorded.put(labels.with("job", null).with("instance", null).toString(), value);
        }

        @Override
        public void append(Labels labels, long timeMillis, Distribution value) {
            throw new AssertionError("node_exporter has no distributions");
        }

        @Override
        public void markStale(Labels labels, long timeMillis) {
            ended.add(labels.metricName());
        }
    };

    @Test
    void whatNodeExporterSaysIsSaidHereToo() throws Exception {
        assumeTrue(
                Files.isExecutable(NODE_EXPORTER) || "true".equals(System.getenv("CI")),
                "Debian's prometheus-node-exporter is not installed");
        int port = freePort();
        // With upstream's choice of devices: Debian's build leaves out what is mounted below /mnt, and the loopback.
        Process exporter = new ProcessBuilder(
                        NODE_EXPORTER.toString(),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--collector.filesystem.mount-points-exclude=" + UPSTREAM_MOUNTS,
                        "--collector.netdev.device-exclude=^$")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Map<String, Double> before = metrics(port);
            new NodeMetrics(SystemFiles.ofThisMachine(), "db1", recorder).read(System.currentTimeMillis(), true);
            Map<String, Double> after = metrics(port);

            assertThat(missing(before))
                    .as("series of node_exporter that are not here")
                    .isEmpty();
            assertThat(invented(before)).as("series that node_exporter has not").isEmpty();
            assertThat(unlike(before, after)).as("values").isEmpty();
        } finally {
            exporter.destroyForcibly();
        }
    }

    private TreeSet<String> missing(Map<String, Double> theirs) {
        TreeSet<String> missing = new TreeSet<>(theirs.keySet());
        missing.removeAll(recorded.keySet());
        missing.removeIf(series -> LEFT_OUT.matcher(series).matches() || isLabelled(series, "node_os_info"));
        return missing;
    }

    /** Where the exporter's collectors for it are off, or it leaves zeros out: nothing to compare with. */
    private TreeSet<String> invented(Map<String, Double> theirs) {
        TreeSet<String> invented = new TreeSet<>(recorded.keySet());
        invented.removeAll(theirs.keySet());
        invented.removeIf(series -> isLabelled(series, "node_os_info"));
        return invented;
    }

    private static boolean isLabelled(String series, String metric) {
        return series.startsWith(metric + "{");
    }

    /** Totals lie between two readings of theirs; what never changes is the same. */
    private TreeSet<String> unlike(Map<String, Double> before, Map<String, Double> after) {
        TreeSet<String> unlike = new TreeSet<>();
        recorded.forEach((series, value) -> {
            Double first = before.get(series);
            Double last = after.get(series);
            if (first == null || last == null) {
                return;
            }
            boolean isTotal = series.contains("_total") && last >= first;
            boolean isFixed = first.equals(last)
                    && series.matches("node_(memory_(MemTotal|SwapTotal)|filesystem_(size|files\\b)|network_mtu).*");
            // Between two processes' looks at a clock that ticks a hundred times a second, and through a float.
            double noise = 0.02 + Math.abs(first) * 1e-9;
            if (isTotal && (value < first - noise || value > last + noise)
                    || isFixed && Math.abs(value - first) > noise) {
                unlike.add(series + ": " + first + " <= " + value + " <= " + last);
            }
        });
        return unlike;
    }

    @Test
    void aSeriesThatIsGoneEnds(@TempDir Path root) throws Exception {
        Files.createDirectories(root.resolve("proc/net"));
        Path interfaces = root.resolve("proc/net/dev");
        NodeMetrics metrics = new NodeMetrics(new SystemFiles(root), "db1", recorder);
        Files.writeString(interfaces, "head\n eth0: 10 2 0 0 0 0 0 0 20 3 0 0 0 0 0 0\n");
        metrics.read(1_000, false);
        assertThat(recorded)
                .containsEntry("node_network_receive_bytes_total{device=\"eth0\"}", 10.0)
                .containsEntry("node_network_transmit_packets_total{device=\"eth0\"}", 3.0);

        Files.writeString(interfaces, "head\n");
        metrics.read(2_000, false);

        assertThat(ended).hasSize(16).contains("node_network_receive_bytes_total");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Map<String, Double> metrics(int port) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                    .build();
            for (int attempt = 0; ; attempt++) {
                try {
                    return parse(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body());
                } catch (java.net.ConnectException e) {
                    // It is starting; there is no other sign of when it listens.
                    assertThat(attempt).as("attempts to reach node_exporter").isLessThan(600);
                    Thread.sleep(100);
                }
            }
        }
    }

    private static Map<String, Double> parse(String text) {
        Map<String, Double> values = new TreeMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            Labels labels = Labels.of(Labels.NAME, matcher.group(1));
            if (matcher.group(2) != null) {
                Matcher label = LABEL.matcher(matcher.group(2));
                while (label.find()) {
                    labels = labels.with(label.group(1), label.group(2));
                }
            }
            values.put(labels.toString(), Double.parseDouble(matcher.group(3)));
        });
        return values;
    }
}
