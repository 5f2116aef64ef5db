package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Kind;
import dev.tocsin.watch.log.LogPattern;
import dev.tocsin.watch.log.LogSource;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFilesTest {
    private static List<LogSource> parse(String text) throws ConfigException {
        return LogFiles.parseAll(List.of(new ConfigText("conf/logs/a.yaml", text)))
                .sources();
    }

    @Test
    void aNameAndFilesAreEnough() throws Exception {
        LogSource source =
                parse("sources: [{name: shop, files: /var/log/shop/*.log}]").getFirst();

        assertThat(source.name()).isEqualTo("shop");
        assertThat(source.files()).containsExactly("/var/log/shop/*.log");
        assertThat(source.fromStart()).isFalse();
        assertThat(source.maxEventBytes()).isEqualTo(64 << 10);
        assertThat(source.zone()).isEqualTo(ZoneId.systemDefault());
        assertThat(source.patterns())
                .extracting(LogPattern::category)
                .containsExactly("error", "warning", "performance", "memory", "network", "security");
    }

    @Test
    void everythingThatCanBeSaid() throws Exception {
        LogSource source = parse("""
                sources:
                  - name: shop
                    files: [/var/log/shop/*.log, '/srv/**/app.json']
                    exclude: ['*debug*']
                    from: start
                    max_line: 16k
                    timezone: Asia/Tokyo
                    event_start: '^\\d{4}-'
                    categories: [error, security]
                    patterns:
                      - {category: payment, match: 'declined|refused', field: event}
                    metrics:
                      - name: request_duration_seconds
                        field: duration_ms
                        match: api_request
                        labels: {endpoint: path}
                        factor: 0.001
                      - {name: logins, kind: counter, match: user_login}
                """).getFirst();

        assertThat(source.fromStart()).isTrue();
        assertThat(source.maxEventBytes()).isEqualTo(16 << 10);
        assertThat(source.patterns()).extracting(LogPattern::category).containsExactly("error", "security", "payment");
        assertThat(source.metrics().getFirst().kind()).isEqualTo(Kind.DISTRIBUTION);
        assertThat(source.metrics().getFirst().labels()).containsEntry("endpoint", "path");
        assertThat(source.metrics().getFirst().factor()).isEqualTo(0.001);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "files: /x ~ conf/logs/a.yaml:2: sources[0]: needs name",
                "name: a ~ conf/logs/a.yaml:2: sources[0]: needs files",
                "{name: a, files: /x, form: start} ~ conf/logs/a.yaml:2: sources[0].form: unknown key; did you mean \"from\"?",
                "{name: a, files: /x, from: middle} ~ sources[0].from: expected start or end, found \"middle\"",
                "{name: a, files: '/x/[a'} ~ sources[0].files: no pattern of paths",
                "{name: a, files: /x, max_line: 2G} ~ sources[0].max_line: expected 1k to 1M",
                "{name: a, files: /x, timezone: Mars} ~ sources[0].timezone: expected a time zone",
                "{name: a, files: /x, categories: [eror]} ~ sources[0].categories[0]: no built-in category; did you mean \"error\"?",
                "{name: a, files: /x, patterns: [{category: a, match: '('}]} ~ patterns[0].match: invalid regular expression",
                "{name: a, files: /x, patterns: [{category: 'a b', match: x}]} ~ patterns[0].category: expected letters",
                "{name: a, files: /x, metrics: [{name: m}]} ~ metrics[0]: a distribution needs field",
                "{name: a, files: /x, metrics: [{name: m, field: f, kind: set}]} ~ kind: expected one of counter, gauge",
                "{name: a, files: /x, metrics: [{name: m, field: f, factor: 0}]} ~ factor: expected a number other than 0",
            })
    void errorsNameTheirPlace(String source, String message) {
        assertThatThrownBy(() -> parse("sources:\n  - " + source + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aNameStandsOnce() {
        assertThatThrownBy(() -> parse("sources: [{name: a, files: /x}, {name: a, files: /y}]"))
                .hasMessageContaining("a source \"a\" stands in conf/logs/a.yaml already");
    }
}
