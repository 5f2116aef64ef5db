package dev.tocsin.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import dev.tocsin.chart.RowScale;
import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's pure functions, run where they will run: in Chromium, from the files as they are. */
class ModulesTest {
    private static final Map<String, Object> CHOSEN = Map.of(
            "one", chosen(false, true, "a.b"),
            "two", chosen(false, true, "a.b", "c"),
            "every", chosen(true, true, "x"),
            "listed", chosen(true, false, "p", "q"),
            "bad", chosen(false, true, "say \"hi\" \\"),
            "n", chosen(false, false, "3"),
            "w", chosen(false, false, "5m"));

    private static Map<String, Object> chosen(boolean all, boolean open, String... values) {
        return Map.of("all", all, "open", open, "values", List.of(values));
    }

    private static HttpServer files;
    private static Page page;

    /** One window for all, in the run's Chromium: nothing of it is shown. */
    @RegisterExtension
    private static final BeforeAllCallback OPENED = test -> {
        Path web = Path.of(System.getProperty("tocsin.basedir", "."), "src", "main", "resources", "web");
        files = SimpleFileServer.createFileServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                web.toAbsolutePath().normalize(),
                SimpleFileServer.OutputLevel.NONE);
        files.start();
        page = Browsing.chromium(test).browser().newPage();
        page.navigate("http://127.0.0.1:" + files.getAddress().getPort() + "/favicon.svg");
    };

    @AfterAll
    static void stop() {
        page.close();
        files.stop(0);
    }

    /** The value of {@code module.function(...arguments)}. */
    private static Object call(String module, String function, Object... arguments) {
        return page.evaluate(
                "async ([module, name, args]) => (await import(module))[name](...args)",
                List.of("/js/" + module, function, List.of(arguments)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0        | ms      | 0 ms
            0.4567   | ms      | 457 µs
            12.345   | ms      | 12.3 ms
            320      | ms      | 320 ms
            999.6    | ms      | 1.00 s
            90000    | ms      | 1.50 min
            0.0123   | s       | 12.3 ms
            1023     | bytes   | 0.999 KiB
            512      | bytes   | 512 B
            1610612736 | bytes | 1.50 GiB
            42.123   | percent | 42.1 %
            100      | percent | 100 %
            0.0512   | ratio   | 5.12 %
            1234     | ops     | 1.23 k/s
            0.25     | ops     | 0.25 /s
            7        | short   | 7
            1234567  | short   | 1.23 M
            -5       | short   | −5
            """)
    void numbersHaveThreeDigitsAndTheirUnit(double value, String unit, String expected) {
        assertThat(((String) call("units.js", "format", value, unit)).replace('\u00a0', ' '))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0   | 0 s
            59  | 59 s
            60  | 1 min
            192 | 3 min 12 s
            3600 | 1 h
            90061 | 1 d 01 h
            """)
    void durationsHaveAtMostTwoUnits(double seconds, String expected) {
        assertThat(((String) call("units.js", "duration", seconds)).replace('\u00a0', ' '))
                .isEqualTo(expected);
    }

    @Test
    void ticksOfAnAxisShareOneUnit() {
        assertThat(call("units.js", "formatTicks", List.of(0, 0.5, 1, 1.5), "s"))
                .isEqualTo(List.of("0", "0.5\u00a0s", "1.0\u00a0s", "1.5\u00a0s"));
        assertThat(call("units.js", "niceTicks", 0, 400, "ms")).isEqualTo(List.of(0, 100, 200, 300, 400));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rowsOfAHeatmapAreJoinedAsTheServerJoinsThem(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[500];
        Arrays.setAll(values, i -> random.nextInt(100) == 0 ? 0 : Math.exp(4 + 2 * random.nextGaussian()));
        Distribution distribution = Distribution.ofValues(BucketLayout.TWO_DIGITS, values);
        Object column = call("heat-rows.js", "columnOf", told(distribution, new RowScale(RowScale.FINEST)));
        for (int bits = RowScale.COARSEST; bits <= RowScale.FINEST; bits++) {
            RowScale scale = new RowScale(bits);
            assertThat(call("heat-rows.js", "coarsened", column, bits))
                    .as("seed %d, %d bits", seed, bits)
                    .isEqualTo(call("heat-rows.js", "columnOf", told(distribution, scale)));
            for (double value : new double[] {1e-9, 0.3, 1, 100, 12_345}) {
                int row = scale.rowOf(value);
                assertThat(((Number) call("heat-rows.js", "lowerOf", row, bits)).doubleValue())
                        .isEqualTo(scale.lower(row));
            }
        }
        assertThat(((Number) call(
                                "heat-rows.js",
                                "countIn",
                                List.of(List.of(10, column)),
                                2,
                                Map.of("from", 9, "to", 10, "low", 0, "high", 1e9)))
                        .doubleValue())
                .isEqualTo(500);
    }

    /** As the stream tells it. */
    private static List<Number> told(Distribution distribution, RowScale scale) {
        List<Number> told = new ArrayList<>(List.of(scale.bits(), distribution.count(), 1, 2));
        int[] before = {0};
        scale.forEachRow(distribution, (row, count) -> {
            told.add(row - before[0]);
            told.add(count);
            before[0] = row;
        });
        return told;
    }

    @Test
    void rowsOfAHeatmapAreAsFineAsFits() {
        Object narrow = call("heat-rows.js", "columnOf", List.of(4, 2, 1, 2, 16_000, 1, 40, 1));
        assertThat(call("heat-rows.js", "scaleFor", List.of(narrow), 72))
                .isEqualTo(Map.of("bits", 4, "low", 16_000, "high", 16_040, "zero", false));
        Object wide = call("heat-rows.js", "columnOf", List.of(4, 3, 1, 2, 0, 1, 16_000, 1, 200, 1));
        assertThat(call("heat-rows.js", "scaleFor", List.of(narrow, wide), 72))
                .isEqualTo(Map.of("bits", 2, "low", 4_000, "high", 4_050, "zero", true));
        assertThat(call("heat-rows.js", "scaleFor", List.of(), 72)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "live, 300, 1, 1",
        "live, 300, 2, 2",
        "live, 300, 10, 10",
        "live, 900, 1, 5",
        "rolling, 3600, 1, 20",
        "rolling, 21600, 1, 120",
        "rolling, 86400, 1, 300",
        "rolling, 604800, 1, 3600",
        "rolling, 2592000, 1, 10800"
    })
    void aHeatmapsColumnsAreWholeTicksAndNotTooMany(String kind, int seconds, int tick, int step) {
        Map<String, Object> range = Map.of("kind", kind, "seconds", seconds);
        assertThat(call("heat-track.js", "stepFor", range, 1_732_165_200, tick)).isEqualTo(step);
    }

    @Test
    void aSpectrumsValueLiesBetweenItsPointsAndNotBeyondThem() {
        List<List<Double>> points = List.of(List.of(0.0, 10.0), List.of(0.9, 20.0), List.of(0.99, 40.0));
        assertThat(call("spectrum-plot.js", "valueAt", points, 0)).isEqualTo(10);
        assertThat(call("spectrum-plot.js", "valueAt", points, 0.99)).isEqualTo(40);
        // Half way between two nines, as the plot draws it.
        assertThat(((Number) call("spectrum-plot.js", "valueAt", points, 1 - Math.pow(10, -1.5))).doubleValue())
                .isCloseTo(30, within(1e-9));
        assertThat(call("spectrum-plot.js", "valueAt", points, 0.999)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 %",
        "0.5, 50 %",
        "0.9, 90 %",
        "0.99, 99 %",
        "0.999, 99.9 %",
        "0.9999, 99.99 %",
        "0.99999, 99.999 %"
    })
    void percentilesHaveTheDigitsThatTellThemApart(double percentile, String expected) {
        assertThat(((String) call("spectrum-plot.js", "nameOf", percentile)).replace('\u00a0', ' '))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            took                            | took
            took{}                          | took
            took{route="/pay"}              | took{route="/pay"}
            took{ a="x\\"y,}", b="" }       | took{a="x\\"y,}",b=""}
            took{route=~"/p.*"}             |
            took{route="/pay"} offset 1h    |
            rate(took[5m])                  |
            """)
    void aSelectorIsReadAsFarAsItIsNameAndFilters(String text, String expected) {
        Object selector = call("selector.js", "parseSelector", text);
        assertThat(selector == null ? null : call("selector.js", "selectorText", selector))
                .isEqualTo(expected);
    }

    @Test
    void anAlertsFingerprintIsTheServers() {
        Map<String, String> labels = Map.of("alertname", "Größe", "service", "checkout", "severity", "critical");
        assertThat(call("labels.js", "fingerprint", labels))
                .isEqualTo(Labels.of(labels).fingerprintHex());
    }

    @Test
    void seriesAreCalledByTheLabelsInWhichTheyDiffer() {
        List<Map<String, String>> series = List.of(
                Map.of("__name__", "x", "service", "a", "route", "/login"),
                Map.of("__name__", "x", "service", "a", "route", "/logout"));
        assertThat(call("labels.js", "shortNames", series, "x")).isEqualTo(List.of("/login", "/logout"));
        assertThat(call("labels.js", "shortNames", List.of(Map.of("__name__", "x")), "y"))
                .isEqualTo(List.of("x"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            latency_p99 > 200                                         | latency_p99 | 200
            sum(rate(e[5m])) / sum(rate(r[5m])) >= 0.05               | sum(rate(e[5m])) / sum(rate(r[5m])) | 0.05
            free_bytes{mount="a>b"} < 10 * 1024                       | free_bytes{mount="a>b"} | 10240
            histogram_quantile(0.99, sum(rate(x[1m]))) > bool 0.3     | histogram_quantile(0.99, sum(rate(x[1m]))) | 0.3
            """)
    void theThresholdOfAnAlertIsFound(String expr, String left, double threshold) {
        assertThat(call("promql-text.js", "splitThreshold", expr))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("left", left)
                .hasEntrySatisfying(
                        "threshold",
                        found -> assertThat(((Number) found).doubleValue()).isEqualTo(threshold));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            absent(up)
            a > b
            a > 1 and b > 2
            x{a="1 > 2"}
            """)
    void anExpressionWithoutOneNumberToCompareWithHasNoThreshold(String expr) {
        assertThat(call("promql-text.js", "splitThreshold", expr)).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sum(ht                  | any    | ht
            x{                      | label  | ''
            x{ser                   | label  | ser
            x{service="che          | value  | che
            x{service="a",rou       | label  | rou
            rate(x[5                | window | 5
            sum by (ser             | label  | ser
            x{a="b"} + ht           | any    | ht
            """)
    void whatCanComeNextDependsOnWhereTheCaretIs(String text, String what, String word) {
        assertThat(call("completion.js", "contextAt", text, text.length()))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("what", what)
                .containsEntry("word", word);
    }

    @Test
    void aParseErrorTellsItsPlace() {
        assertThat(call(
                        "promql-text.js",
                        "errorPlace",
                        "invalid parameter \"query\": 2:11: parse error: unexpected \")\""))
                .isEqualTo(Map.of("line", 2, "column", 11, "message", "unexpected \")\""));
    }

    @Test
    void aCounterOfManySeriesIsSummedByTheLabelThatTellsMost() {
        List<Map<String, String>> series = List.of("200", "404", "500").stream()
                .flatMap(status -> List.of("a", "b", "c").stream()
                        .map(user -> Map.of("__name__", "http_requests", "status", status, "user", user)))
                .toList();
        Map<String, Object> live = Map.of("step", 1, "seconds", 300, "kind", "live");
        Object plan = call(
                "metric-panel.js",
                "planFor",
                Map.of("name", "http_requests", "kind", "counter", "unit", "short"),
                series,
                live);
        assertThat(plan)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("queries", List.of(Map.of("expr", "sum by (status) (rate(http_requests[10s]))")))
                .containsEntry("hint", "9 series by status");
    }

    @Test
    void aTotalThatIsLookedAtNowAndThenHasALongerWindow() {
        Map<String, Object> live = Map.of("step", 1, "seconds", 300, "kind", "live");
        assertThat(call(
                        "metric-panel.js",
                        "planFor",
                        Map.of("name", "node_forks_total", "kind", "counter", "unit", "short"),
                        List.of(Map.of("__name__", "node_forks_total")),
                        live))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("queries", List.of(Map.of("expr", "rate(node_forks_total[1m])")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '~', textBlock = """
            rate(x{s="$one"}[$w])             § rate(x{s="a.b"}[5m])
            rate(x{s=~"$one"}[${w}])          § rate(x{s=~"a\\\\.b"}[5m])
            x{s="$two"}                       § x{s=~"(a\\\\.b|c)"}
            x{s != '$two', r = "r"}           § x{s !~ "(a\\\\.b|c)", r = "r"}
            x{s=~`/v1\\.0/$two`}              § x{s=~"/v1\\\\.0/(a\\\\.b|c)"}
            x{s="/v1.0/$two"}                 § x{s=~"/v1\\\\.0/(a\\\\.b|c)"}
            x{s="$every"}                     § x{s=~".*"}
            x{s="$listed"}                    § x{s=~"(p|q)"}
            x{s="$bad"}                       § x{s="say \\"hi\\" \\\\"}
            x{s=~"$bad"}                      § x{s=~"say \\"hi\\" \\\\\\\\"}
            topk($n, x) > $n                  § topk(3, x) > 3
            label_replace(x, "a", "$1", "b", "(.*)$") § label_replace(x, "a", "$1", "b", "(.*)$")
            x{s="$unknown", t="$one"}         § x{s="$unknown", t="a.b"}
            """)
    void variablesAreFilledInAsTheirPlaceInAnExpressionAsks(String expr, String filled) {
        assertThat(call("variables.js", "fillExpr", expr, CHOSEN)).isEqualTo(filled);
    }

    @Test
    void variablesAreFilledIntoTitles() {
        assertThat(call("variables.js", "fillText", "$one, ${two}; $every; $5 of $unknown", CHOSEN))
                .isEqualTo("a.b, a.b, c; all; $5 of $unknown");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a              | a
            a b            | a b
            a,b            | a\\,b
            *              | \\*
            say \\"x\\"   | say \\\\"x\\\\"
            """)
    void whatIsChosenIsTheSameAfterItStoodInTheAddress(String value, String written) {
        Map<String, Object> choice = Map.of("all", false, "values", List.of(value, "z"));
        assertThat(call("variables.js", "writeChoice", choice)).isEqualTo(written + ",z");
        assertThat(call("variables.js", "parseChoice", written + ",z")).isEqualTo(choice);
    }

    @Test
    void theSpansOfAScaleHaveTheStateOfTheWorstThreshold() {
        Map<String, Object> high = Map.of("value", 80, "severity", "medium");
        Map<String, Object> highest = Map.of("value", 95, "severity", "critical");
        Map<String, Object> low = Map.of("value", 10, "severity", "low", "below", true);
        List<Object> thresholds = List.of(high, highest, low);
        assertThat(call("thresholds.js", "spansOf", thresholds, 0, 100))
                .isEqualTo(List.of(
                        Map.of("from", 0, "to", 10, "severity", "low"),
                        Map.of("from", 80, "to", 95, "severity", "medium"),
                        Map.of("from", 95, "to", 100, "severity", "critical")));
        assertThat(call("thresholds.js", "stateOf", 10, thresholds)).isEqualTo("low");
        assertThat(call("thresholds.js", "stateOf", 50, thresholds)).isNull();
        assertThat(call("thresholds.js", "stateOf", 95, thresholds)).isEqualTo("critical");
    }

    /** Text on every ground it stands on, in both themes: at least 4.5 : 1, as WCAG computes it. */
    @ParameterizedTest
    @CsvSource({"dark", "light"})
    void textHasEnoughContrast(String theme) {
        Object tooFaint = page.evaluate("""
                async (theme) => {
                  const sheet = await (await fetch('/css/tokens.css')).text();
                  const block = (from) => Object.fromEntries(
                    [...sheet.slice(sheet.indexOf(from)).split('}')[0].matchAll(/(--[\\w-]+):\\s*(#[0-9a-f]{6});/g)]
                      .map((m) => [m[1], m[2]]));
                  const tokens = { ...block(':root {'), ...(theme === 'light' ? block(':root[data-theme="light"]') : {}) };
                  const luminance = (hex) => [1, 3, 5]
                    .map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
                    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
                    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
                  const contrast = (a, b) => {
                    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
                    return (x + 0.05) / (y + 0.05);
                  };
                  const texts = Object.keys(tokens).filter((n) => /^--(text|muted|accent|.*-text)$/.test(n));
                  const grounds = ['--ground', '--panel', '--raised'];
                  return texts.flatMap((t) => grounds
                    .filter((g) => contrast(tokens[t], tokens[g]) < 4.5)
                    .map((g) => `${t} on ${g}: ${contrast(tokens[t], tokens[g]).toFixed(2)}`));
                }
                """, theme);
        assertThat((List<?>) tooFaint).isEmpty();
    }

    @Test
    void allScriptsTogetherStayUnderTheirBudgetOnTheWire() throws Exception {
        Path web = Path.of(System.getProperty("tocsin.basedir", "."), "src", "main", "resources", "web");
        long total = 0;
        try (java.util.stream.Stream<Path> all = java.nio.file.Files.walk(web)) {
            for (Path script : all.filter(p -> p.toString().endsWith(".js")).toList()) {
                java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
                try (java.util.zip.GZIPOutputStream gzip = new java.util.zip.GZIPOutputStream(packed)) {
                    gzip.write(java.nio.file.Files.readAllBytes(script));
                }
                total += packed.size();
            }
        }
        assertThat(total).isLessThan(200L << 10);
    }
}
