package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.QueryLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

class RenderApiTest {
    private static final int BLUE = 0x2f97d4;
    private static final int YELLOW = 0xc98a00;
    private static final int BLUE_LAYER = 0xb6dbf0;
    private static final int YELLOW_LAYER = 0xecd6a6;
    private static final int RED = 0xe5484d;
    private static final int MOST_OBSERVATIONS = 0x081d58;
    private static final String SOLD = "/api/v1/render?query=sold&from=-1m";

    private static final Labels TOOK = Labels.of("__name__", "took");
    private static final long HOUR = 3_600_000;

    private final CountingSource source = new CountingSource();
    private TestServer server;

    @BeforeEach
    void start() {
        source.change(memory -> {
            for (int i = 0; i <= 60; i++) {
                long time = TestServer.NOW - 60_000 + i * 1_000L;
                memory.add(Labels.of("__name__", "sold", "shop", "north"), time, 10 + i);
                memory.add(Labels.of("__name__", "sold", "shop", "<south>"), time, 100);
            }
            Distribution total = Distribution.empty(BucketLayout.TWO_DIGITS);
            memory.add(TOOK, TestServer.NOW - HOUR - 60_000, total);
            total = total.plus(Distribution.ofValues(BucketLayout.TWO_DIGITS, 500, 510, 520));
            memory.add(TOOK, TestServer.NOW - HOUR, total);
            for (int i = 1; i <= 60; i++) {
                total = total.plus(Distribution.ofValues(BucketLayout.TWO_DIGITS, 20, 20, 20, 100, 200, 300, 300));
                memory.add(TOOK, TestServer.NOW - 60_000 + i * 1_000L, total);
            }
        });
        server = new TestServer();
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        Evaluator evaluator = new Evaluator(source, new QueryLimits(100, 100_000, 120_000_000_000L), Clock.system());
        server.start(
                HttpSettings.DEFAULT,
                List.of(new RenderApi(evaluator, pool, server.clock)::mount),
                PageFiles.of(Map.of()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private BufferedImage png(String pathAndQuery) throws Exception {
        HttpResponse<byte[]> answer =
                server.send(server.request(pathAndQuery), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("image/png");
        return ImageIO.read(new ByteArrayInputStream(answer.body()));
    }

    /** How many pixels are just this colour. */
    private static long count(BufferedImage image, int colour) {
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        return java.util.stream.IntStream.of(pixels)
                .filter(pixel -> (pixel & 0xffffff) == colour)
                .count();
    }

    @Test
    void aQueryIsDrawnAsAnImage() throws Exception {
        BufferedImage image = png(SOLD + "&width=640&height=200");

        assertThat(image.getWidth()).isEqualTo(640);
        assertThat(image.getHeight()).isEqualTo(200);
        assertThat(image.getRGB(1, 1) & 0xffffff).isEqualTo(0xffffff);
        assertThat(count(image, BLUE)).isGreaterThan(300);
        assertThat(count(image, RED)).isZero();
    }

    @Test
    void thresholdsAndTheDarkThemeAreDrawnToo() throws Exception {
        BufferedImage image = png(SOLD + "&theme=dark&threshold=50");

        assertThat(image.getRGB(1, 1) & 0xffffff).isEqualTo(0x171a21);
        assertThat(count(image, RED)).isGreaterThan(100);
    }

    @Test
    void layersStandOnEachOther() throws Exception {
        BufferedImage image = png(SOLD + "&kind=stacked");
        // In the middle of the last quarter, from the foot up: what north has, then south's hundred on top of it.
        int x = image.getWidth() * 7 / 8;
        List<Integer> colours = new ArrayList<>();
        for (int y = image.getHeight() - 1; y >= 0; y--) {
            int colour = image.getRGB(x, y) & 0xffffff;
            if (colour == BLUE_LAYER || colour == YELLOW_LAYER) {
                colours.add(colour);
            }
        }
        assertThat(colours.stream().distinct()).containsExactly(BLUE_LAYER, YELLOW_LAYER);
    }

    @Test
    void observationsAreDrawnByTimeAndValue() throws Exception {
        String query = "/api/v1/render?kind=heatmap&query=took&from=-1m";
        BufferedImage image = png(query);

        // The fullest cells, of values about 20, lie below all others, all the way across.
        List<Integer> fullest = new ArrayList<>();
        for (int x = 70; x < image.getWidth() - 20; x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                if ((image.getRGB(x, y) & 0xffffff) == MOST_OBSERVATIONS) {
                    fullest.add(y);
                }
            }
        }
        assertThat(fullest).hasSizeGreaterThan(500).allMatch(y -> y > image.getHeight() / 2);

        HttpResponse<String> document = server.get(query + "&format=svg&title=Took&unit=ms");
        assertThat(parse(document.body()).getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("Took, heatmap of 420 observations");
        assertThat(document.body()).contains(">200 ms<", "p99");
    }

    @Test
    void aSpectrumIsDrawnNowAndBefore() throws Exception {
        String query = "/api/v1/render?kind=spectrum&query=took&from=-1m&offset=0&offset=1h&offset=1w";
        BufferedImage image = png(query);
        assertThat(count(image, BLUE)).isGreaterThan(100);
        assertThat(count(image, YELLOW)).isGreaterThan(20);

        HttpResponse<String> document = server.get(query + "&format=svg");
        assertThat(parse(document.body()).getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("now, 1h ago");
        assertThat(document.body()).contains("99.999 %", "1h ago");
    }

    @ParameterizedTest
    @ValueSource(strings = {"heatmap", "spectrum"})
    void nothingObservedIsAnEmptyPicture(String kind) throws Exception {
        BufferedImage image = png("/api/v1/render?query=nothing&width=100&height=60&kind=" + kind);

        assertThat(image.getWidth()).isEqualTo(100);
        assertThat(count(image, BLUE)).isZero();
    }

    @Test
    void nothingToDrawIsAnEmptyImage() throws Exception {
        BufferedImage image = png("/api/v1/render?query=nothing&width=300&height=100");

        assertThat(image.getWidth()).isEqualTo(300);
        assertThat(count(image, BLUE)).isZero();
    }

    @Test
    void theSameIsDrawnAsADocument() throws Exception {
        HttpResponse<String> answer = server.get(SOLD + "&format=svg&title=Sold%20%26%20gone");

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("image/svg+xml");
        Document document = parse(answer.body());
        assertThat(document.getDocumentElement().getAttribute("width")).isEqualTo("800");
        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("Sold & gone, <south>, north");
        assertThat(answer.body()).contains("stroke:rgb(47,151,212)");
    }

    private static Document parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from=-1h | invalid parameter \\\"query\\\": a picture shows 1 to 20 queries",
                "query=up&width=99 | invalid parameter \\\"width\\\": must be a whole number from 100 to 4000",
                "query=up&height=x | invalid parameter \\\"height\\\": must be a whole number from 60 to 2000",
                "query=up&query=up&kind=heatmap | invalid parameter \\\"query\\\": such a picture shows one query",
                "query=up&unit=furlong | invalid parameter \\\"unit\\\": must be ms, s, bytes, bytes_per_second, bits_per_second, percent, ratio, ops, usd or short",
                "query=up&kind=pie | invalid parameter \\\"kind\\\": must be timeseries, stacked, heatmap or spectrum",
                "query=up&format=gif | invalid parameter \\\"format\\\": must be png or svg",
                "query=up&from=now&to=-1h | invalid parameter \\\"to\\\": must be after from",
                "query=up&from=noon | invalid parameter \\\"from\\\": cannot parse \\\"noon\\\" to a valid timestamp",
                "query=up&tz=Mars | invalid parameter \\\"tz\\\": there is no time zone \\\"Mars\\\"",
                "query=up&threshold=x | invalid parameter \\\"threshold\\\": \\\"x\\\" is not a number",
            })
    void whatCannotBeDrawnIsToldInWords(String query, String error) {
        HttpResponse<String> answer = server.get("/api/v1/render?" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo("{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"" + error + "\"}");
    }
}
