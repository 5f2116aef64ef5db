package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code sslmode} does with a server that speaks TLS as localhost, and with one that does not. */
class ServerTlsTest {
    private static final String ENCRYPTED = "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

    @TempDir
    static Path folder;

    private static TestServer tls;
    private static TestServer plain;
    private static Vertx vertx;

    @BeforeAll
    static void startServers() throws Exception {
        tls = TestServer.startWithTls(Binaries.OURS, Files.createDirectory(folder.resolve("tls")));
        plain = TestServer.start(Binaries.OURS, Files.createDirectory(folder.resolve("plain")));
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopServers() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        tls.close();
        plain.close();
    }

    private static ServerAddress address(TestServer server, String host, String query) {
        return new ServerAddress(server.address().uri().replace("127.0.0.1", host) + query);
    }

    private static String trusted() {
        return "&sslrootcert=" + folder.resolve("tls/certificate.pem");
    }

    /** As the pool connects. */
    private static String encryptedByPool(ServerAddress address) throws Exception {
        PgConnection connection = PgConnection.connect(vertx, address.connectOptions())
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        return connection
                .query(ENCRYPTED)
                .execute()
                .eventually(connection::close)
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .iterator()
                .next()
                .getString(0);
    }

    /** As migrations, backup and restore connect. */
    private static String encryptedByDriver(ServerAddress address) throws SQLException {
        try (Connection connection = address.connect();
                ResultSet row = connection.createStatement().executeQuery(ENCRYPTED)) {
            row.next();
            return row.getString(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, '', false, false",
        "localhost, ?sslmode=disable, false, false",
        "127.0.0.1, ?sslmode=prefer, false, true",
        "127.0.0.1, ?sslmode=require, false, true",
        "127.0.0.1, ?sslmode=verify-ca, true, true",
        "localhost, ?sslmode=verify-full, true, true"
    })
    void encryptsWhereItIsTold(String host, String query, boolean trusts, boolean encrypted) throws Exception {
        ServerAddress address = address(tls, host, query + (trusts ? trusted() : ""));

        assertThat(encryptedByPool(address)).isEqualTo(Boolean.toString(encrypted));
        assertThat(encryptedByDriver(address)).isEqualTo(Boolean.toString(encrypted));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, ?sslmode=verify-full, false",
        "localhost, ?sslmode=verify-ca, false",
        // The certificate is another name's.
        "127.0.0.1, ?sslmode=verify-full, true"
    })
    void connectsToNobodyWhoIsNotTrusted(String host, String query, boolean trusts) {
        ServerAddress address = address(tls, host, query + (trusts ? trusted() : ""));

        assertThatThrownBy(() -> encryptedByPool(address)).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() -> encryptedByDriver(address)).isInstanceOf(SQLException.class);
    }

    @Test
    void preferringTlsDoesWithoutWhereTheServerHasNone() throws Exception {
        ServerAddress address = address(plain, "127.0.0.1", "?sslmode=prefer");

        assertThat(encryptedByPool(address)).isEqualTo("false");
        assertThat(encryptedByDriver(address)).isEqualTo("false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-ca", "verify-full"})
    void neverSpeaksPlainlyWhereTlsIsAskedFor(String mode) {
        ServerAddress address = address(plain, "localhost", "?sslmode=" + mode);

        assertThatThrownBy(() -> encryptedByPool(address)).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() -> encryptedByDriver(address)).isInstanceOf(SQLException.class);
    }
}
