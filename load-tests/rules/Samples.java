import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * 100,000 series with a new value each second, and 1,000 rules over them, for a server that scrapes and for one that is
 * pushed to. Both see the same values in the same second.
 *
 * <pre>
 *   java load-tests/rules/Samples.java rules FILE [distributions]    writes the rules, in groups of 100 judged each second
 *   java load-tests/rules/Samples.java scrape                        serves /metrics; prints "port N"
 *   java load-tests/rules/Samples.java push UDP_PORT [distributions] sends DogStatsD, spread over each second
 * </pre>
 *
 * Each rule reads 100 series, ten of each of ten hosts: 600 compare gauges, 300 {@code sum by (host)
 * (rate(counter[5m]))}, 100 the 99th percentile of classic buckets, or of distributions with one observation a second.
 * One rule in ten fires, for one series or host.
 */
public final class Samples {
    private static final int GAUGE_RULES = 600;
    private static final int COUNTER_RULES = 300;
    private static final int RULES = 1_000;
    private static final int GROUP = 100;
    private static final int HOSTS = 10;
    private static final int SERIES_A_HOST = 10;
    private static final int SERIES_A_RULE = HOSTS * SERIES_A_HOST;
    private static final String[] BOUNDS = {"0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"};
    private static final int PACKET_BYTES = 1_400;
    /** The part of each second in which packets leave. */
    private static final long SPREAD_NANOS = 800_000_000L;

    /** Added to a counter, observed by a distribution, or the value of a gauge. */
    private interface Values {
        double of(long second, int rule, int host, int i);
    }

    private Samples() {}

    public static void main(String[] args) throws Exception {
        boolean distributions = args.length > 0 && args[args.length - 1].equals("distributions");
        switch (args.length > 0 ? args[0] : "") {
            case "rules" -> Files.writeString(Path.of(args[1]), rules(distributions));
            case "scrape" -> scrape();
            case "push" -> push(Integer.parseInt(args[1]), distributions);
            default -> {
                System.err.println("usage: java Samples.java rules FILE [distributions] | scrape | push UDP_PORT"
                        + " [distributions]");
                System.exit(2);
            }
        }
    }

    private static String rules(boolean distributions) {
        StringBuilder out = new StringBuilder("groups:\n");
        for (int rule = 0; rule < RULES; rule++) {
            if (rule % GROUP == 0) {
                out.append("- name: g").append(rule / GROUP).append("\n  interval: 1s\n  rules:\n");
            }
            out.append("  - {alert: Rule").append(rule).append(", expr: '").append(expression(rule, distributions));
            out.append("'}\n");
        }
        return out.toString();
    }

    private static String expression(int rule, boolean distributions) {
        if (rule < GAUGE_RULES) {
            return "g_" + rule + " > 95";
        }
        if (rule < GAUGE_RULES + COUNTER_RULES) {
            return "sum by (host) (rate(c_" + rule + "_total[5m])) > 1000";
        }
        return distributions
                ? "histogram_quantile(0.99, rate(d_" + rule + "[5m])) > 990"
                : "histogram_quantile(0.99, sum by (le) (rate(b_" + rule + "_bucket[5m]))) > 4.9";
    }

    private static Values values(int rule, boolean distributions) {
        if (rule < GAUGE_RULES) {
            return (s, r, host, i) -> isHigh(r, host) && i == 0 ? 96 + noise(s, r, host, i) / 1e3 : noise(s, r, host, i) / 11.0;
        }
        if (rule < GAUGE_RULES + COUNTER_RULES) {
            return (s, r, host, i) -> isHigh(r, host) ? 200 + noise(s, r, host, i) : noise(s, r, host, i) / 11;
        }
        if (distributions) {
            return (s, r, host, i) ->
                    isHigh(r, host) && i == 0 ? 1_000 + noise(s, r, host, i) : 1 + noise(s, r, host, i) * 0.9;
        }
        // Each bound counts what the one below does, and more. Most is below 1, but where high.
        return (s, r, host, i) -> 30 + Math.min(i, 6) * 3L + s % 3 + (isHigh(r, host) && i == 9 ? 1_000 : 0);
    }

    private static boolean isHigh(int rule, int host) {
        return rule % 10 == 0 && host == 0;
    }

    /** From 0 to 999. */
    private static long noise(long second, int rule, int host, int i) {
        return Math.floorMod((second * 31 + rule * 7L + host * 13L + i) * 2_654_435_761L >>> 7, 1_000);
    }

    private static boolean isCumulative(int rule) {
        return rule >= GAUGE_RULES;
    }

    /** Up to the value: the name and labels in one of the two forms. */
    private static byte[] key(int rule, int host, int i, boolean distributions, boolean prometheus) {
        String name = rule < GAUGE_RULES
                ? "g_" + rule
                : rule < GAUGE_RULES + COUNTER_RULES
                        ? "c_" + rule + "_total"
                        : distributions ? "d_" + rule : "b_" + rule + "_bucket";
        boolean bucket = !distributions && rule >= GAUGE_RULES + COUNTER_RULES;
        String last = bucket ? BOUNDS[i] : Integer.toString(i);
        String text = prometheus
                ? String.format(Locale.ROOT, "%s{host=\"h%d\",%s=\"%s\"} ", name, host, bucket ? "le" : "i", last)
                : String.format(Locale.ROOT, "|#host:h%d,%s:%s\n", host, bucket ? "le" : "i", last);
        return (prometheus ? text : name + ":" + text).getBytes(StandardCharsets.UTF_8);
    }

    private static void scrape() throws IOException {
        byte[][] keys = new byte[RULES * SERIES_A_RULE][];
        double[] totals = new double[keys.length];
        for (int series = 0; series < keys.length; series++) {
            keys[series] = key(series / SERIES_A_RULE, hostOf(series), series % SERIES_A_HOST, false, true);
        }
        long[] counted = {System.currentTimeMillis() / 1_000};
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            long now = System.currentTimeMillis() / 1_000;
            ByteArrayOutputStream out = new ByteArrayOutputStream(8 << 20);
            for (int series = 0; series < keys.length; series++) {
                advance(totals, series, counted[0], now);
                out.writeBytes(keys[series]);
                out.writeBytes(number(totals[series]).getBytes(StandardCharsets.US_ASCII));
                out.write('\n');
            }
            counted[0] = now;
            exchange.sendResponseHeaders(200, out.size());
            try (OutputStream body = exchange.getResponseBody()) {
                out.writeTo(body);
            }
        });
        server.start();
        System.out.println("port " + server.getAddress().getPort());
    }

    private static int hostOf(int series) {
        return series % SERIES_A_RULE / SERIES_A_HOST;
    }

    /** What the series says in second {@code now}, where it was brought up to {@code before}. */
    private static void advance(double[] totals, int series, long before, long now) {
        int rule = series / SERIES_A_RULE;
        Values values = values(rule, false);
        if (!isCumulative(rule)) {
            totals[series] = values.of(now, rule, hostOf(series), series % SERIES_A_HOST);
            return;
        }
        for (long second = before + 1; second <= now; second++) {
            totals[series] += values.of(second, rule, hostOf(series), series % SERIES_A_HOST);
        }
    }

    /** Short, with as many digits as matter. */
    private static String number(double value) {
        long whole = (long) value;
        if (whole == value) {
            return Long.toString(whole);
        }
        long thousandths = Math.round(value * 1_000);
        long rest = thousandths % 1_000;
        return thousandths / 1_000 + (rest < 10 ? ".00" : rest < 100 ? ".0" : ".") + rest;
    }

    private static void push(int port, boolean distributions) throws IOException {
        String[] names = new String[RULES * SERIES_A_RULE];
        String[] tags = new String[names.length];
        for (int series = 0; series < names.length; series++) {
            int rule = series / SERIES_A_RULE;
            String key = new String(
                    key(rule, hostOf(series), series % SERIES_A_HOST, distributions, false), StandardCharsets.UTF_8);
            int colon = key.indexOf(':');
            String kind = rule < GAUGE_RULES ? "|g" : rule < GAUGE_RULES + COUNTER_RULES || !distributions ? "|c" : "|d";
            names[series] = key.substring(0, colon + 1);
            tags[series] = kind + key.substring(colon + 1);
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(InetAddress.getLoopbackAddress(), port);
            for (long second = System.currentTimeMillis() / 1_000 + 1; ; second++) {
                List<byte[]> packets = packets(names, tags, second, distributions);
                while (System.currentTimeMillis() < second * 1_000) {
                    LockSupport.parkNanos(1_000_000);
                }
                long begin = System.nanoTime();
                for (int i = 0; i < packets.size(); i++) {
                    while (System.nanoTime() - begin < SPREAD_NANOS * i / packets.size()) {
                        LockSupport.parkNanos(100_000);
                    }
                    socket.send(new DatagramPacket(packets.get(i), packets.get(i).length));
                }
            }
        }
    }

    private static List<byte[]> packets(String[] names, String[] tags, long second, boolean distributions) {
        List<byte[]> packets = new ArrayList<>();
        StringBuilder packet = new StringBuilder();
        for (int series = 0; series < names.length; series++) {
            int rule = series / SERIES_A_RULE;
            double value = values(rule, distributions).of(second, rule, hostOf(series), series % SERIES_A_HOST);
            String text = number(value);
            if (packet.length() + names[series].length() + text.length() + tags[series].length() > PACKET_BYTES) {
                packets.add(packet.toString().getBytes(StandardCharsets.US_ASCII));
                packet.setLength(0);
            }
            packet.append(names[series]).append(text).append(tags[series]);
        }
        packets.add(packet.toString().getBytes(StandardCharsets.US_ASCII));
        return packets;
    }
}
