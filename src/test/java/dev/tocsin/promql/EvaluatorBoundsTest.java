package dev.tocsin.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.promql.PromqlException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EvaluatorBoundsTest {
    private final MemorySource source = new MemorySource();
    private final ManualClock clock = new ManualClock(0);

    @BeforeEach
    void hundredSeries() {
        for (int i = 0; i < 100; i++) {
            source.add(Labels.of("__name__", "m", "i", Integer.toString(i)), 0, i);
        }
    }

    private Kind kindOf(QueryLimits limits, QueryOptions options, String text) {
        Evaluator evaluator = new Evaluator(source, limits, clock);
        try {
            evaluator.range(Promql.parse(text), 0, 600_000, 1_000, options);
            return null;
        } catch (PromqlException e) {
            return e.kind();
        }
    }

    @Test
    void refusesAQueryOverMoreSeriesThanAllowed() {
        QueryLimits limits = new QueryLimits(99, 1_000_000, 1_000_000_000);
        assertThat(kindOf(limits, QueryOptions.DEFAULT, "sum(m)")).isEqualTo(Kind.TOO_MANY);
        assertThat(kindOf(new QueryLimits(100, 1_000_000, 1_000_000_000), QueryOptions.DEFAULT, "sum(m)"))
                .isNull();
    }

    @Test
    void refusesAQueryOfMoreSamplesThanAllowed() {
        QueryLimits limits = new QueryLimits(1_000, 60_000, 1_000_000_000);
        assertThat(kindOf(limits, QueryOptions.DEFAULT, "m")).isEqualTo(Kind.TOO_MANY);
        assertThat(kindOf(limits, QueryOptions.DEFAULT, "m{i=~'1.?'}")).isNull();
        assertThat(kindOf(limits, QueryOptions.DEFAULT, "max_over_time(vector(1)[1y:1ms])"))
                .isEqualTo(Kind.TOO_MANY);
        assertThat(kindOf(limits, QueryOptions.DEFAULT, "max_over_time(max_over_time(m[1h:1s])[1h:1s])"))
                .isEqualTo(Kind.TOO_MANY);
    }

    @Test
    void stopsAtItsTimeout() {
        QueryLimits limits =
                new QueryLimits(1_000, 10_000_000, Duration.ofSeconds(2).toNanos());
        QueryOptions slow = new QueryOptions(300_000, () -> {
            clock.advance(Duration.ofMillis(1_100));
            return false;
        });
        assertThat(kindOf(limits, slow, "m + m")).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void stopsWhenCancelled() {
        int[] asked = {0};
        QueryOptions leaving = new QueryOptions(300_000, () -> ++asked[0] > 1);
        assertThat(kindOf(QueryLimits.DEFAULT, leaving, "m")).isEqualTo(Kind.CANCELLED);
        assertThat(asked[0]).isEqualTo(2);
    }

    @Test
    void looksBackAsFarAsTheOptionSays() {
        Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT, clock);
        Expr expr = Promql.parse("count(m)");
        QueryOptions short_ = new QueryOptions(10_000, () -> false);
        assertThat(evaluator.instant(expr, 9_999, short_).value()).hasToString(count(9_999));
        assertThat(evaluator.instant(expr, 10_000, short_).value())
                .isEqualTo(new Value.VectorValue(java.util.List.of()));
        assertThat(evaluator.instant(expr, 10_000, QueryOptions.DEFAULT).value())
                .hasToString(count(10_000));
    }

    private static String count(long time) {
        return "VectorValue[samples=[VectorSample[labels={}, timeMillis=" + time
                + ", value=100.0, distribution=null]]]";
    }

    @Test
    void refusesTimesAndStepsThatMakeNoSense() {
        Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT, clock);
        Expr expr = Promql.parse("m");
        assertThatExceptionOfType(PromqlException.class)
                .isThrownBy(() -> evaluator.instant(expr, Long.MAX_VALUE, QueryOptions.DEFAULT));
        assertThatExceptionOfType(PromqlException.class)
                .isThrownBy(() -> evaluator.instant(expr, Long.MIN_VALUE, QueryOptions.DEFAULT));
        assertThatExceptionOfType(PromqlException.class)
                .isThrownBy(() -> evaluator.range(expr, 0, 10, 0, QueryOptions.DEFAULT))
                .withMessageContaining("expected a positive one");
        assertThatExceptionOfType(PromqlException.class)
                .isThrownBy(() -> evaluator.range(expr, 10, 0, 1, QueryOptions.DEFAULT))
                .withMessageContaining("end timestamp must not be before start time");
    }

    /** Eight at once over more than there is: each has its answer or is told to come again, and nothing stays held. */
    @Test
    void queriesAtOnceHoldNoMoreTogetherThanTheyMay() throws InterruptedException {
        QueryMemory memory = new QueryMemory(4 << 20);
        Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT, clock);
        Expr expr = Promql.parse("sum by (i) (m + m) or m");
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicLong most = new AtomicLong();
        CountDownLatch together = new CountDownLatch(8);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                together.countDown();
                try (QueryMemory.Share share = memory.share()) {
                    together.await();
                    QueryOptions options = new QueryOptions(
                            300_000,
                            () -> {
                                most.accumulateAndGet(memory.heldBytes(), Math::max);
                                return false;
                            },
                            share);
                    evaluator.range(expr, 0, 100_000, 1_000, options);
                    answered.incrementAndGet();
                } catch (PromqlException e) {
                    assertThat(e.kind()).isEqualTo(PromqlException.Kind.BUSY);
                    refused.incrementAndGet();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(answered.get() + refused.get()).isEqualTo(8);
        assertThat(most.get()).isBetween(1L, memory.maxBytes());
        assertThat(memory.refusals()).isEqualTo(refused.get());
        assertThat(memory.heldBytes()).isZero();
        try (QueryMemory.Share share = memory.share()) {
            QueryOptions alone = new QueryOptions(300_000, () -> false, share);
            assertThat(evaluator.range(expr, 0, 100_000, 1_000, alone).warnings())
                    .isEmpty();
        }
    }
}
