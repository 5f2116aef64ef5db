package dev.tocsin.watch.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogTimesTest {
    private static final long NOW = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();

    private final LogTimes times = new LogTimes(ZoneOffset.UTC);

    private static LogEvent event(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        LogEvent event = new LogEvent();
        event.set(bytes, 0, bytes.length);
        return event;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "2026-11-21T10:00:00.123Z ERROR x ~ 2026-11-21T10:00:00.123Z",
                "2026-11-21 10:00:00,123 - shop - ERROR - x ~ 2026-11-21T10:00:00.123Z",
                "2026-11-21T10:00:00+09:00 x ~ 2026-11-21T01:00:00Z",
                "2026-11-21 10:00:00.123456 -0330 x ~ 2026-11-21T13:30:00.123Z",
                "2026/11/21 10:00:00 [error] 12#12: x ~ 2026-11-21T10:00:00Z",
                "ERROR [2026-11-21 10:00:00] x ~ 2026-11-21T10:00:00Z",
                "level=info time=\"2026-11-21T10:00:00Z\" ~ 2026-11-21T10:00:00Z",
                "10.0.0.1 - - [21/Nov/2026:10:00:00 +0100] \"GET / HTTP/1.1\" 200 ~ 2026-11-21T09:00:00Z",
                "Nov 21 10:00:00 host sshd[1]: Failed password ~ 2026-11-21T10:00:00Z",
                "Nov  1 10:00:00 host app: x ~ 2026-11-01T10:00:00Z",
                "Dec 31 23:59:59 host app: x ~ 2025-12-31T23:59:59Z",
                "[Sat Nov 21 10:00:00.123456 2026] [core:error] x ~ 2026-11-21T10:00:00.123Z",
                "E1121 10:00:00.123456 7 main.go:1] x ~ 2026-11-21T10:00:00.123Z",
                "1795255200 x ~ 2026-11-21T10:00:00Z",
                "1795255200.5 x ~ 2026-11-21T10:00:00.500Z",
                "1795255200123 x ~ 2026-11-21T10:00:00.123Z",
                "{\"@timestamp\":\"2026-11-21T10:00:00Z\",\"msg\":\"x\"} ~ 2026-11-21T10:00:00Z",
                "{\"event\":\"x\",\"timestamp\":\"2026-11-21T10:00:00.123456\"} ~ 2026-11-21T10:00:00.123Z",
                "{\"ts\":1795255200.25} ~ 2026-11-21T10:00:00.250Z",
                "{\"ts\":1.7952552E9} ~ none",
                "no time in here 12:30 ~ none",
                "2026-13-45 10:00:00 x ~ none",
                "ip 10.0.0.1 took 1795255200ms ~ none",
            })
    void recognises(String line, String expected) {
        long millis = times.of(event(line), NOW);

        assertThat(
                        millis == LogTimes.NONE
                                ? "none"
                                : Instant.ofEpochMilli(millis).toString())
                .isEqualTo(expected);
    }

    @Test
    void aTimeWithoutZoneIsOfTheSourcesZoneSummerTimeAndAll() {
        LogTimes berlin = new LogTimes(ZoneId.of("Europe/Berlin"));

        assertThat(berlin.of(event("2026-07-01 12:00:00 x"), NOW))
                .isEqualTo(Instant.parse("2026-07-01T10:00:00Z").toEpochMilli());
        assertThat(berlin.of(event("2026-11-01 12:00:00 x"), NOW))
                .isEqualTo(Instant.parse("2026-11-01T11:00:00Z").toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 20261121})
    void anythingIsATimeOrNone(long seed) {
        Random random = new Random(seed);
        String alphabet = "0123456789-/: TZ.,[]+NovSat{}\"ts";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            LogEvent event = event(text.toString());
            times.of(event, NOW);
            Shapes.of(event);
            event.values();
        }
    }
}
