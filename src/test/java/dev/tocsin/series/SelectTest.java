package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Matcher;
import dev.tocsin.core.SeriesSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectTest {
    private final TableRig rig = new TableRig();

    @Test
    void moreSeriesThanTheLimitIsAnErrorAndExactlySoManyIsNot() {
        for (int i = 0; i < 20; i++) {
            rig.push("x:1|c|#id:" + i);
        }
        rig.tick();
        List<Matcher> all = List.of(Matcher.equal("__name__", "x"));
        SeriesSource source = rig.table.source();

        assertThat(source.select(all, 0, rig.now(), 20)).hasSize(20);
        assertThatThrownBy(() -> source.select(all, 0, rig.now(), 19))
                .isInstanceOf(SeriesSource.TooManySeriesException.class)
                .hasMessageContaining("19");
    }

    @Test
    void everyMatcherCounts() {
        rig.push("x:1|c|#a:1,b:1");
        rig.push("x:1|c|#a:2,b:1");
        rig.push("x:1|c|#b:2");
        rig.tick();

        assertThat(ids(Matcher.equal("__name__", "x"), new Matcher("a", Matcher.Op.MATCHES, "1|2")))
                .hasSize(2);
        assertThat(ids(Matcher.equal("__name__", "x"), Matcher.equal("a", ""))).hasSize(1);
        assertThat(ids(Matcher.equal("__name__", "x"), new Matcher("a", Matcher.Op.NOT_EQUAL, "1")))
                .hasSize(2);
        assertThat(ids(Matcher.equal("__name__", "x"), Matcher.equal("__name__", "y")))
                .isEmpty();
        assertThat(ids(Matcher.equal("b", "1"))).hasSize(2);
    }

    @Test
    void aSeriesThatAppearsOrEndsIsSeenByTheSameSelectorAtOnce() {
        List<Matcher> all = List.of(Matcher.equal("__name__", "x"));
        for (int i = 0; i < 30; i++) {
            rig.push("x:1|c|#id:" + i);
            rig.tick();
            assertThat(rig.table.source().select(all, 0, rig.now(), 100)).hasSize(i + 1);
        }
    }

    @Test
    void onlySeriesWithPointsInTheRangeAreSelected() {
        rig.push("x:1|g");
        rig.tick();
        rig.ticks(400);

        assertThat(rig.select(0, TableRig.START, "x")).isEmpty();
        assertThat(rig.select(0, TableRig.START + 1_000, "x")).hasSize(1);
        assertThat(rig.select(TableRig.START + 299_999, rig.now(), "x")).hasSize(1);
        assertThat(rig.select(TableRig.START + 300_000, rig.now(), "x")).isEmpty();
    }

    @Test
    void statusNamesTheWorstMetricsAndLabels() {
        for (int i = 0; i < 20; i++) {
            rig.push("many:1|c|#id:" + i + ",env:prod");
        }
        rig.push("few:1|g|#env:prod");
        rig.tick();
        TsdbStatus status = rig.table.status(2);

        assertThat(status.headStats().numSeries()).isEqualTo(21);
        assertThat(status.seriesCountByMetricName())
                .containsExactly(new TsdbStatus.Entry("many", 20), new TsdbStatus.Entry("few", 1));
        assertThat(status.labelValueCountByLabelName())
                .containsExactly(new TsdbStatus.Entry("id", 20), new TsdbStatus.Entry("__name__", 2));
        assertThat(status.seriesCountByLabelValuePair())
                .containsExactly(new TsdbStatus.Entry("env=prod", 21), new TsdbStatus.Entry("__name__=many", 20));
    }

    @Test
    void metadataTellsKindsAsPrometheusDoes() {
        rig.push("c:1|c");
        rig.push("g:1|g");
        rig.push("d:1|d");
        rig.push("s:1|s");

        assertThat(rig.table.source().metadata())
                .extracting(m -> m.name() + " " + m.type())
                .containsExactlyInAnyOrder("c counter", "g gauge", "d histogram", "s gauge");
    }

    private List<String> ids(Matcher... matchers) {
        return rig.table.source().select(List.of(matchers), 0, rig.now(), 100).stream()
                .map(s -> s.labels().toString())
                .toList();
    }
}
