import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Serves metrics in Prometheus' text format on loopback: of ten series four count up, two move, four stay.
 * {@code Exposition SERIES}; prints {@code port N}.
 */
public final class Exposition {
    private static final int GROUP = 10;

    private Exposition() {}

    public static void main(String[] args) throws IOException {
        int series = Integer.parseInt(args[0]);
        String[] names = new String[series];
        for (int i = 0; i < series; i++) {
            names[i] = "load_metric_" + i / 50 + (i % GROUP < 4 ? "_total" : "") + "{method=\"GET\",path=\"/api/v1/item/"
                    + i % 50 + "\",code=\"200\"} ";
        }
        AtomicLong scrapes = new AtomicLong();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
        server.setExecutor(Executors.newFixedThreadPool(2));
        server.createContext("/metrics", exchange -> {
            long n = scrapes.incrementAndGet();
            StringBuilder text = new StringBuilder(series * 80);
            for (int i = 0; i < series; i++) {
                int kind = i % GROUP;
                text.append(names[i]);
                if (kind < 4) {
                    text.append(n * (kind + 1));
                } else if (kind < 6) {
                    text.append((n * 7_919 + i * 31L) % 10_000 / 100.0);
                } else {
                    text.append(i);
                }
                text.append('\n');
            }
            byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        System.out.println("port " + server.getAddress().getPort());
    }
}
