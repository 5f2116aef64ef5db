package dev.tocsin.watch.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.ScrapeFile;
import dev.tocsin.core.Labels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetSeriesTest {
    private static final Labels TARGET = Labels.of("job", "j", "instance", "i");

    private final RecordedSamples recorded = new RecordedSamples();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ScrapeCounts counts = new ScrapeCounts(registry);
    private final TargetSeries.Workbench bench = new TargetSeries.Workbench();

    private TargetSeries target(String keys) throws ConfigException {
        String file = "scrape_configs: [{job_name: j" + keys + "}]";
        ScrapeJob job = ScrapeFile.parse(new ConfigText("scrape.yaml", file), Path.of("."), Map.of())
                .getFirst();
        return new TargetSeries(job, TARGET, recorded, counts);
    }

    private void take(TargetSeries target, String text, long timeMillis) throws ScrapeException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        target.take(Arrays.copyOf(bytes, bytes.length + 1), bytes.length, false, timeMillis, bench);
    }

    private static String at(String nameAndMore) {
        return nameAndMore + "instance=\"i\", job=\"j\"}";
    }

    @Test
    void aSeriesThatIsNoLongerExposedEndsAtThatScrape() throws Exception {
        TargetSeries target = target("");
        take(target, "a 1\nb 2\n", 1_000);
        take(target, "a 3\n", 2_000);
        take(target, "a 4\nb 5\n", 3_000);

        assertThat(recorded.of(at("a{"))).containsExactly("1.0@1000", "3.0@2000", "4.0@3000");
        assertThat(recorded.of(at("b{"))).containsExactly("2.0@1000", "end@2000", "5.0@3000");
    }

    @Test
    void aFailedScrapeEndsAllOnceAndTheNextGoesOn() throws Exception {
        TargetSeries target = target("");
        take(target, "a 1\n", 1_000);
        target.report(true, 0.5, 1_000);
        target.fail(2_000, 0.25);
        target.fail(3_000, 0.25);
        take(target, "a 2\n", 4_000);
        target.report(true, 0.5, 4_000);

        assertThat(recorded.of(at("a{"))).containsExactly("1.0@1000", "end@2000", "2.0@4000");
        assertThat(recorded.of(at("up{"))).containsExactly("1.0@1000", "0.0@2000", "0.0@3000", "1.0@4000");
        assertThat(recorded.of(at("scrape_duration_seconds{"))).contains("0.5@1000", "0.25@2000");
        assertThat(recorded.of(at("scrape_samples_scraped{")))
                .containsExactly("1.0@1000", "0.0@2000", "0.0@3000", "1.0@4000");
        assertThat(recorded.of(at("scrape_series_added{")))
                .containsExactly("1.0@1000", "0.0@2000", "0.0@3000", "0.0@4000");
    }

    @Test
    void nothingIsTakenOfAnExpositionThatIsBrokenLaterOn() throws Exception {
        TargetSeries target = target("");
        take(target, "a 1\n", 1_000);

        assertThatThrownBy(() -> take(target, "a 2\nnew 1\nbroken\n", 2_000)).isInstanceOf(ScrapeException.class);

        assertThat(recorded.series()).containsExactly(at("a{"));
        assertThat(recorded.of(at("a{"))).containsExactly("1.0@1000");
        assertThat(registry.get("tocsin.scrape.series").gauge().value()).isEqualTo(1);
    }

    @Test
    void theTargetsLabelsWinAndTheExposedAreRenamed() throws Exception {
        take(target(""), "a{job=\"x\",exported_job=\"y\",instance=\"\"} 1\n", 1);

        assertThat(recorded.series())
                .containsExactly("a{exported_exported_job=\"x\", exported_job=\"y\", instance=\"i\", job=\"j\"}");
    }

    @Test
    void exposedLabelsWinWhereTheyAreHonoured() throws Exception {
        take(target(", honor_labels: true"), "a{job=\"x\"} 1\n", 1);

        assertThat(recorded.series()).containsExactly("a{instance=\"i\", job=\"x\"}");
    }

    @Test
    void exposedTimesCountWhereTheyAreHonouredAndSuchSeriesDoNotEnd() throws Exception {
        TargetSeries honours = target("");
        take(honours, "a 1 500\nfar 1 99999999999\n", 1_000);
        honours.fail(2_000, 0);

        assertThat(recorded.of(at("a{"))).containsExactly("1.0@500");
        assertThat(recorded.of(at("far{"))).isEmpty();
        assertThat(registry.get("tocsin.scrape.samples.rejected")
                        .tag("reason", "out_of_bounds")
                        .counter()
                        .count())
                .isEqualTo(1);

        take(target(", honor_timestamps: false"), "b 1 500\n", 1_000);
        assertThat(recorded.of(at("b{"))).containsExactly("1.0@1000");
    }

    @Test
    void aSeriesThatStandsTwiceCountsOnce() throws Exception {
        take(target(""), "a 1\na 2\n", 1);

        assertThat(recorded.of(at("a{"))).containsExactly("1.0@1");
        assertThat(registry.get("tocsin.scrape.samples.rejected")
                        .tag("reason", "duplicate")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void metricRelabellingIsAppliedOnceAndDroppedSeriesAreCountedAsScrapedOnly() throws Exception {
        TargetSeries target = target(
                ", metric_relabel_configs: [{source_labels: [__name__], regex: \"b.*\", action: drop}, {source_labels: [x], target_label: y}]");
        take(target, "a{x=\"1\"} 1\nbad 2\n", 1);
        target.report(true, 0, 1);
        take(target, "a{x=\"1\"} 2\nbad 2\n", 2);

        assertThat(recorded.of("a{instance=\"i\", job=\"j\", x=\"1\", y=\"1\"}"))
                .containsExactly("1.0@1", "2.0@2");
        assertThat(recorded.series()).noneMatch(series -> series.startsWith("bad"));
        assertThat(recorded.last(at("scrape_samples_scraped{"))).isEqualTo("2.0");
        assertThat(recorded.last(at("scrape_samples_post_metric_relabeling{"))).isEqualTo("1.0");
    }

    @Test
    void eachLimitFailsTheScrapeByItsName() throws Exception {
        assertThatThrownBy(() -> take(target(", sample_limit: 1"), "a 1\nb 1\n", 1))
                .hasMessageContaining("sample limit exceeded");
        assertThatThrownBy(() -> take(target(", label_limit: 3"), "a{x=\"1\"} 1\n", 1))
                .hasMessage("label_limit exceeded (metric: a, number of labels: 4, limit: 3)");
        assertThatThrownBy(() -> take(target(", label_name_length_limit: 10"), "a{much_too_long=\"1\"} 1\n", 1))
                .hasMessageContaining("label_name_length_limit exceeded");
        assertThatThrownBy(() -> take(target(", label_value_length_limit: 3"), "a{x=\"1234\"} 1\n", 1))
                .hasMessageContaining("label_value_length_limit exceeded");
        assertThat(recorded.series()).isEmpty();
    }

    @Test
    void whoTakesAPlaceEndsWhatItDoesNotBring() throws Exception {
        TargetSeries before = target("");
        take(before, "a 1\nb 1\n", 1_000);
        TargetSeries after = target(", honor_labels: true");
        after.inherit(before);
        take(after, "a 2\n", 2_000);
        before.end(3_000);

        assertThat(recorded.of(at("a{"))).containsExactly("1.0@1000", "2.0@2000");
        assertThat(recorded.of(at("b{"))).containsExactly("1.0@1000", "end@2000");
    }

    @Test
    void aTargetThatIsGoneEndsWithAllThatIsSaidOfIt() throws Exception {
        TargetSeries target = target("");
        take(target, "a 1\n", 1_000);
        target.report(true, 0, 1_000);
        target.end(1_000);

        assertThat(recorded.of(at("a{"))).containsExactly("1.0@1000", "end@1001");
        assertThat(recorded.of(at("up{"))).containsExactly("1.0@1000", "end@1001");
        assertThat(registry.get("tocsin.scrape.series").gauge().value()).isZero();
    }

    @Test
    void metadataFollowsWhatTheTargetSays() throws Exception {
        TargetSeries target = target("");
        take(target, "# TYPE a counter\n# HELP a one \\\\ two\na 1\n", 1);
        assertThat(target.metadata().get("a"))
                .hasToString("MetricMetadata[name=a, type=counter, help=one \\ two, unit=]");

        take(target, "# TYPE a gauge\na 1\n", 2);
        assertThat(target.metadata().get("a").type()).isEqualTo("gauge");
        assertThat(target.metadata().get("a").help()).isEmpty();
    }

    @Test
    void manySeriesComeAndGo() throws Exception {
        TargetSeries target = target("");
        for (int round = 1; round <= 20; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                text.append("m{i=\"")
                        .append(i * round % 701)
                        .append("\"} ")
                        .append(round)
                        .append('\n');
            }
            take(target, text.toString(), round);
        }
        long live = recorded.series().stream()
                .filter(series -> !recorded.last(series).isEmpty())
                .count();
        assertThat(live).isEqualTo(500);
        assertThat(registry.get("tocsin.scrape.series").gauge().value()).isEqualTo(500);
    }
}
