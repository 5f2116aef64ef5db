package dev.tocsin.watch.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.quality.Measure;
import dev.tocsin.core.quality.MeasureStatus;
import dev.tocsin.core.quality.QualityState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityJudgeTest {
    private static final long NOW = 1_800_000_000_000L;

    private final ManualClock clock = new ManualClock(NOW);
    private final Map<Source, List<List<@Nullable Cell>>> answers = new HashMap<>();

    private Source source(Object... cells) {
        List<@Nullable Cell> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Number number ? Cell.of(number.doubleValue()) : (Cell) cell);
        }
        return rows(row);
    }

    @SafeVarargs
    private Source rows(List<@Nullable Cell>... rows) {
        Source source = new Source.Query("q" + answers.size(), "");
        answers.put(source, List.of(rows));
        return source;
    }

    private Source keys(String... keys) {
        Source source = new Source.Query("q" + answers.size(), "key");
        List<List<@Nullable Cell>> rows = new ArrayList<>();
        for (String key : keys) {
            rows.add(List.of(Cell.of(key)));
        }
        answers.put(source, rows);
        return source;
    }

    private static Source failing() {
        return new Source.Query("failing", "");
    }

    private QualityVerdict judge(Dataset dataset) {
        answers.put(new Source.Sql("shop", "none"), List.of());
        Sources sources = (source, most, now, timeout) -> {
            List<List<@Nullable Cell>> answer = answers.get(source);
            if (answer == null) {
                throw new SourceException("the server is away");
            }
            return answer;
        };
        return new QualityJudge(dataset, sources, clock).judge();
    }

    private static Dataset dataset(
            Dataset.@Nullable Completeness completeness,
            Dataset.@Nullable Freshness freshness,
            Dataset.@Nullable Coverage coverage,
            Dataset.@Nullable Consistency consistency) {
        return new Dataset(
                "prices",
                new Schedule.Every(Duration.ofMinutes(5)),
                Duration.ofSeconds(30),
                "warning",
                Labels.EMPTY,
                completeness,
                freshness,
                coverage,
                consistency,
                Map.of());
    }

    private MeasureStatus completeness(Source present, Expected expected) {
        return judge(dataset(new Dataset.Completeness(present, expected, 0.95), null, null, null))
                .measures()
                .getFirst();
    }

    private MeasureStatus freshness(Source newest) {
        return judge(dataset(null, new Dataset.Freshness(newest, Duration.ofHours(24)), null, null))
                .measures()
                .getFirst();
    }

    private MeasureStatus coverage(Source seen, ExpectedKeys expected) {
        return judge(dataset(null, null, new Dataset.Coverage(seen, expected, 0.8), null))
                .measures()
                .getFirst();
    }

    @Test
    void completenessIsWhatIsThereOfWhatShouldBe() {
        assertThat(completeness(source(475), new Expected.Count(500)).value()).isEqualTo(0.95);
        assertThat(completeness(source(475), new Expected.Count(500)).state()).isEqualTo(QualityState.OK);
        assertThat(completeness(source(474), new Expected.Count(500)).state()).isEqualTo(QualityState.BREACHED);
        assertThat(completeness(source(30), new Expected.Asked(source(40))).value())
                .isEqualTo(0.75);
        assertThat(completeness(source(30, 40), new Expected.Told()).value()).isEqualTo(0.75);
        assertThat(completeness(source(0.75), new Expected.Told()).value()).isEqualTo(0.75);
        assertThat(completeness(source(41), new Expected.Count(40)).value()).isEqualTo(1);
        assertThat(completeness(source(0), new Expected.Count(40)).value()).isZero();
    }

    @Test
    void whatSaysNothingIsUnknownAndTellsWhy() {
        assertThat(completeness(failing(), new Expected.Count(1)))
                .isEqualTo(MeasureStatus.unknown(Measure.COMPLETENESS, 0.95, "the server is away"));
        assertThat(completeness(rows(), new Expected.Count(1)).reason()).startsWith("no row, or no series");
        assertThat(completeness(source(1), new Expected.Asked(source(0))).reason())
                .startsWith("nothing is expected");
        assertThat(completeness(source((Object) null), new Expected.Count(1)).reason())
                .isEqualTo("the answer is NULL");
        assertThat(completeness(source(Cell.of("many")), new Expected.Count(1)).reason())
                .isEqualTo("\"many\" is no number");
        assertThat(completeness(source(42), new Expected.Told()).reason())
                .isEqualTo("expected a share of 0 to 1, found 42.0");
        assertThat(completeness(source(Double.NaN), new Expected.Told()).state())
                .isEqualTo(QualityState.UNKNOWN);
        assertThat(completeness(source(-1), new Expected.Count(1)).state()).isEqualTo(QualityState.UNKNOWN);
        assertThat(completeness(source(1, 2, 3), new Expected.Told()).reason()).contains("3 columns");
        assertThat(completeness(rows(List.of(Cell.of(1)), List.of(Cell.of(1))), new Expected.Count(1))
                        .reason())
                .isEqualTo("the answer has more than 1 row");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, OK", "86400, 86400, OK", "86401, 86401, BREACHED", "-3600, 0, OK"})
    void freshnessIsTheAgeOfTheNewest(long secondsAgo, double age, QualityState state) {
        MeasureStatus asTime = freshness(source(Cell.ofTime("then", NOW - secondsAgo * 1_000)));
        MeasureStatus asNumber = freshness(source(NOW / 1_000 - secondsAgo));

        assertThat(asTime.value()).isEqualTo(age);
        assertThat(asTime.state()).isEqualTo(state);
        assertThat(asNumber.value()).isEqualTo(age);
    }

    @Test
    void whereNothingIsThereFreshnessIsUnknown() {
        assertThat(freshness(source((Object) null)).reason()).isEqualTo("nothing is there: the newest is NULL");
        assertThat(freshness(source(Cell.of("yesterday"))).reason()).contains("\"yesterday\" is no time");
        assertThat(freshness(failing()).state()).isEqualTo(QualityState.UNKNOWN);
    }

    @Test
    void coverageIsTheShareOfTheKeysThatShouldBeThere() {
        Set<String> listed = Set.of("a", "b", "c", "d", "e");

        assertThat(coverage(keys("a", "b", "c", "d", "x", "a"), new ExpectedKeys.Listed(listed))
                        .value())
                .isEqualTo(0.8);
        assertThat(coverage(keys("a"), new ExpectedKeys.Asked(keys("a", "b"))).state())
                .isEqualTo(QualityState.BREACHED);
        assertThat(coverage(new Source.Sql("shop", "none"), new ExpectedKeys.Listed(listed))
                        .value())
                .isZero();
        assertThat(coverage(keys(), new ExpectedKeys.Listed(listed)).state()).isEqualTo(QualityState.UNKNOWN);
        assertThat(coverage(keys("a"), new ExpectedKeys.Asked(keys())).reason()).isEqualTo("no key is expected");
        assertThat(coverage(keys("a"), new ExpectedKeys.Asked(failing())).state())
                .isEqualTo(QualityState.UNKNOWN);
    }

    @Test
    void consistencyIsTheWeightedMeanOfItsAssertions() {
        QualityVerdict verdict = judge(dataset(
                null,
                null,
                null,
                new Dataset.Consistency(
                        List.of(
                                new Dataset.Assertion("high over low", 3, source(1)),
                                new Dataset.Assertion("volume", 1, source(1, 2))),
                        0.95)));

        assertThat(verdict.measures().getFirst().value()).isEqualTo(0.875);
        assertThat(verdict.assertions()).extracting(each -> each.share()).containsExactly(1.0, 0.5);
    }

    @Test
    void oneUnknownMeasureLeavesTheOthersAndTakesTheScore() {
        QualityVerdict verdict = judge(dataset(
                new Dataset.Completeness(source(1), new Expected.Told(), 0.95),
                new Dataset.Freshness(failing(), Duration.ofHours(24)),
                null,
                new Dataset.Consistency(
                        Arrays.asList(
                                new Dataset.Assertion("one", 1, failing()), new Dataset.Assertion("two", 1, source(1))),
                        0.95)));

        assertThat(verdict.measures())
                .extracting(MeasureStatus::state)
                .containsExactly(QualityState.OK, QualityState.UNKNOWN, QualityState.UNKNOWN);
        assertThat(verdict.measures().get(2).reason()).isEqualTo("one: the server is away");
        assertThat(verdict.assertions().get(1).share()).isCloseTo(1, within(1e-12));
        assertThat(verdict.score()).isNaN();
    }

    @Test
    void sourcesShareOneTimeOut() {
        List<Duration> given = new ArrayList<>();
        Dataset dataset = dataset(
                new Dataset.Completeness(source(1), new Expected.Asked(source(1)), 0.95),
                new Dataset.Freshness(source(1), Duration.ofHours(24)),
                null,
                null);

        QualityVerdict verdict = new QualityJudge(
                        dataset,
                        (source, most, now, timeout) -> {
                            given.add(timeout);
                            clock.advance(Duration.ofSeconds(20));
                            return List.of(List.of(Cell.of(1)));
                        },
                        clock)
                .judge();

        assertThat(given).containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(10));
        assertThat(verdict.measures().get(1).reason()).isEqualTo("no answer within 30s");
    }
}
