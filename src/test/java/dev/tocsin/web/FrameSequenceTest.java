package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Value;
import dev.tocsin.promql.Value.VectorSample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameSequenceTest {
    private static final long T = 1_732_165_200_000L;
    private static final Labels LOGIN = Labels.of("__name__", "x", "route", "/login");
    private static final Labels QUOTED = Labels.of("a", "\"\\\n\u0001ä");

    private static final String QUERIES = "event: queries\ndata: {\"s\":1,\"queries\":[\"a\",\"b\"]}\n\n";

    private final FrameSequence frames = new FrameSequence(1, 2, StreamSettings.DEFAULT);

    @Test
    void aSeriesIsAnnouncedOnceBeforeTheFirstFrameThatUsesIt() {
        Frame first = frames.add(T, List.of(samples(LOGIN, 1.5), samples()));
        assertThat(text(first.announcements()))
                .isEqualTo("event: series\ndata: {\"s\":1,\"query\":0,\"series\":[{\"id\":0,\"labels\":"
                        + "{\"__name__\":\"x\",\"route\":\"/login\"}}]}\n\n");
        assertThat(text(first.changes()))
                .isEqualTo(
                        "event: tick\nid: 1732165200000\ndata: {\"s\":1,\"t\":1732165200000,\"whole\":true,\"v\":{\"0\":[0,1.5]}}\n\n");
        Frame second = frames.add(T + 1_000, List.of(samples(LOGIN, 2, QUOTED, -0.25), samples(LOGIN, 7)));
        assertThat(text(second.announcements()))
                .isEqualTo("event: series\ndata: {\"s\":1,\"query\":0,\"series\":[{\"id\":1,\"labels\":"
                        + "{\"a\":\"\\\"\\\\\\u000a\\u0001ä\"}}]}\n\n"
                        + "event: series\ndata: {\"s\":1,\"query\":1,\"series\":[{\"id\":0,\"labels\":"
                        + "{\"__name__\":\"x\",\"route\":\"/login\"}}]}\n\n");
        assertThat(text(second.changes())).contains("\"v\":{\"0\":[0,2,1,-0.25],\"1\":[0,7]}}");
        assertThat(frames.add(T + 2_000, List.of(samples(LOGIN, 3), samples()))
                        .announcements()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void whatJsonHasNoNumberForIsNullOrAString() {
        Frame frame = frames.add(
                T,
                List.of(
                        samples(LOGIN, Double.NaN, QUOTED, Double.POSITIVE_INFINITY),
                        samples(LOGIN, Double.NEGATIVE_INFINITY, QUOTED, 1e300)));
        assertThat(text(frame.changes())).contains("\"v\":{\"0\":[0,null,1,\"+Inf\"],\"1\":[0,\"-Inf\",1,1.0E300]}}");
    }

    @Test
    void aDistributionIsToldAsItsPercentilesAndItsRows() {
        Distribution seen = Distribution.ofValues(BucketLayout.TWO_DIGITS, 0, 100, 101, 320);
        Distribution nothing = Distribution.empty(BucketLayout.TWO_DIGITS);
        Frame frame = frames.add(T, List.of(new QueryOutcome.Samples(List.of(sample(seen))), samples()));
        // 100 and 101 lie in the row from 100 to 104, 320 in the one from 320 to 336.
        assertThat(text(frame.changes())).contains("\"v\":{\"0\":[0,[4,4,100.5,320,0,1,16473,2,27,1]]}}");
        frame = frames.add(T + 1_000, List.of(new QueryOutcome.Samples(List.of(sample(nothing))), samples()));
        assertThat(text(frame.changes())).contains("\"v\":{\"0\":[0,[4,0,null,null]]}}");
    }

    @Test
    void aDistributionOfManyRowsIsToldInFewer() {
        double[] values = new double[1_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.pow(1.05, i);
        }
        Distribution wide = Distribution.ofValues(BucketLayout.TWO_DIGITS, values);
        String told = text(frames.add(T, List.of(new QueryOutcome.Samples(List.of(sample(wide))), samples()))
                .changes());
        String[] row =
                told.substring(told.indexOf("[0,[") + 4, told.indexOf(']')).split(",");
        double counted = 0;
        for (int i = 5; i < row.length; i += 2) {
            counted += Double.parseDouble(row[i]);
        }
        assertThat(row[0]).isEqualTo("1");
        assertThat(row.length).isLessThanOrEqualTo(4 + 2 * 256);
        assertThat(counted).isEqualTo(1_000);
    }

    private static VectorSample sample(Distribution distribution) {
        return new VectorSample(LOGIN, T, Double.NaN, distribution);
    }

    @Test
    void onlyWhatChangedIsInAFrameAndWhatHasNoValueAnyMoreIsNamed() {
        frames.add(T, List.of(samples(LOGIN, 1, QUOTED, 2), samples(LOGIN, 3)));
        Frame second = frames.add(T + 1_000, List.of(samples(LOGIN, 1, QUOTED, 4), samples(LOGIN, 3)));
        assertThat(text(second.changes())).contains("{\"s\":1,\"t\":1732165201000,\"v\":{\"0\":[1,4]}}");
        assertThat(text(second.whole())).contains("\"whole\":true,\"v\":{\"0\":[0,1,1,4],\"1\":[0,3]}}");
        Frame third = frames.add(T + 2_000, List.of(samples(LOGIN, 1, QUOTED, 4), samples()));
        assertThat(text(third.changes())).contains("\"v\":{},\"gone\":{\"1\":[0]}}");
        Frame fourth = frames.add(T + 3_000, List.of(samples(LOGIN, 1, QUOTED, 4), samples(LOGIN, 3)));
        assertThat(fourth.announcements().isEmpty()).isTrue();
        assertThat(text(fourth.changes())).contains("\"v\":{\"1\":[0,3]}}");
    }

    @Test
    void aProblemIsToldWhenItsTextChangesAndWhenItIsOver() {
        QueryOutcome bad = new QueryOutcome.Problem("no \"such\" thing");
        assertThat(text(frames.add(T, List.of(samples(), bad)).announcements()))
                .isEqualTo("event: problem\ndata: {\"s\":1,\"query\":1,\"error\":\"no \\\"such\\\" thing\"}\n\n");
        Frame again = frames.add(T + 1_000, List.of(samples(), bad));
        assertThat(again.announcements().isEmpty()).isTrue();
        assertThat(text(again.changes())).contains("\"v\":{}}");
        assertThat(text(frames.add(T + 2_000, List.of(samples(), samples())).announcements()))
                .isEqualTo("event: problem\ndata: {\"s\":1,\"query\":1,\"error\":null}\n\n");
    }

    @Test
    void aNewcomerGetsAllSeriesAllProblemsAndTheNewestFrame() {
        assertThat(frames.opening(0).bytes().isEmpty()).isTrue();
        frames.add(T, List.of(samples(LOGIN, 1), new QueryOutcome.Problem("p")));
        frames.add(T + 1_000, List.of(samples(QUOTED, 2), new QueryOutcome.Problem("p")));
        FrameSequence.Opening opening = frames.opening(0);
        assertThat(opening.lastMillis()).isEqualTo(T + 1_000);
        assertThat(text(opening.bytes()))
                .isEqualTo(
                        "event: series\ndata: {\"s\":1,\"query\":0,\"series\":["
                                + "{\"id\":0,\"labels\":{\"__name__\":\"x\",\"route\":\"/login\"}},"
                                + "{\"id\":1,\"labels\":{\"a\":\"\\\"\\\\\\u000a\\u0001ä\"}}]}\n\n"
                                + "event: problem\ndata: {\"s\":1,\"query\":1,\"error\":\"p\"}\n\n"
                                + "event: tick\nid: 1732165201000\ndata: {\"s\":1,\"t\":1732165201000,\"whole\":true,\"v\":{\"0\":[1,2]}}\n\n");
    }

    @Test
    void whoComesBackGetsTheFramesMissed() {
        for (int i = 0; i < 5; i++) {
            frames.add(T + i * 1_000L, List.of(samples(LOGIN, i), samples()));
        }
        assertThat(ticks(frames.opening(T + 2_000))).containsExactly(T + 3_000, T + 4_000);
        assertThat(ticks(frames.opening(T + 4_000))).isEmpty();
        assertThat(text(frames.opening(T + 4_000).bytes())).contains("event: series");
    }

    @Test
    void aTickThatHasNotBeenIsNobodysLastOne() {
        frames.add(T, List.of(samples(LOGIN, 1), samples()));
        assertThat(ticks(frames.opening(T + 99_000))).containsExactly(T);
        assertThat(frames.opening(T + 99_000).lastMillis()).isEqualTo(T);
    }

    @Test
    void whatIsNoLongerKeptIsToldAsSkipped() {
        for (int i = 0; i < 125; i++) {
            frames.add(T + i * 1_000L, List.of(samples(LOGIN, i), samples()));
        }
        FrameSequence.Opening opening = frames.opening(T + 1_000);
        assertThat(text(opening.bytes()))
                .contains(
                        "event: skipped\ndata: {\"s\":1,\"frames\":3,\"from\":1732165202000,\"to\":1732165204000}\n\n");
        assertThat(ticks(opening)).hasSize(120).startsWith(T + 5_000).endsWith(T + 124_000);
        assertThat(text(frames.opening(T + 4_000).bytes())).doesNotContain("skipped");
    }

    @Test
    void theRingIsBoundedInBytesAsWell() {
        FrameRing ring = new FrameRing(120, 100);
        for (int i = 0; i < 5; i++) {
            ring.add(frame(T + i, 40));
        }
        assertThat(ring.oldestMillis()).isEqualTo(T + 3);
        ring.add(frame(T + 5, 1_000));
        assertThat(ring.oldestMillis()).isEqualTo(T + 5);
    }

    @Test
    void seriesThatNoKeptFrameUsesAreForgottenAndNumberedAnew() {
        frames.add(T, List.of(samples(LOGIN, 1), samples()));
        for (int i = 1; i <= 300; i++) {
            frames.add(T + i * 1_000L, List.of(samples(QUOTED, i), samples()));
        }
        assertThat(text(frames.opening(0).bytes())).doesNotContain("/login");
        Frame back = frames.add(T + 301_000, List.of(samples(LOGIN, 1), samples()));
        assertThat(text(back.announcements())).contains("{\"id\":2,\"labels\":{\"__name__\":\"x\"");
    }

    @Test
    void valuesThatAreNoNumbersAreProblems() {
        Distribution classic = Distribution.empty(BucketLayout.ofBounds(1, 2));
        assertThat(QueryOutcome.of(new Value.VectorValue(List.of(sample(classic))), 10))
                .isInstanceOfSatisfying(
                        QueryOutcome.Problem.class,
                        problem -> assertThat(problem.text()).contains("histogram_quantile"));
        assertThat(QueryOutcome.of(new Value.StringValue(T, "x"), 10)).isInstanceOf(QueryOutcome.Problem.class);
        assertThat(QueryOutcome.of(new Value.MatrixValue(List.of()), 10)).isInstanceOf(QueryOutcome.Problem.class);
        assertThat(QueryOutcome.of(new Value.ScalarValue(T, 4), 10))
                .isEqualTo(new QueryOutcome.Samples(List.of(new VectorSample(Labels.EMPTY, T, 4, null))));
        VectorSample large = sample(Distribution.ofValues(BucketLayout.ONE_DIGIT, 1));
        assertThat(QueryOutcome.of(new Value.VectorValue(Collections.nCopies(20, large)), 100))
                .isInstanceOf(QueryOutcome.Samples.class);
        assertThat(QueryOutcome.of(new Value.VectorValue(Collections.nCopies(21, large)), 100))
                .isInstanceOfSatisfying(
                        QueryOutcome.Problem.class,
                        problem -> assertThat(problem.text()).contains("21 distributions"));
        VectorSample sample = new VectorSample(LOGIN, T, 1, null);
        assertThat(QueryOutcome.of(new Value.VectorValue(List.of(sample, sample)), 2))
                .isInstanceOf(QueryOutcome.Samples.class);
        assertThat(QueryOutcome.of(new Value.VectorValue(List.of(sample, sample)), 1))
                .isEqualTo(new QueryOutcome.Problem("the query gives 2 series, and a live chart takes 1: narrow it, or"
                        + " aggregate with sum by (…) or topk"));
    }

    /**
     * Whatever a reader's pace, and wherever it reconnects: every frame that was made is received, or told as skipped,
     * once; every number was announced before; and the values that a reader has put together are those of the tick.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noReaderHasAGapOrADouble(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StreamSettings settings = new StreamSettings(
                StreamSettings.DEFAULT.frameInterval(),
                1,
                1,
                2,
                100,
                20,
                1 << 20,
                2_000,
                StreamSettings.DEFAULT.linger(),
                StreamSettings.DEFAULT.heartbeat(),
                StreamSettings.DEFAULT.evaluationTimeout(),
                1);
        FrameSequence sequence = new FrameSequence(1, 2, settings);
        SimulatedReader reader = new SimulatedReader();
        SimulatedReader all = reader();
        SubscriberFlow flow = null;
        long unsent = 0;
        for (int i = 1; i <= 2_000; i++) {
            if (random.nextInt(50) == 0) {
                continue;
            }
            Frame frame = sequence.add(T + i * 1_000L, List.of(some(random, i), some(random, i)));
            StringBuilder told = new StringBuilder();
            if (all.lastMillis > 0 && FrameSequence.isGap(all.lastMillis, frame.tickMillis(), 1_000)) {
                FrameSequence.appendSkipped(1, all.lastMillis, frame.tickMillis(), 1_000, told);
            }
            all.read(told.append(frame.announcements()).append(frame.whole()).toString());
            if (flow == null) {
                if (random.nextInt(3) == 0) {
                    FrameSequence.Opening opening = sequence.opening(reader.lastMillis);
                    reader.reconnect();
                    reader.read(QUERIES + opening.bytes());
                    flow = new SubscriberFlow(1, opening, settings);
                }
            } else {
                switch (flow.offer(frame, unsent)) {
                    case SubscriberFlow.Step.Next _ -> {
                        reader.read(text(frame.announcements()) + frame.changes());
                        unsent += frame.length();
                    }
                    case SubscriberFlow.Step.Whole whole -> {
                        reader.read(text(whole.first()) + frame.whole());
                        unsent += whole.first().length() + frame.whole().length();
                    }
                    case SubscriberFlow.Step.Skip _ -> {}
                    case SubscriberFlow.Step.Old _ -> throw new AssertionError("seed " + seed);
                    case SubscriberFlow.Step.Close _ -> flow = null;
                }
            }
            if (flow != null && !reader.ticks.isEmpty() && reader.ticks.getLast() == frame.tickMillis()) {
                assertThat(reader.values.getLast()).as("seed %d", seed).isEqualTo(all.values.getLast());
            }
            assertThat(unsent).as("seed %d", seed).isLessThanOrEqualTo(2_000 + 10_000);
            unsent = random.nextInt(4) == 0 ? 0 : unsent;
            if (random.nextInt(100) == 0) {
                flow = null;
            }
        }
        assertThat(reader.ticks).as("seed %d", seed).hasSizeGreaterThan(100);
    }

    private static QueryOutcome some(SplittableRandom random, int i) {
        if (random.nextInt(30) == 0) {
            return new QueryOutcome.Problem("problem " + random.nextInt(3));
        }
        List<VectorSample> samples = new ArrayList<>();
        for (int n = random.nextInt(5); n >= 0; n--) {
            samples.add(new VectorSample(
                    Labels.of("n", Integer.toString(n), "era", Integer.toString(i / 40)), T, random.nextInt(3), null));
        }
        return new QueryOutcome.Samples(samples);
    }

    private static QueryOutcome samples(Object... labelsAndValues) {
        List<VectorSample> samples = new ArrayList<>();
        for (int i = 0; i < labelsAndValues.length; i += 2) {
            samples.add(new VectorSample(
                    (Labels) labelsAndValues[i], T, ((Number) labelsAndValues[i + 1]).doubleValue(), null));
        }
        return new QueryOutcome.Samples(samples);
    }

    private static List<Long> ticks(FrameSequence.Opening opening) {
        SimulatedReader reader = reader();
        reader.read(text(opening.bytes()));
        return reader.ticks;
    }

    private static SimulatedReader reader() {
        SimulatedReader reader = new SimulatedReader();
        reader.read(QUERIES);
        return reader;
    }

    private static Frame frame(long tickMillis, int length) {
        EventBytes changes = EventBytes.of("x".repeat(length));
        return new Frame(tickMillis, EventBytes.NONE, changes, new Frame.State(1, List.of()));
    }

    private static String text(EventBytes bytes) {
        return bytes.toString();
    }
}
