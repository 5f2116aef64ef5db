package dev.tocsin.watch.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.tocsin.core.Kind;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.core.log.LogAnalysis;
import dev.tocsin.core.log.LogLine;
import dev.tocsin.watch.log.LogPattern.Where;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWatchTest {
    private static final long NOW = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();

    @TempDir
    Path folder;

    private final StateInMemory state = new StateInMemory();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private long nowMillis = NOW;

    private LogWatch watch(List<LogPattern> patterns, List<LogMetric> metrics) {
        LogSource source = new LogSource(
                "shop", List.of(folder + "/*.log"), List.of(), true, 8_192, ZoneOffset.UTC, null, patterns, metrics);
        return new LogWatch(new LogSettings(List.of(source)), state, folder.resolve("data"), meters, nowMillis);
    }

    private void append(String text) throws Exception {
        Files.writeString(folder.resolve("app.log"), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Counters added up, and each sample of another kind, by series. */
    private Map<String, String> pass(LogWatch watch) {
        Map<String, Double> counted = new TreeMap<>();
        Map<String, List<Double>> sampled = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            nowMillis += 1_000;
            watch.pass(nowMillis);
            for (int row = 0; row < watch.batch.size(); row++) {
                String series = text(watch, watch.batch.nameStart(row), watch.batch.nameEnd(row)) + "{"
                        + text(watch, watch.batch.tagsStart(row), watch.batch.tagsEnd(row))
                                .replace((char) 0x1e, ',')
                                .replace((char) 0x1f, '=')
                        + "}";
                if (watch.batch.kind(row) == Kind.COUNTER) {
                    counted.merge(series, watch.batch.value(row), Double::sum);
                } else {
                    sampled.computeIfAbsent(series, s -> new ArrayList<>()).add(watch.batch.value(row));
                }
            }
            watch.taken();
        }
        Map<String, String> all = new TreeMap<>();
        counted.forEach((series, value) -> all.put(series, "+" + value));
        sampled.forEach((series, values) -> all.put(series, values.toString()));
        return all;
    }

    private static String text(LogWatch watch, int from, int to) {
        return new String(watch.batch.bytes, from, to - from, StandardCharsets.UTF_8);
    }

    @Test
    void builtInCategoriesCountWhatTheGuidesGrepFor() throws Exception {
        append("""
                2026-11-21 11:00:00 INFO all well, 0 errors
                2026-11-21 11:00:00 ERROR payment failed for order 17
                2026-11-21 11:00:00 CRITICAL out of memory
                2026-11-21 11:00:00 WARNING slow query: 1200 ms
                2026-11-21 11:00:00 INFO connection timeout to 10.0.0.1
                java.net.ConnectException: refused
                \tat x.Y.z(Y.java:1)
                Nov 21 11:00:00 host sshd[7]: Failed password for root
                {"level":"info","event":"api_request","error":null,"duration_ms":12}
                {"level":"error","event":"application_error","error_type":"ValueError"}
                """);
        LogWatch watch = watch(LogPattern.BUILT_IN, List.of());

        assertThat(pass(watch))
                .isEqualTo(Map.of(
                        "log_events_total{category=error,source=shop}", "+4.0",
                        "log_events_total{category=warning,source=shop}", "+1.0",
                        "log_events_total{category=performance,source=shop}", "+1.0",
                        "log_events_total{category=memory,source=shop}", "+1.0",
                        "log_events_total{category=network,source=shop}", "+1.0",
                        "log_events_total{category=security,source=shop}", "+1.0"));
        List<LogLine> recent = watch.memory().recent("network", null, 10);
        assertThat(recent).singleElement().satisfies(line -> {
            assertThat(line.text())
                    .startsWith("2026-11-21 11:00:00 INFO connection")
                    .endsWith("(Y.java:1)");
            assertThat(line.file()).endsWith("app.log");
        });
    }

    @Test
    void categoriesStandAtZeroBeforeTheFirstEventAndAreSaidAgain() throws Exception {
        LogWatch watch = watch(List.of(LogPattern.of("own", "x+", new Where.Text())), List.of());

        assertThat(pass(watch)).isEqualTo(Map.of("log_events_total{category=own,source=shop}", "+0.0"));
        assertThat(pass(watch)).isEmpty();
        nowMillis += 60_000;
        assertThat(pass(watch)).isEqualTo(Map.of("log_events_total{category=own,source=shop}", "+0.0"));
    }

    @Test
    void fieldsAndNamedGroupsBecomeSamples() throws Exception {
        append("""
                {"event":"api_request","endpoint":"/login","duration_ms":320.5,"user":{"tier":"gold"}}
                {"event":"api_request","endpoint":"/login","duration_ms":"80"}
                {"event":"api_request","endpoint":"/login","duration_ms":"soon"}
                GET /cart took 12 ms
                level=info queue=mail depth=7
                """);
        LogWatch watch = watch(
                List.of(),
                List.of(
                        new LogMetric(
                                "request_seconds",
                                Kind.DISTRIBUTION,
                                "duration_ms",
                                null,
                                Map.of("endpoint", "endpoint"),
                                0.5),
                        new LogMetric(
                                "took",
                                Kind.DISTRIBUTION,
                                "ms",
                                Pattern.compile("(?P<path>/\\S+) took (?P<ms>\\d+) ms"),
                                Map.of("path", "path"),
                                1),
                        new LogMetric("logins", Kind.COUNTER, "", Pattern.compile("/login"), Map.of(), 1),
                        new LogMetric("depth", Kind.GAUGE, "depth", null, Map.of("queue", "queue"), 1)));

        assertThat(pass(watch))
                .isEqualTo(Map.of(
                        "request_seconds{endpoint=/login,source=shop}", "[160.25, 40.0]",
                        "took{path=/cart,source=shop}", "[12.0]",
                        "logins{source=shop}", "+3.0",
                        "depth{queue=mail,source=shop}", "[7.0]"));
        assertThat(meters.get("tocsin.logs.problems")
                        .tag("reason", "no_number")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void analysisTellsShapesWithTheirTimesAndTheDayBefore() throws Exception {
        append("""
                2026-11-20 10:30:00 ERROR order 1 failed after 20 ms (id 0d9f1a2b3c4d)
                2026-11-21 10:30:00 ERROR order 2 failed after 30 ms (id 1d9f1a2b3c4d)
                2026-11-21 11:30:00 ERROR order 333 failed after 5 ms (id 2d9f1a2b3c4d)
                2026-11-21 11:40:00 ERROR disk full
                2026-11-01 00:00:00 ERROR long ago
                """);
        LogWatch watch = watch(LogPattern.BUILT_IN, List.of());
        pass(watch);

        LogAnalysis analysis = watch.memory().analysis(24, 10, nowMillis);

        assertThat(analysis.totals()).containsExactly(new LogAnalysis.Total("error", "shop", 3, 1));
        assertThat(analysis.shapes()).hasSize(2);
        assertThat(analysis.shapes().getFirst())
                .isEqualTo(new LogAnalysis.Shape(
                        "error",
                        "shop",
                        "ERROR order # failed after # ms (id #)",
                        "2026-11-21 11:30:00 ERROR order 333 failed after 5 ms (id 2d9f1a2b3c4d)",
                        2,
                        1,
                        Instant.parse("2026-11-20T10:30:00Z").toEpochMilli(),
                        Instant.parse("2026-11-21T11:30:00Z").toEpochMilli()));
        assertThat(watch.memory().analysis(1, 10, nowMillis).totals())
                .containsExactly(new LogAnalysis.Total("error", "shop", 2, 0));
    }

    @Test
    void whatIsKnownOutlivesTheProcess() throws Exception {
        append("2026-11-21 11:30:00 ERROR first\n");
        LogWatch first = watch(LogPattern.BUILT_IN, List.of());
        pass(first);
        LogAnalysis before = first.memory().analysis(24, 10, nowMillis);
        first.close();
        append("2026-11-21 11:31:00 ERROR second\n");

        LogWatch next = watch(LogPattern.BUILT_IN, List.of());
        assertThat(next.memory().analysis(24, 10, nowMillis)).isEqualTo(before);
        assertThat(pass(next)).containsEntry("log_events_total{category=error,source=shop}", "+1.0");
        assertThat(next.memory().recent("error", "shop", 10))
                .extracting(LogLine::text)
                .containsExactly("2026-11-21 11:31:00 ERROR second", "2026-11-21 11:30:00 ERROR first");
    }

    @Test
    void aBrokenMemoryIsBegunAnew() throws Exception {
        append("2026-11-21 11:30:00 ERROR first\n");
        LogWatch first = watch(LogPattern.BUILT_IN, List.of());
        pass(first);
        first.close();
        Path file = folder.resolve("data/logs/memory");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        assertThat(watch(LogPattern.BUILT_IN, List.of())
                        .memory()
                        .analysis(24, 10, nowMillis)
                        .totals())
                .isEmpty();
    }

    @Test
    void shapesAndLinesAreBounded() {
        LogMemory memory = new LogMemory(NOW);
        for (int i = 0; i < 3 * LogMemory.MAX_SHAPES; i++) {
            memory.add("error", "shop", "f", "x".repeat(10_000), "shape " + i, LogTimes.NONE, NOW);
            memory.add("error", "shop", "f", "often", "often", LogTimes.NONE, NOW);
        }

        LogAnalysis analysis = memory.analysis(24, LogMemory.MAX_SHAPES, NOW);
        assertThat(memory.shapeCount()).isEqualTo(LogMemory.MAX_SHAPES);
        assertThat(analysis.evictedShapes()).isEqualTo(2L * LogMemory.MAX_SHAPES + 1);
        assertThat(analysis.shapes().getFirst().count()).isEqualTo(3L * LogMemory.MAX_SHAPES);
        assertThat(memory.recent(null, null, 1_000_000))
                .hasSize(LogMemory.MAX_LINES)
                .allSatisfy(line -> assertThat(line.text().length()).isLessThanOrEqualTo(LogMemory.MAX_LINE_LENGTH));
    }

    @Test
    void aReloadGoesOnWhereItWas() throws Exception {
        append("2026-11-21 11:30:00 ERROR first\n");
        LogWatch watch = watch(LogPattern.BUILT_IN, List.of());
        pass(watch);
        append("2026-11-21 11:30:00 ERROR second\n");
        watch.configure(new LogSettings(List.of(new LogSource(
                "shop",
                List.of(folder + "/*.log"),
                List.of(),
                true,
                8_192,
                ZoneOffset.UTC,
                null,
                List.of(LogPattern.of("own", "ERROR", new Where.Text())),
                List.of()))));

        assertThat(pass(watch)).isEqualTo(Map.of("log_events_total{category=own,source=shop}", "+1.0"));
    }
}
