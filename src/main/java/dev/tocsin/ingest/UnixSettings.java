package dev.tocsin.ingest;

import dev.tocsin.ingest.wire.SignedGauges;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A Unix datagram socket to take samples from.
 *
 * @param path where its file is made; at most {@value #MAX_PATH_BYTES} bytes, as the kernel has it
 */
public record UnixSettings(Path path, SignedGauges signedGauges) {
    static final int MAX_PATH_BYTES = 107;

    public UnixSettings {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new IllegalArgumentException(
                    "the path of a socket has at most " + MAX_PATH_BYTES + " bytes, this has more: " + path);
        }
    }
}
