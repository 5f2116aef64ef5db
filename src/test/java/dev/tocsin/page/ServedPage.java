package dev.tocsin.page;

import dev.tocsin.Tocsin;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The real server, on free ports of the loopback, with the page on it. With {@code -Dtocsin.page.url} (and
 * {@code -Dtocsin.page.udp}) the tests look at one that runs already.
 *
 * @param udpPort where samples are pushed to
 */
record ServedPage(URI url, int udpPort, AutoCloseable server) implements AutoCloseable {
    private static final Path CONF = Path.of(System.getProperty("tocsin.basedir", "."), "conf");
    private static final int DEFAULT_UDP_PORT = 8125;

    /** With the demo load, so that every page has something to show. */
    static ServedPage open() throws Exception {
        String given = System.getProperty("tocsin.page.url");
        if (given != null) {
            return new ServedPage(URI.create(given), Integer.getInteger("tocsin.page.udp", DEFAULT_UDP_PORT), () -> {});
        }
        return start(CONF, Stream.of("demo=true"));
    }

    /** With nothing pushed to it yet. */
    static ServedPage openEmpty() throws Exception {
        return start(CONF, Stream.of("host.enabled=false"));
    }

    /**
     * With nothing pushed to it, the shipped configuration, and these rules.
     *
     * @param settings as {@code key=value}; the host is not measured unless they say so
     */
    static ServedPage withRules(String rules, String... settings) throws Exception {
        return with(
                Map.of("rules/page.yaml", rules), Stream.concat(Stream.of("host.enabled=false"), Stream.of(settings)));
    }

    /**
     * The same with who is told.
     *
     * @param alerting the text of {@code alertmanager.yaml}
     */
    static ServedPage withAlerting(String rules, String alerting) throws Exception {
        return with(Map.of("rules/page.yaml", rules, "alertmanager.yaml", alerting), Stream.of("host.enabled=false"));
    }

    /**
     * With no rules, and these checks.
     *
     * @param settings as {@code key=value}
     */
    static ServedPage withChecks(String checks, String... settings) throws Exception {
        return with(
                Map.of("checks/page.yaml", checks),
                Stream.concat(Stream.of("host.enabled=false"), Stream.of(settings)));
    }

    /** The same with no rules, and the dashboard {@code page}. */
    static ServedPage withDashboard(String yaml) throws Exception {
        return with(Map.of("dashboards/page.yaml", yaml), Stream.of("host.enabled=false"));
    }

    /** With the shipped configuration, dashboards too, and nothing pushed to it but what the host measures. */
    static ServedPage shipped() throws Exception {
        return start(CONF, Stream.of("host.enabled=true"));
    }

    /** @param files by their paths within the configuration's folder; they go before the shipped ones */
    private static ServedPage with(Map<String, String> files, Stream<String> settings) throws Exception {
        Path conf = Files.createTempDirectory("tocsin-page-conf");
        for (String each : List.of("tocsin.yaml", "alertmanager.yaml")) {
            Files.copy(CONF.resolve(each), conf.resolve(each));
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path added = conf.resolve(file.getKey());
            Files.createDirectories(added.getParent());
            Files.writeString(added, file.getValue());
        }
        ServedPage served = start(conf, settings);
        return new ServedPage(served.url, served.udpPort, () -> {
            served.close();
            delete(conf);
        });
    }

    private static ServedPage start(Path conf, Stream<String> settings) throws Exception {
        ConfigFolder folder = ConfigFolder.of(conf);
        Settings read = Settings.read(
                folder.settings(),
                Map.of(),
                Stream.concat(Stream.of("http.port=0", "ingest.udp.port=0", "storage.uri=none"), settings)
                        .toList());
        Path data = Files.createTempDirectory("tocsin-page");
        Tocsin tocsin = Tocsin.start(folder, read, data);
        return new ServedPage(URI.create("http://127.0.0.1:" + tocsin.httpPort()), tocsin.udpPort(), () -> {
            tocsin.stop();
            delete(data);
        });
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
