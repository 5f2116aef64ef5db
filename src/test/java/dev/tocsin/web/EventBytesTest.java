package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class EventBytesTest {
    /** In any order and number: readers get different pieces, and all of them one gzip stream. */
    @Test
    void piecesThatWereCompressedApartAreOneGzipStream() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(EventBytes.GZIP_HEADER);
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(i % 10 == 0 ? 20_000 : 40); n >= 0; n--) {
                text.append(random.nextInt(1_000)).append(',');
            }
            EventBytes piece = EventBytes.of(text);
            for (int times = random.nextInt(3); times > 0; times--) {
                stream.writeBytes(piece.bytes(true));
                plain.append(piece);
            }
        }
        GZIPInputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(stream.toByteArray()));

        assertThat(new String(unzipped.readNBytes(plain.length()), StandardCharsets.UTF_8))
                .isEqualTo(plain.toString());
        assertThat(stream.size()).isLessThan(plain.length() / 2);
    }
}
