package dev.tocsin.watch.check;

import static dev.tocsin.watch.check.CheckRig.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.check.CheckState;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsAndRedisCheckTest {
    private static final String INFO = "# Server\r\nredis_version:7.0.15\r\n# Clients\r\nconnected_clients:3\r\n"
            + "used_memory:1048576\r\nused_memory_human:1.00M\r\nevicted_keys:7\r\nkeyspace_hits:90\r\nkeyspace_misses:10\r\n";

    private final CheckRig rig = new CheckRig();

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void aCertificateIsLookedAt() throws Exception {
        SelfSignedCertificate own = SelfSignedCertificate.create("localhost");
        int port = rig.vertx
                .createNetServer(new NetServerOptions().setSsl(true).setKeyCertOptions(own.keyCertOptions()))
                .connectHandler(socket -> {})
                .listen(0, "127.0.0.1")
                .await(60, TimeUnit.SECONDS)
                .actualPort();
        rig.run(
                check("lax", new ProbeSpec.Tls("localhost", port, "localhost", 1, false)),
                check("long", new ProbeSpec.Tls("localhost", port, "localhost", 3_000_000, false)),
                check("strict", new ProbeSpec.Tls("localhost", port, "localhost", 1, true)));

        assertThat(rig.first("lax").message()).startsWith("certificate of CN=localhost until ");
        assertThat(rig.first("long").message()).startsWith("the certificate ends in ");
        assertThat(rig.first("strict").message()).containsIgnoringCase("cert");
        rig.until("lax", view -> rig.value("check_certificate_expiry_timestamp_seconds", "lax") != null);
    }

    /** A Redis server that wants this password, and answers in two pieces. */
    private static RawServer redis(String password) throws Exception {
        return new RawServer((in, out) -> {
            byte[] asked = new byte[4_096];
            int length = 0;
            String text = "";
            while (!text.contains("INFO")) {
                int n = in.read(asked, length, asked.length - length);
                if (n < 0) {
                    return;
                }
                length += n;
                text = new String(asked, 0, length, StandardCharsets.UTF_8);
            }
            boolean known =
                    password.isEmpty() || text.contains("$4\r\nAUTH\r\n$" + password.length() + "\r\n" + password);
            String answer = known
                    ? (password.isEmpty() ? "" : "+OK\r\n") + "+PONG\r\n$" + INFO.length() + "\r\n" + INFO + "\r\n"
                    : "-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n";
            byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
            out.write(bytes, 0, bytes.length / 2);
            out.flush();
            out.write(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
            out.flush();
            in.readAllBytes();
        });
    }

    private static ProbeSpec.Redis probe(RawServer server, String password, double minHits, long maxMemory) {
        return new ProbeSpec.Redis("127.0.0.1", server.port(), password, minHits, maxMemory);
    }

    @Test
    void aRedisServerTellsItsFigures() throws Exception {
        try (RawServer open = redis("");
                RawServer closed = redis("s3cret")) {
            rig.run(
                    check("open", probe(open, "", 0.9, 1 << 20)),
                    check("closed", probe(closed, "s3cret", 0, Long.MAX_VALUE)),
                    check("unknown", probe(closed, "", 0, Long.MAX_VALUE)),
                    check("cold", probe(open, "", 0.91, Long.MAX_VALUE)),
                    check("full", probe(open, "", 0, (1 << 20) - 1)));

            assertThat(rig.first("open").message()).isEqualTo("Redis 7.0.15");
            rig.until(
                    "open",
                    view -> view.state() == CheckState.UP && rig.value("check_redis_hit_ratio", "open") != null);
            assertThat(rig.value("check_redis_hit_ratio", "open")).isEqualTo(0.9);
            assertThat(rig.value("check_redis_memory_used_bytes", "open")).isEqualTo(1_048_576.0);
            assertThat(rig.value("check_redis_evicted_keys", "open")).isEqualTo(7.0);
            assertThat(rig.first("closed").ok()).isTrue();
            assertThat(rig.first("unknown").message()).isEqualTo("NOAUTH Authentication required.");
            assertThat(rig.first("cold").message()).contains("finds 0.9 of what it is asked for");
            assertThat(rig.first("full").message()).contains("uses 1048576 bytes");
        }
    }

    @Test
    void whatIsNoRedisServerIsToldSo() throws Exception {
        try (RawServer web = new RawServer((in, out) -> {
                    out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    in.readAllBytes();
                });
                RawServer huge = new RawServer((in, out) -> {
                    out.write("$999999999\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    in.readAllBytes();
                })) {
            rig.run(
                    check("web", probe(web, "", 0, 1)),
                    check("huge", probe(huge, "", 0, 1)),
                    check("gone", new ProbeSpec.Redis("127.0.0.1", 1, "", 0, 1), Duration.ofSeconds(60)));

            assertThat(rig.first("web").message()).startsWith("this is no Redis server: HTTP/1.1");
            assertThat(rig.first("huge").message()).isEqualTo("an answer of 999999999 bytes");
            assertThat(rig.first("gone").ok()).isFalse();
        }
    }
}
