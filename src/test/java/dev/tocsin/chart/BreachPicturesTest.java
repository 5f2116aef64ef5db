package dev.tocsin.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.MemorySource;
import dev.tocsin.promql.QueryLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreachPicturesTest {
    private static final long NOW = 1_732_165_200_000L;
    private static final int FIRST = 0x2f97d4;
    private static final int SECOND = 0xc98a00;
    private static final int THRESHOLD = 0xe5484d;

    private BreachPictures pictures;

    @BeforeEach
    void twoHosts() {
        MemorySource source = new MemorySource();
        for (int i = 0; i <= 1_200; i += 5) {
            long time = NOW - 1_200_000 + i * 1_000L;
            source.add(Labels.of("__name__", "cpu", "host", "a"), time, 50 + i / 30.0);
            source.add(Labels.of("__name__", "cpu", "host", "b"), time, 20);
        }
        Evaluator evaluator = new Evaluator(source, new QueryLimits(100, 100_000, 120_000_000_000L));
        pictures = new BreachPictures(evaluator, new ManualClock(NOW), "http://tocsin");
    }

    private static Alert alert(String expr, String host) {
        return alert("http://tocsin/#/explore?q=", expr, host);
    }

    private static Alert alert(String page, String expr, String host) {
        return new Alert(
                Labels.of("alertname", "Hot", "host", host),
                Map.of(),
                Instant.ofEpochMilli(NOW - 60_000),
                null,
                page + URLEncoder.encode(expr, StandardCharsets.UTF_8),
                new Alert.Receipt(NOW, NOW, NOW));
    }

    private BufferedImage drawn(Alert alert) throws Exception {
        return ImageIO.read(new ByteArrayInputStream(pictures.png(alert).orElseThrow()));
    }

    private static long count(BufferedImage image, int colour) {
        return IntStream.of(image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
                .filter(pixel -> (pixel & 0xffffff) == colour)
                .count();
    }

    @Test
    void theAlertsOwnSeriesIsDrawnAgainstItsThreshold() throws Exception {
        BufferedImage image = drawn(alert("cpu > 80", "a"));

        assertThat(count(image, FIRST)).isGreaterThan(300);
        assertThat(count(image, SECOND)).isZero();
        assertThat(count(image, THRESHOLD)).isGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cpu > 80 or vector(1) == 2", "(cpu) > 80 unless cpu > 99", "cpu > on(host) (cpu offset 5m)"})
    void eachSideOfASetOperationIsDrawnByItself(String expr) throws Exception {
        assertThat(count(drawn(alert(expr, "a")), FIRST)).isPositive();
    }

    @Test
    void allSeriesAreDrawnWhereNoneIsTheAlertsOwn() throws Exception {
        BufferedImage image = drawn(alert("cpu > 10", "c"));

        assertThat(count(image, FIRST)).isPositive();
        assertThat(count(image, SECOND)).isPositive();
    }

    @Test
    void whatIsNotKnownHereIsNotDrawn() {
        assertThat(pictures.png(alert("http://prometheus/graph?g0.expr=", "cpu > 80", "a")))
                .isEqualTo(Optional.empty());
        assertThat(pictures.png(alert("cpu >", "a"))).isEqualTo(Optional.empty());
        assertThat(pictures.png(alert("nothing > 1", "a"))).isEqualTo(Optional.empty());
    }
}
