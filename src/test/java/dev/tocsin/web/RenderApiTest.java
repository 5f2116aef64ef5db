package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.QueryLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

class RenderApiTest {
    private static final int BLUE = 0x2f97d4;
    private static final int RED = 0xe5484d;
    private static final String SOLD = "/api/v1/render?query=sold&from=-1m";

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
