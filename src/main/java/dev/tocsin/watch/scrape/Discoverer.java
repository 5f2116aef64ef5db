package dev.tocsin.watch.scrape;

import dev.tocsin.core.Labels;
import dev.tocsin.http.OutgoingHttp;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the targets of one {@link Discovery} again and again, and tells what it found where that is something else
 * than before. Where it can't look, what was found before stays, and the failure is counted and logged once until it goes
 * well again. Confined to the event loop of {@link ScrapeVerticle}; files are read on worker threads.
 */
final class Discoverer {
    private static final System.Logger LOG = System.getLogger(Discoverer.class.getName());

    /** How often files are looked at for a change. */
    private static final long FILES_MILLIS = 1_000;

    private static final int MOST_FILES = 1_000;
    private static final long HTTP_TIMEOUT_MILLIS = 30_000;

    private final Discovery discovery;
    private final Vertx vertx;
    private final ScrapeCounts counts;
    private final @Nullable OutgoingHttp http;
    private final Consumer<List<TargetGroup>> found;
    private final Map<Path, ReadFile> files = new TreeMap<>();
    private final Map<String, List<TargetGroup>> ofNames = new HashMap<>();
    private List<TargetGroup> last = List.of();
    private boolean hasLooked;
    private boolean isFailing;
    private boolean stopped;
    private long timer = -1;

    /** A file as it was read, and when it had last been changed then. */
    private record ReadFile(FileTime changed, long size, List<TargetGroup> groups) {}

    /** @param http for {@link Discovery.Http}; closed with this */
    Discoverer(
            Discovery discovery,
            Vertx vertx,
            ScrapeCounts counts,
            @Nullable OutgoingHttp http,
            Consumer<List<TargetGroup>> found) {
        this.discovery = discovery;
        this.vertx = vertx;
        this.counts = counts;
        this.http = http;
        this.found = found;
    }

    void start() {
        look();
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        if (http != null) {
            http.close();
        }
    }

    private void look() {
        Future<List<TargetGroup>> looking = switch (discovery) {
            case Discovery.Static all -> Future.succeededFuture(all.groups());
            case Discovery.Files in -> vertx.executeBlocking(() -> read(in));
            case Discovery.Http from -> ask(from);
            case Discovery.Dns by -> resolve(by);
        };
        looking.onComplete(looked -> {
            if (stopped) {
                return;
            }
            if (looked.succeeded()) {
                isFailing = false;
                take(looked.result());
            } else {
                failed(looked.cause());
            }
            long again = switch (discovery) {
                case Discovery.Static ignored -> 0;
                case Discovery.Files in -> Math.min(FILES_MILLIS, in.refreshMillis());
                case Discovery.Http from -> from.refreshMillis();
                case Discovery.Dns by -> by.refreshMillis();
            };
            if (again > 0) {
                timer = vertx.setTimer(again, id -> look());
            }
        });
    }

    private void take(List<TargetGroup> groups) {
        if (!hasLooked || !groups.equals(last)) {
            hasLooked = true;
            last = groups;
            found.accept(groups);
        }
    }

    private void failed(Throwable e) {
        counts.discoveryFailures.increment();
        if (!isFailing) {
            isFailing = true;
            LOG.log(Level.WARNING, "targets were not found anew, those before stay: {0}", OutgoingHttp.detail(e));
        }
    }

    /** On a worker thread, one at a time. A file that can't be read keeps what it said before, as long as it is there. */
    private List<TargetGroup> read(Discovery.Files in) throws IOException {
        List<Path> now = new ArrayList<>();
        for (Path pattern : in.patterns()) {
            matching(pattern, now);
        }
        files.keySet().retainAll(now);
        IllegalArgumentException problem = null;
        for (Path file : now) {
            FileTime changed = Files.getLastModifiedTime(file);
            long size = Files.size(file);
            ReadFile known = files.get(file);
            if (known != null && known.changed.equals(changed) && known.size == size) {
                continue;
            }
            try {
                files.put(file, new ReadFile(changed, size, read(file, size)));
            } catch (IllegalArgumentException e) {
                problem = new IllegalArgumentException(file + ": " + e.getMessage(), e);
            }
        }
        if (problem != null) {
            throw problem;
        }
        return files.values().stream().flatMap(file -> file.groups.stream()).toList();
    }

    private static List<TargetGroup> read(Path file, long size) throws IOException {
        if (size > TargetGroups.MOST_BYTES) {
            throw new IllegalArgumentException("larger than 8 MB, which is the most allowed");
        }
        return TargetGroups.parse(Files.readString(file), Labels.of("__meta_filepath", file.toString()));
    }

    private static void matching(Path pattern, List<Path> into) throws IOException {
        String name = String.valueOf(pattern.getFileName());
        Path folder = pattern.toAbsolutePath().getParent();
        if (name.indexOf('*') < 0) {
            if (Files.isRegularFile(pattern)) {
                into.add(pattern);
            }
            return;
        }
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
        try (Stream<Path> entries = Files.list(folder)) {
            entries.filter(entry -> matcher.matches(entry.getFileName()) && Files.isRegularFile(entry))
                    .sorted()
                    .limit(MOST_FILES)
                    .forEach(into::add);
        }
    }

    private Future<List<TargetGroup>> ask(Discovery.Http from) {
        OutgoingHttp client = java.util.Objects.requireNonNull(http);
        Map<String, String> headers = Map.of(
                "Accept",
                "application/json",
                "X-Prometheus-Refresh-Interval-Seconds",
                Double.toString(from.refreshMillis() / 1e3));
        Duration timeout = Duration.ofMillis(Math.min(HTTP_TIMEOUT_MILLIS, from.refreshMillis()));
        return new Scrape(vertx, client, from.client().followRedirects(), headers, timeout, TargetGroups.MOST_BYTES, 0)
                .start(URI.create(from.url()))
                .compose(body -> vertx.executeBlocking(() -> {
                    String text = new String(body.bytes(), 0, body.length(), StandardCharsets.UTF_8);
                    try {
                        return TargetGroups.parse(text, Labels.of("__meta_url", from.url()));
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(from.url() + ": " + e.getMessage(), e);
                    }
                }));
    }

    /** A name that can't be resolved keeps what it was. */
    private Future<List<TargetGroup>> resolve(Discovery.Dns by) {
        DnsClient client = vertx.createDnsClient();
        List<Future<List<TargetGroup>>> asked = by.names().stream()
                .map(name -> resolve(by, name, client).onSuccess(groups -> ofNames.put(name, groups)))
                .toList();
        return Future.join(asked)
                .onComplete(done -> client.close().onFailure(e -> {}))
                .transform(done -> {
                    take(by.names().stream()
                            .flatMap(name -> ofNames.getOrDefault(name, List.of()).stream())
                            .toList());
                    return done.succeeded() ? Future.succeededFuture(last) : Future.failedFuture(done.cause());
                });
    }

    private static Future<List<TargetGroup>> resolve(Discovery.Dns by, String name, DnsClient client) {
        return switch (by.type()) {
            case A -> client.resolveA(name).map(all -> plain(by, name, all));
            case AAAA -> client.resolveAAAA(name).map(all -> plain(by, name, all));
            case SRV ->
                client.resolveSRV(name)
                        .map(all -> all.stream()
                                .map(record -> service(name, String.valueOf(record.target()), record.port()))
                                .toList());
        };
    }

    private static TargetGroup service(String name, String host, int port) {
        return new TargetGroup(
                List.of(withoutDot(host) + ":" + port),
                Labels.of(
                        "__meta_dns_name",
                        name,
                        "__meta_dns_srv_record_target",
                        host,
                        "__meta_dns_srv_record_port",
                        Integer.toString(port)));
    }

    private static List<TargetGroup> plain(Discovery.Dns by, String name, List<String> addresses) {
        return List.of(new TargetGroup(
                addresses.stream()
                        .sorted()
                        .map(address -> (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + by.port())
                        .toList(),
                Labels.of("__meta_dns_name", name)));
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
