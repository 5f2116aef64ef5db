package dev.tocsin.watch.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.ManualClock;
import dev.tocsin.core.log.LogQueries.Answer;
import dev.tocsin.core.log.LogQueries.Asked;
import dev.tocsin.core.log.LogQueries.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogFilesQueryTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(NOW.toEpochMilli());

    private LogSettings settings() {
        return settings("/*.log");
    }

    private LogSettings settings(String files) {
        return new LogSettings(List.of(new LogSource(
                "shop",
                List.of(folder + files),
                List.of(),
                true,
                64 << 10,
                ZoneOffset.UTC,
                null,
                LogPattern.BUILT_IN,
                List.of())));
    }

    /** The lines of a service that logs as the guide's does. */
    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("app.log"), """
                {"timestamp":"2026-11-20T10:00:00Z","level":"info","event":"user_action","user_id":"u0","action":"login","details":{}}
                {"timestamp":"2026-11-21T09:00:00Z","level":"info","event":"user_action","user_id":"u1","action":"search","details":{}}
                {"timestamp":"2026-11-21T09:10:00Z","level":"info","event":"user_action","user_id":"u2","action":"login","details":{}}
                {"timestamp":"2026-11-21T09:20:00Z","level":"info","event":"user_action","user_id":"u1","action":"search","details":{}}
                {"timestamp":"2026-11-21T10:00:00Z","level":"info","event":"api_request","method":"GET","path":"/a","status_code":200,"response_time_ms":1200}
                {"timestamp":"2026-11-21T10:00:01Z","level":"info","event":"api_request","method":"GET","path":"/a","status_code":200,"response_time_ms":1800.5}
                {"timestamp":"2026-11-21T10:00:02Z","level":"info","event":"api_request","method":"GET","path":"/b","status_code":500,"response_time_ms":9000}
                {"timestamp":"2026-11-21T10:00:03Z","level":"info","event":"api_request","method":"GET","path":"/b","status_code":200,"response_time_ms":20}
                {"timestamp":"2026-11-21T10:30:00Z","level":"error","event":"application_error","error_type":"ValueError","error_message":"old","user_id":"u1"}
                {"timestamp":"2026-11-21T11:30:00Z","level":"error","event":"application_error","error_type":"ValueError","error_message":"bad","user_id":"u1"}
                {"timestamp":"2026-11-21T11:40:00Z","level":"error","event":"application_error","error_type":"KeyError","error_message":"worse","user_id":null}
                {"timestamp":"2026-11-21T11:00:00Z","level":"info","event":"external_api_call","provider":"openai","cost_usd":0.25}
                {"timestamp":"2026-11-21T11:01:00Z","level":"info","event":"external_api_call","provider":"maps","cost_usd":0.5}
                {"timestamp":"2026-11-21T11:02:00Z","level":"info","event":"external_api_call","provider":"openai","cost_usd":0.5}
                """);
    }

    private Answer ask(String text) {
        return ask(new Asked(text, Long.MIN_VALUE, Long.MAX_VALUE, List.of(), Long.MAX_VALUE));
    }

    private Answer ask(Asked asked) {
        return new LogFilesQuery(this::settings, clock).prepare(asked).run(() -> false, progress -> {});
    }

    @Test
    void findsAllErrorsInTheLastHour() {
        Answer answer = ask("""
                # Find all errors in the last hour
                fields @timestamp, @message, error_type, error_message, user_id
                | filter @timestamp > @timestamp - 1h
                | filter @message like /application_error/
                | sort @timestamp desc
                """);

        assertThat(answer.columns())
                .containsExactly("@timestamp", "@message", "error_type", "error_message", "user_id");
        assertThat(answer.rows()).extracting(row -> row.get(3)).containsExactly("worse", "bad");
        assertThat(answer.rows().getFirst().getFirst()).isEqualTo(Instant.parse("2026-11-21T11:40:00Z"));
        assertThat(answer.rows().getFirst().get(4)).isNull();
        assertThat(answer.incomplete()).isNull();
    }

    @Test
    void analysesApiPerformance() {
        Answer answer = ask("""
                # API performance analysis
                fields @timestamp, path, response_time_ms, status_code
                | filter @message like /api_request/
                | filter response_time_ms > 1000
                | stats avg(response_time_ms), max(response_time_ms), count() by path
                | sort avg desc
                """);

        assertThat(answer.columns())
                .containsExactly("path", "avg(response_time_ms)", "max(response_time_ms)", "count()");
        assertThat(answer.rows())
                .containsExactly(List.of("/b", 9000.0, 9000.0, 1.0), List.of("/a", 1500.25, 1800.5, 2.0));
    }

    @Test
    void analysesUserActivity() {
        Answer answer = ask("""
                # User activity analysis
                fields @timestamp, user_id, action, details
                | filter @message like /user_action/
                | filter @timestamp > @timestamp - 24h
                | stats count() by action
                | sort count desc
                """);

        assertThat(answer.rows()).containsExactly(List.of("search", 2.0), List.of("login", 1.0));
    }

    @Test
    void tracksExternalApiCosts() {
        Answer answer = ask("""
                # External API cost tracking
                fields @timestamp, provider, cost_usd
                | filter @message like /external_api_call/
                | filter @timestamp > @timestamp - 24h
                | stats sum(cost_usd) by provider
                | sort sum desc
                """);

        assertThat(answer.rows()).containsExactly(List.of("openai", 0.75), List.of("maps", 0.5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "filter path = '/b' and status_code >= 500 | stats count() ~ [[1.0]]",
                "filter path in ['/a', '/b'] and not status_code = 200 | stats count() ~ [[1.0]]",
                "filter @message not like /timestamp/ | stats count() ~ [[0.0]]",
                "filter @message like 'KeyError' | stats count() as n ~ [[1.0]]",
                "filter ispresent(cost_usd) | stats p50(cost_usd), min(cost_usd) ~ [[0.5, 0.25]]",
                "filter event = 'api_request' | stats p99(response_time_ms) ~ [[9000.0]]",
                "filter event = 'api_request' | stats count() as n by bin(1h) | limit 1 ~ [[2026-11-21T10:00:00Z, 4.0]]",
                "fields response_time_ms / 1000 as s | filter s > 1 | sort s desc | limit 1 ~ [[9.0]]",
                "stats count() as n by event | filter n < 4 and event like 'ext' | fields event ~ [[external_api_call]]",
                "fields error_message | filter level = 'error' | limit 2 ~ [[old], [bad]]",
                "stats max(@timestamp) as newest ~ [[2026-11-21T11:40:00Z]]",
                "filter response_time_ms < 100 or cost_usd > 0.3 | stats count(path), count() ~ [[1.0, 3.0]]",
                "filter @source = 'shop' and @file like /app/ and nothing != 1 | stats count() ~ [[14.0]]",
                "filter -response_time_ms < -8000 | fields path ~ [[/b]]",
            })
    void answers(String query, String rows) {
        assertThat(ask(query).rows()).hasToString(rows);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "filtre a = 1 ~ line 1, column 1: expected one of fields, filter, stats, sort, limit, found \"filtre\"",
                "filter a = ~ line 1, column 11: expected a field, a value or a function, found the end",
                "fields a | filter @message like 5 ~ line 1, column 33: expected /regular expression/ or \"text\", found \"5\"",
                "filter @message like /(/ ~ line 1, column 22: invalid regular expression",
                "filter @message like /x ~ line 1, column 22: this regular expression has no end",
                "stats median(a) by ~ line 1, column 19: expected a field",
                "stats mode(a) ~ line 1, column 7: expected count, sum, avg, min, max or a percentile like p99",
                "limit 0 ~ line 1, column 7: expected 1 to 10000 rows, found \"0\"",
                "filter a = 5parsecs ~ line 1, column 12: not a valid duration string",
                "filter f(a) ~ line 1, column 8: unknown function \"f\"",
                "fields a b ~ line 1, column 10: expected | or the end, found \"b\"",
                "filter a ; b ~ line 1, column 10: unexpected character \";\"",
                "stats count() | sort avg ~ sort: there is no column avg after stats, only count()",
                "sort a | filter b = 1 ~ after sort only limit can come",
                "stats count() | stats count() ~ expected one stats stage",
            })
    void errorsPointAtThePlace(String query, String message) {
        assertThatThrownBy(() -> ask(query))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void errorsCountLines() {
        assertThatThrownBy(() -> ask("fields a\n# a comment\n | filtr b = 1"))
                .hasMessageStartingWith("line 3, column 4: ");
    }

    @Test
    void theTimeRangeAndSourcesAreKeptTo() {
        Asked asked = new Asked(
                "stats count()",
                Instant.parse("2026-11-21T11:00:00Z").toEpochMilli(),
                Instant.parse("2026-11-21T11:30:00Z").toEpochMilli(),
                List.of("shop"),
                Long.MAX_VALUE);

        assertThat(ask(asked).rows()).hasToString("[[4.0]]");
        assertThatThrownBy(() -> ask(new Asked("limit 1", 0, 1, List.of("shp"), 1)))
                .hasMessage("there is no source \"shp\"; configured are: shop");
    }

    @Test
    void onlyFilesOfTheSourcesAreRead() throws Exception {
        Files.writeString(folder.resolve("secret.txt"), "password\n");
        Files.createDirectory(folder.resolve("folder.log"));

        assertThat(ask("filter @message like /password/ | stats count()").rows())
                .hasToString("[[0.0]]");
    }

    @Test
    void whatWasRotatedAndCompressedIsReadAsWell() throws Exception {
        compressed("app.log.2.gz", "2026-11-20 10:00:00 ERROR the oldest\n");
        Files.writeString(folder.resolve("app.log.1"), "2026-11-20 11:00:00 ERROR old\n");
        compressed("app.log.3.xz", "ERROR unread\n");
        Files.writeString(folder.resolve("app.log.4.gz"), "no gzip");

        Answer answer = new LogFilesQuery(() -> settings("/app.log*"), clock)
                .prepare(new Asked(
                        "fields @message | filter @message like /ERROR/ | sort @timestamp",
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        List.of(),
                        Long.MAX_VALUE))
                .run(() -> false, progress -> {});

        assertThat(answer.rows())
                .hasToString("[[2026-11-20 10:00:00 ERROR the oldest], [2026-11-20 11:00:00 ERROR old]]");
        assertThat(answer.incomplete()).contains("app.log.4.gz could not be read");
    }

    @Test
    void whatUnpacksToFarMoreEndsAtTheBoundOfBytes() throws Exception {
        compressed("zeros.gz", "ERROR ".repeat(10_000_000));

        Answer answer = new LogFilesQuery(() -> settings("/*.gz"), clock)
                .prepare(new Asked("stats count()", Long.MIN_VALUE, Long.MAX_VALUE, List.of(), 1_000_000))
                .run(() -> false, progress -> {});

        assertThat(answer.incomplete()).contains("as many bytes were read as may be");
        assertThat(answer.progress().bytes()).isLessThan(2_000_000);
    }

    private void compressed(String name, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void endsAtItsBoundsAndSaysSo() throws Exception {
        Files.writeString(folder.resolve("big.log"), "2026-11-21 10:00:00 INFO line\n".repeat(100_000));
        Answer cut = ask(new Asked("stats count()", Long.MIN_VALUE, Long.MAX_VALUE, List.of(), 300_000));
        AtomicInteger asked = new AtomicInteger();
        List<Long> told = new ArrayList<>();
        Answer late = new LogFilesQuery(this::settings, clock)
                .prepare(new Asked("stats count()", Long.MIN_VALUE, Long.MAX_VALUE, List.of(), Long.MAX_VALUE))
                .run(
                        () -> {
                            clock.advance(Duration.ofSeconds(1));
                            return asked.incrementAndGet() > 5;
                        },
                        progress -> told.add(progress.bytes()));

        assertThat(cut.incomplete()).isEqualTo("as many bytes were read as may be: 300000");
        assertThat(cut.progress().bytes()).isBetween(300_000L, 1_000_000L);
        assertThat(late.incomplete()).isEqualTo("the time is up");
        assertThat(told).isNotEmpty().isSorted();
    }

    @Test
    void aLimitWithoutOrderEndsTheReading() throws Exception {
        Files.writeString(folder.resolve("big.log"), "INFO line\n".repeat(200_000));

        Answer answer = ask("filter @message like /INFO/ | limit 3");

        assertThat(answer.rows()).hasSize(3);
        assertThat(answer.progress().bytes()).isLessThan(1_000_000);
        assertThat(answer.incomplete()).isNull();
    }

    @Test
    void tooManyGroupsAndTooMuchTextAreRefused() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            lines.append("n=").append(i).append(' ').append("x".repeat(2_000)).append('\n');
        }
        Files.writeString(folder.resolve("big.log"), lines);

        assertThatThrownBy(() -> ask("stats count() by n")).hasMessageContaining("more than 10000 groups");
        assertThatThrownBy(() -> ask("filter ispresent(n) | limit 10000")).hasMessageContaining("million characters");
    }

    /** Whatever the text, it is a query or refused. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 20261121})
    void anythingIsAQueryOrRefused(long seed) {
        Random random = new Random(seed);
        List<String> words = List.of(
                "fields",
                "filter",
                "stats",
                "sort",
                "limit",
                "|",
                ",",
                "(",
                ")",
                "a",
                "@timestamp",
                "@message",
                "like",
                "/x/",
                "'t'",
                "5",
                "1h",
                "count()",
                "avg(a)",
                "by",
                "as",
                "desc",
                "and",
                "or",
                "not",
                "in",
                "[",
                "]",
                "=",
                "<",
                "-",
                "*",
                "bin(5m)",
                "\"",
                "`b`",
                "#",
                "\n",
                "é");
        int understood = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "filter " : "fields ");
            for (int n = random.nextInt(9); n > 0; n--) {
                text.append(words.get(random.nextInt(words.size()))).append(' ');
            }
            try {
                new QueryPlan(QueryParser.parse(text.toString(), 0)).answer();
                understood++;
            } catch (RefusedException e) {
                assertThat(e.text()).as(text.toString()).isNotEmpty();
            }
        }
        assertThat(understood).isGreaterThan(100);
    }
}
