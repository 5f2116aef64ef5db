package dev.tocsin.watch.check;

import static dev.tocsin.watch.check.CheckRig.check;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DnsCheckTest {
    private static final int HEADER_BYTES = 12;
    private static final int NAME_ERROR = 3;

    private final CheckRig rig = new CheckRig();
    private DatagramSocket server;

    @BeforeEach
    void serve() throws Exception {
        server = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(() -> {
            byte[] buffer = new byte[512];
            while (!server.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    server.receive(packet);
                    byte[] query = Arrays.copyOf(buffer, packet.getLength());
                    if (!name(query).startsWith("silent")) {
                        byte[] answer = answer(query);
                        server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                    }
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
        server.close();
    }

    /** The first label of the name that is asked for. */
    private static String name(byte[] query) {
        return new String(query, HEADER_BYTES + 1, query[HEADER_BYTES], StandardCharsets.US_ASCII);
    }

    /** Of a name that begins with "known" the address 192.0.2.7 (RFC 1035, 4.1); of any other, that there is none. */
    private static byte[] answer(byte[] query) throws IOException {
        int end = HEADER_BYTES;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        end += 5;
        boolean known = name(query).startsWith("known");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(query, 0, 2);
        out.write(new byte[] {
            (byte) 0x81, (byte) (0x80 | (known ? 0 : NAME_ERROR)), 0, 1, 0, (byte) (known ? 1 : 0), 0, 0, 0, 0
        });
        out.write(query, HEADER_BYTES, end - HEADER_BYTES);
        if (known) {
            out.write(new byte[] {(byte) 0xc0, HEADER_BYTES, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, (byte) 192, 0, 2, 7});
        }
        return out.toByteArray();
    }

    private ProbeSpec.Dns ask(String name, String... expect) {
        return new ProbeSpec.Dns(name, ProbeSpec.Dns.Type.A, "127.0.0.1", server.getLocalPort(), List.of(expect));
    }

    @Test
    void theAnswersAreThoseThatAreExpectedOrTold() throws Exception {
        rig.run(
                check("any", ask("known.example")),
                check("this", ask("known.example", "192.0.2.7")),
                check("other", ask("known.example", "192.0.2.8")),
                check("none", ask("unknown.example")),
                check("silent", ask("silent.example"), Duration.ofMillis(300)));

        assertThat(rig.first("any").message()).isEqualTo("known.example A is 192.0.2.7");
        assertThat(rig.first("this").ok()).isTrue();
        assertThat(rig.first("other").message()).isEqualTo("known.example A is 192.0.2.7, not 192.0.2.8");
        assertThat(rig.first("none").ok()).isFalse();
        assertThat(rig.first("silent").ok()).isFalse();
    }
}
