package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Labels;
import dev.tocsin.postgres.PostgresSettings;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.postgres.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresFileTest {
    private static PostgresSettings parse(String text) throws ConfigException {
        return PostgresFile.parse(new ConfigText("postgres.yaml", text), Map.of("PASSWORD", "s3cret"));
    }

    @Test
    void theShippedFileIsTheDefaults() throws Exception {
        Path shipped = Path.of(System.getProperty("tocsin.basedir", "."), "conf", "postgres.yaml");
        assertThat(parse(Files.readString(shipped))).isEqualTo(PostgresSettings.DEFAULT);
        assertThat(parse("")).isEqualTo(PostgresSettings.DEFAULT);
    }

    @Test
    void theShippedExampleIsRead() throws Exception {
        Path shipped = Path.of(System.getProperty("tocsin.basedir", "."), "conf", "postgres.yaml");
        String text = Files.readString(shipped);
        String example = text.substring(text.indexOf("# servers:"), text.indexOf("\n\n"))
                .replaceAll("(?m)^# ", "")
                .replaceAll("(?m)^ *password_file:.*\n", "");

        ServerSettings shop = parse(example).servers().getFirst();
        assertThat(shop)
                .isEqualTo(new ServerSettings(
                        "shop",
                        new ServerAddress("postgresql://tocsin@db.example:5432/shop?sslmode=verify-full"),
                        ServerSettings.DEFAULT_INTERVAL,
                        ServerSettings.DEFAULT_CONNECT_TIMEOUT,
                        ServerSettings.DEFAULT_STATEMENT_TIMEOUT,
                        ServerSettings.DEFAULT_TOP_N,
                        Labels.of("team", "shop")));
    }

    @Test
    void everyKeyIsTaken(@TempDir Path folder) throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "p@ss w/rd\n");
        Path uri = Files.writeString(folder.resolve("uri"), "postgresql://b@10.0.0.2/b\n");
        PostgresSettings read = parse("""
                store: false
                servers:
                  - name: a
                    uri: postgresql://me@db:5433/a?sslmode=disable
                    password_file: %s
                    interval: 1m
                    connect_timeout: 1s
                    statement_timeout: 2s
                    top_n: 5
                    labels: {team: shop}
                  - {name: b, uri_file: %s}
                  - {name: c, uri: "postgresql://me:${PASSWORD}@db/c"}
                """.formatted(password, uri));

        assertThat(read.ownStore()).isFalse();
        assertThat(read.servers())
                .containsExactly(
                        new ServerSettings(
                                "a",
                                new ServerAddress("postgresql://me:p%40ss%20w%2Frd@db:5433/a?sslmode=disable"),
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                5,
                                Labels.of("team", "shop")),
                        ServerSettings.of("b", new ServerAddress("postgresql://b@10.0.0.2/b")),
                        ServerSettings.of("c", new ServerAddress("postgresql://me:s3cret@db/c")));
        assertThat(read.servers().getFirst().address().connectOptions().getPassword())
                .isEqualTo("p@ss w/rd");
        assertThat(read.servers().toString()).doesNotContain("s3cret").doesNotContain("p%40ss");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            uri: "postgresql://a@b/c"                                        | a server needs name
            name: a                                                          | a server needs uri
            name: a b, uri: "postgresql://a@b/c"                             | a server's name has 1 to 100 letters
            name: a, uri: "mysql://me:s3cret@b/c"                            | expected postgresql://user:password@host
            name: a, uri: "postgresql://a@b/c", uri_file: x                  | uri and uri_file are both given
            name: a, uri: "postgresql://a@b/c", password_file: /no/such      | can't read "/no/such"
            name: a, uri: "postgresql://a@b/c", password_file: /dev/null     | there is nothing in "/dev/null"
            name: a, uri: "postgresql://a@b/c", intervall: 15s               | did you mean "interval"
            name: a, uri: "postgresql://a@b/c", interval: 3m                 | expected a duration from 1s to 2m
            name: a, uri: "postgresql://a@b/c", top_n: 0                     | expected a whole number from 1 to 100
            name: a, uri: "postgresql://a@b/c", labels: {server: x}          | the label "server" is one that Tocsin sets
            name: a, uri: "postgresql://a:${NOPE}@b/c"                       | the environment variable "NOPE" is not set
            """)
    void whatIsWrongIsToldWithItsPlace(String keys, String told) {
        assertThatThrownBy(() -> parse("servers:\n  - {" + keys + "}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("postgres.yaml:2")
                .hasMessageContaining(told)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aNameStandsOnce() {
        assertThatThrownBy(() -> parse("""
                servers:
                  - {name: a, uri: "postgresql://a@b/c"}
                  - {name: a, uri: "postgresql://a@b/d"}
                """))
                .hasMessageContaining("postgres.yaml:3")
                .hasMessageContaining("another server is called \"a\"");
    }
}
