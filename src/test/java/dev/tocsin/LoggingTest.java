package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.LogSettings;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoggingTest {
    private static LogRecord record(Level level, String message) {
        LogRecord record = new LogRecord(level, message);
        record.setLoggerName("dev.tocsin.ingest.UdpVerticle");
        record.setInstant(Instant.parse("2026-11-21T07:07:26.123456Z"));
        return record;
    }

    @Test
    void textIsOneReadableLine() {
        LogRecord record = record(Level.INFO, "listens on {0}");
        record.setParameters(new Object[] {"127.0.0.1:8125"});

        assertThat(new ConsoleFormatter().format(record))
                .isEqualTo("2026-11-21 07:07:26.123Z INFO    UdpVerticle: listens on 127.0.0.1:8125\n");
    }

    @Test
    void textLinesUp() {
        assertThat(new ConsoleFormatter().format(record(Level.WARNING, "x")))
                .isEqualTo("2026-11-21 07:07:26.123Z WARNING UdpVerticle: x\n");
    }

    @Test
    void noSenderCanForgeALine() {
        assertThat(new ConsoleFormatter().format(record(Level.WARNING, "bad line \"a\nERROR b\u001b[2J\"")))
                .endsWith("bad line \"a\\nERROR b\\u001b[2J\"\n");
    }

    @Test
    void textShowsTheStackTraceBeneath() {
        LogRecord record = record(Level.SEVERE, "failed");
        record.setThrown(new IllegalStateException("why"));

        assertThat(new ConsoleFormatter().format(record).lines())
                .startsWith(
                        "2026-11-21 07:07:26.123Z ERROR   UdpVerticle: failed", "java.lang.IllegalStateException: why");
    }

    @Test
    void jsonIsOneObjectPerLine() {
        LogRecord record = record(Level.FINE, "a \"quoted\"\nmessage");
        record.setThrown(new IllegalStateException("why"));

        String line = new JsonFormatter().format(record);

        assertThat(line).endsWith("}\n");
        assertThat(line.lines()).hasSize(1);
        JsonObject json = new JsonObject(line);
        assertThat(json.fieldNames()).containsExactly("timestamp", "level", "logger", "thread", "message", "exception");
        assertThat(json.getString("timestamp")).isEqualTo("2026-11-21T07:07:26.123Z");
        assertThat(json.getString("level")).isEqualTo("DEBUG");
        assertThat(json.getString("logger")).isEqualTo("dev.tocsin.ingest.UdpVerticle");
        assertThat(json.getString("thread")).isEqualTo(Thread.currentThread().getName());
        assertThat(json.getString("message")).isEqualTo("a \"quoted\"\nmessage");
        assertThat(json.getString("exception")).startsWith("java.lang.IllegalStateException: why\n\tat ");
    }

    @Test
    void jsonHasNoExceptionWhereThereIsNone() {
        assertThat(new JsonObject(new JsonFormatter().format(record(Level.INFO, "x"))).fieldNames())
                .doesNotContain("exception");
    }

    @ParameterizedTest
    @CsvSource({
        "SEVERE, ERROR",
        "WARNING, WARNING",
        "INFO, INFO",
        "CONFIG, INFO",
        "FINE, DEBUG",
        "FINER, TRACE",
        "FINEST, TRACE"
    })
    void levelsAreNamedAsInTheSettings(String jul, String ours) {
        assertThat(LogLevels.nameOf(Level.parse(jul))).isEqualTo(ours);
    }

    @Test
    void aFullFileIsRotatedAndTheOldestGoes(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sub/tocsin.log");
        RotatingFileHandler handler = new RotatingFileHandler(file, 130, 3, new ConsoleFormatter());
        for (int i = 0; i < 8; i++) {
            handler.publish(record(Level.INFO, "m" + i)); // 49 bytes each: two to a file
        }
        handler.close();

        try (var files = Files.list(folder.resolve("sub"))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("tocsin.log", "tocsin.log.1", "tocsin.log.2");
        }
        assertThat(Files.readString(file)).contains("m6", "m7").doesNotContain("m5");
        assertThat(Files.readString(folder.resolve("sub/tocsin.log.1"))).contains("m4", "m5");
        assertThat(Files.readString(folder.resolve("sub/tocsin.log.2"))).contains("m2", "m3");
    }

    @Test
    void aRestartAppends(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("tocsin.log");
        for (String message : new String[] {"before", "after"}) {
            RotatingFileHandler handler = new RotatingFileHandler(file, 1_000, 3, new ConsoleFormatter());
            handler.publish(record(Level.INFO, message));
            handler.close();
        }

        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void aLogFileThatCantBeWrittenIsNamed(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        LogSettings settings = new LogSettings(
                LogSettings.Format.TEXT,
                LogSettings.Level.INFO,
                file.resolve("tocsin.log").toString());

        assertThatThrownBy(() -> Logging.configure(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("log.file: can't write \"" + file + "/tocsin.log\": ");
    }
}
