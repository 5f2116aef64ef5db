package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Labels;
import dev.tocsin.core.quality.Measure;
import dev.tocsin.watch.quality.Dataset;
import dev.tocsin.watch.quality.Expected;
import dev.tocsin.watch.quality.ExpectedKeys;
import dev.tocsin.watch.quality.Schedule;
import dev.tocsin.watch.quality.Source;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityFilesTest {
    private static List<Dataset> parse(String text) throws ConfigException {
        return QualityFiles.parseAll(
                List.of(new ConfigText("quality/a.yaml", text)), Map.of("REGION", "eu"), Set.of("shop"));
    }

    @Test
    void whatIsNotSaidIsAsTheDefaults() throws Exception {
        Dataset dataset = parse("""
                datasets:
                  - name: prices
                    server: shop
                    completeness: {sql: select count(*) from prices, expected: 500}
                    freshness: {sql: select max(at) from prices;}
                    coverage: {sql: select ticker from prices, expected: [A, B]}
                    consistency: {assertions: [{name: sane, query: min(sane)}]}
                """).getFirst();

        assertThat(dataset.schedule()).isEqualTo(new Schedule.Every(Duration.ofMinutes(5)));
        assertThat(dataset.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(dataset.severity()).isEqualTo("warning");
        assertThat(dataset.completeness())
                .isEqualTo(new Dataset.Completeness(
                        new Source.Sql("shop", "select count(*) from prices"), new Expected.Count(500), 0.95));
        assertThat(dataset.freshness())
                .isEqualTo(new Dataset.Freshness(
                        new Source.Sql("shop", "select max(at) from prices"), Duration.ofHours(24)));
        assertThat(dataset.coverage())
                .isEqualTo(new Dataset.Coverage(
                        new Source.Sql("shop", "select ticker from prices"),
                        new ExpectedKeys.Listed(Set.of("A", "B")),
                        0.8));
        assertThat(dataset.consistency())
                .isEqualTo(new Dataset.Consistency(
                        List.of(new Dataset.Assertion("sane", 1, new Source.Query("min(sane)", ""))), 0.95));
    }

    @Test
    void everyKeyIsTaken() throws Exception {
        List<Dataset> datasets = parse("""
                datasets:
                  - name: filings
                    at: ["06:30 America/New_York", "18:00"]
                    timeout: 1m
                    severity: critical
                    labels: {region: "${REGION}"}
                    completeness: {query: count(filing), expected: {query: "scalar(filings_expected)"}, min: 0.9}
                    freshness: {files: "/data/filings/*.xml", max: 36h}
                    coverage:
                      query: count by (cik) (filing)
                      label: cik
                      expected: {server: shop, sql: select cik from companies}
                      min: 0.7
                    weights: {completeness: 2, freshness: 0}
                  - name: ticks
                    every: 30s
                    freshness: {sample: 'tick{market="x"}', max: 1m}
                """);

        Dataset filings = datasets.getFirst();
        assertThat(filings.schedule()).hasToString("at 06:30 America/New_York, 18:00 UTC");
        assertThat(filings.timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(filings.severity()).isEqualTo("critical");
        assertThat(filings.labels()).isEqualTo(Labels.of("region", "eu"));
        assertThat(filings.weights()).isEqualTo(Map.of(Measure.COMPLETENESS, 2.0, Measure.FRESHNESS, 0.0));
        assertThat(filings.freshness())
                .isEqualTo(new Dataset.Freshness(new Source.Files("/data/filings", "*.xml"), Duration.ofHours(36)));
        assertThat(filings.coverage())
                .isEqualTo(new Dataset.Coverage(
                        new Source.Query("count by (cik) (filing)", "cik"),
                        new ExpectedKeys.Asked(new Source.Sql("shop", "select cik from companies")),
                        0.7));
        assertThat(datasets.get(1).freshness())
                .isEqualTo(new Dataset.Freshness(
                        new Source.Query("max(ts_of_last_over_time(tick{market=\"x\"}[1h]))", ""),
                        Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: a | a data set needs one of completeness, freshness, coverage and consistency",
                "freshness: {query: x} | a data set needs name",
                "name: a b, freshness: {query: x} | a data set's name has 1 to 100",
                "name: a, fresness: {} | unknown key",
                "name: a, freshness: {} | needs one of sql, query, files, sample; none of them is there",
                "name: a, freshness: {query: x, sql: y} | sql and query are there",
                "name: a, freshness: {sql: y} | needs server",
                "name: a, freshness: {sql: y, server: chop} | no server of postgres.yaml is called \"chop\"; did you mean",
                "name: a, freshness: {query: 'sum('} | datasets[0].freshness.query",
                "name: a, freshness: {query: 'x[5m]'} | expected an instant vector or a scalar, found range vector",
                "name: a, freshness: {sample: 'sum(x)'} | expected a series selector",
                "name: a, freshness: {files: 'x/*'} | expected a whole path",
                "name: a, freshness: {query: x, max: 0s} | expected a duration from 1s",
                "name: a, freshness: {query: x}, every: 500ms | expected a duration from 1s",
                "name: a, freshness: {query: x}, every: 5m, at: '06:30' | every, or at, not both",
                "name: a, freshness: {query: x}, at: noon | expected a time of day",
                "name: a, freshness: {query: x}, at: [] | needs a time of day at least",
                "name: a, freshness: {query: x}, labels: {dataset: b} | the label \"dataset\" is one that Tocsin sets",
                "name: a, completeness: {query: x, expected: 0} | expected a number above 0",
                "name: a, completeness: {query: x, min: 95} | expected 0 to 1, found \"95\"",
                "name: a, coverage: {query: x, expected: [b]} | a query for keys needs label",
                "name: a, coverage: {query: x, label: k, expected: []} | expected a list of 1 to 100000 keys",
                "name: a, coverage: {query: x, label: k} | coverage needs expected",
                "name: a, consistency: {assertions: []} | expected 1 to 50 assertions, found 0",
                "name: a, consistency: {assertions: [{name: b, query: x, weight: 0}]} | weighs nothing",
                "name: a, freshness: {query: x}, weights: {freshness: 0} | leave nothing for its score",
            })
    void whatIsWrongIsToldWithItsPlace(String entry, String told) {
        assertThatThrownBy(() -> parse("datasets:\n  - {" + entry + "}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("quality/a.yaml:2")
                .hasMessageContaining(told);
    }

    @Test
    void aNameStandsOnce() {
        assertThatThrownBy(() -> parse("""
                datasets:
                  - {name: a, freshness: {query: x}}
                  - {name: a, freshness: {query: x}}
                """))
                .hasMessageContaining("a data set \"a\" stands at quality/a.yaml:2 already");
    }
}
