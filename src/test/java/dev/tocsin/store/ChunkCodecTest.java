package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is packed comes back, whatever it is; what is broken is told and does no harm. */
class ChunkCodecTest {
    private final ScalarCodec scalars = new ScalarCodec();
    private final DistributionCodec distributions = new DistributionCodec();

    private static double value(Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> 0;
            case 1 -> -0.0;
            case 2 -> random.nextInt(1_000);
            case 3 -> -random.nextInt(1_000) / 100.0;
            case 4 -> random.nextDouble();
            case 5 -> Double.longBitsToDouble(random.nextLong());
            case 6 -> Double.NaN;
            case 7 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.MIN_VALUE;
            default -> 1e15 * random.nextGaussian();
        };
    }

    private static ScalarBlock block(Random random) {
        ScalarBlock block = new ScalarBlock(2);
        boolean wild = random.nextBoolean();
        int interval = random.nextInt(10);
        double walk = random.nextInt(100);
        int n = 1 + random.nextInt(200);
        for (int i = 0; i < n; i++) {
            int values = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 1;
            for (int v = 0; v < values; v++) {
                walk += random.nextInt(20) - 5;
                block.add(interval, wild ? value(random) : walk / 10);
            }
            interval += random.nextInt(10) == 0 ? 1 + random.nextInt(5) : 1;
        }
        return block;
    }

    /** Whole numbers, decimals added up with what that rounds, or anything. */
    private static ScalarBlock counter(Random random) {
        ScalarBlock block = new ScalarBlock(2);
        int kind = random.nextInt(3);
        double total = random.nextInt(3) == 0 ? random.nextInt(1_000) : random.nextInt(1_000) / 100.0;
        int n = 1 + random.nextInt(200);
        for (int i = 0; i < n; i++) {
            double before = total;
            total += switch (kind) {
                case 0 -> random.nextInt(50);
                case 1 -> random.nextInt(50) / 100.0;
                default -> random.nextDouble() * 1e9;
            };
            block.setTotal(2 * i, total, before);
        }
        return block;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void scalarsComeBack(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            boolean counter = random.nextBoolean();
            ScalarBlock block = counter ? counter(random) : block(random);
            ScalarBlock given = new ScalarBlock(1);
            given.merge(block, counter);
            byte[] body = scalars.encode(given, counter);

            ScalarBlock back = new ScalarCodec().decode(body, 0, body.length, counter);

            assertThat(Arrays.copyOf(back.at, back.size)).isEqualTo(Arrays.copyOf(block.at, block.size));
            if (counter) {
                assertSameBits(back.base, block.base);
            }
            for (int i = 0; i < block.size; i++) {
                assertSameBits(back.last[i], block.last[i]);
                for (int s : new int[] {ScalarBlock.FIRST, ScalarBlock.MIN, ScalarBlock.MAX, ScalarBlock.COUNT}) {
                    assertSameBits(back.statistic(s, i), block.statistic(s, i));
                }
                double sum = block.statistic(ScalarBlock.SUM, i);
                assertThat(back.statistic(ScalarBlock.SUM, i))
                        .satisfiesAnyOf(
                                got -> assertThat(Double.compare(got, sum)).isZero(),
                                got -> assertThat(Math.abs(got - sum)).isLessThanOrEqualTo(1e-12 * Math.abs(sum)));
            }
        }
    }

    private static void assertSameBits(double actual, double expected) {
        assertThat(Double.doubleToRawLongBits(actual))
                .as("%s and %s", actual, expected)
                .isEqualTo(Double.doubleToRawLongBits(expected));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void distributionsComeBack(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            BucketLayout layout = BucketLayout.ofDigits(1 + random.nextInt(4));
            DistributionBuilder builder = new DistributionBuilder(layout);
            boolean fractions = random.nextInt(5) == 0;
            int n = 1 + random.nextInt(500);
            for (int i = 0; i < n; i++) {
                double weight = fractions ? random.nextDouble() * 3 : 1 + random.nextInt(random.nextInt(1_000) + 1);
                builder.record(random.nextInt(20) == 0 ? 0 : Math.exp(random.nextGaussian() * 3), weight);
            }
            Distribution d = builder.build();
            byte[] encoded = distributions.encode(d);

            DistributionBuilder back = new DistributionBuilder(layout);
            DistributionCodec.addTo(back, encoded, 0, encoded.length);

            assertThat(back.build()).isEqualTo(d);
            assertSameBits(back.build().min(), d.min());
            assertSameBits(back.build().max(), d.max());
        }
    }

    @Test
    void whatIsBrokenIsToldAndEnds() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            boolean scalar = random.nextBoolean();
            byte[] body = scalar
                    ? scalars.encode(block(random), false)
                    : distributions.encode(
                            Distribution.ofValues(BucketLayout.TWO_DIGITS, 1, 2, 3, random.nextDouble()));
            body = Arrays.copyOf(body, random.nextInt(body.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && body.length > 0; flips--) {
                body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
            }
            if (scalar && body.length > ScalarCodec.CRC_BYTES && random.nextInt(8) > 0) {
                // As if it were whole, so that it is read.
                CRC32 crc = new CRC32();
                crc.update(body, ScalarCodec.CRC_BYTES, body.length - ScalarCodec.CRC_BYTES);
                body[0] = (byte) (crc.getValue() >>> 8);
                body[1] = (byte) crc.getValue();
            }
            try {
                if (scalar) {
                    scalars.decode(body, 0, body.length, false);
                } else {
                    DistributionCodec.addTo(new DistributionBuilder(BucketLayout.TWO_DIGITS), body, 0, body.length);
                    DistributionBlock.decode(body, 0);
                }
            } catch (BrokenChunkException e) {
                assertThat(e).hasMessageStartingWith("a chunk of history can't be read");
            }
        }
    }

    @Test
    void aThousandLognormalSamplesTakeWellUnder450Bytes() {
        Random random = new Random(1);
        DistributionBuilder builder = new DistributionBuilder(BucketLayout.TWO_DIGITS);
        for (int i = 0; i < 1_000; i++) {
            builder.record(100 * Math.exp(0.8 * random.nextGaussian()), 1);
        }
        assertThat(distributions.encode(builder.build())).hasSizeLessThan(300);
    }

    @Test
    void mergingAndRollingUpKeepEveryObservation() {
        Random random = new Random(3);
        BucketLayout layout = BucketLayout.TWO_DIGITS;
        DistributionBlock all = new DistributionBlock(1);
        DistributionBlock early = new DistributionBlock(1);
        DistributionBlock late = new DistributionBlock(1);
        DistributionBuilder expected = new DistributionBuilder(layout);
        for (int i = 0; i < 30; i++) {
            Distribution a = Distribution.ofValues(layout, random.nextInt(100), random.nextInt(100));
            Distribution b = Distribution.ofValues(layout, random.nextInt(100));
            expected.add(a, 1).add(b, 1);
            early.append(i, distributions.encode(a));
            if (i % 3 == 0) {
                late.append(i, distributions.encode(b));
            } else {
                all.append(i, distributions.encode(b));
            }
        }
        early.merge(DistributionBlock.decode(late.encode(), 0), layout, distributions);
        early.merge(all, layout, distributions);
        DistributionBlock minutes = new DistributionBlock(1);
        early.rollUpInto(minutes, 60, 6, new DistributionBuilder(layout), layout, distributions);

        assertThat(Arrays.copyOf(minutes.at, minutes.size))
                .containsExactly((short) 10, (short) 11, (short) 12, (short) 13, (short) 14);
        DistributionBuilder total = new DistributionBuilder(layout);
        for (int i = 0; i < minutes.size; i++) {
            DistributionCodec.addTo(total, minutes.bytes[i], 0, minutes.bytes[i].length);
        }
        assertThat(total.build()).isEqualTo(expected.build());
    }

    @Test
    void gaugesRollUpToTheirExtremesAndCountersToTheirTotals() {
        ScalarBlock gauge = new ScalarBlock(1);
        ScalarBlock counter = new ScalarBlock(1);
        for (int i = 0; i < 12; i++) {
            gauge.add(i, i % 4);
            counter.setTotal(i, 10 * i, 10 * i - 3);
        }
        gauge.add(11, -5);
        ScalarBlock gauges = new ScalarBlock(1);
        gauge.rollUpInto(gauges, 0, 6, false);
        ScalarBlock counters = new ScalarBlock(1);
        counter.rollUpInto(counters, 0, 6, true);

        assertThat(gauges.size).isEqualTo(2);
        assertThat(gauges.last).startsWith(1, -5);
        assertThat(gauges.statistic(ScalarBlock.FIRST, 1)).isEqualTo(2);
        assertThat(gauges.statistic(ScalarBlock.MIN, 1)).isEqualTo(-5);
        assertThat(gauges.statistic(ScalarBlock.MAX, 0)).isEqualTo(3);
        assertThat(gauges.statistic(ScalarBlock.SUM, 0)).isEqualTo(7);
        assertThat(gauges.statistic(ScalarBlock.COUNT, 1)).isEqualTo(7);
        assertThat(counters.last).startsWith(50, 110);
        assertThat(counters.statistics).isNull();
        byte[] body = scalars.encode(counters, true);
        assertThat(scalars.decode(body, 0, body.length, true).base)
                .as("before the first interval")
                .isEqualTo(-3);
    }

    /** Bodies as the first format had them. */
    @Test
    void whatWasPackedBeforeIsStillRead() {
        ScalarBlock gauge = decoded("00902403c83606c00b000caffc8b84ac3625800651be3f81f203f001fe40000e01a4403f");
        assertThat(Arrays.copyOf(gauge.at, gauge.size)).containsExactly((short) 3, (short) 4, (short) 6, (short) 7);
        assertThat(gauge.last).containsExactly(20.75, -3.25, 40.5, 39);
        assertThat(gauge.statistic(ScalarBlock.FIRST, 0)).isEqualTo(20.5);
        assertThat(gauge.statistic(ScalarBlock.MIN, 2)).isEqualTo(40);
        assertThat(gauge.statistic(ScalarBlock.MAX, 0)).isEqualTo(21);
        assertThat(gauge.statistic(ScalarBlock.SUM, 0)).isEqualTo(62.25);
        assertThat(gauge.statistic(ScalarBlock.COUNT, 2)).isEqualTo(2);

        ScalarBlock counter = decoded("01001e00e17f402f85240ec0");
        assertThat(Arrays.copyOf(counter.at, counter.size)).containsExactly((short) 0, (short) 1, (short) 5);
        assertThat(counter.base).isEqualTo(1_000);
        assertThat(counter.last).containsExactly(1_010, 1_025, 1_100);

        ScalarBlock raw =
                decoded("00fc1e0102002df85458a2bb4804a0000000007fffbfffc903d5d3aea25dffff0201155555555555559ec5e1925f"
                        + "ab5e94000000000ffff7fff76f0255dde9743fffe040260d9b73da805980fc07e0a031efffe08f7d1053bdc045fffedf"
                        + "6e105df588480000000000ffff81fff3176114065e54");
        assertThat(raw.last).containsExactly(Math.E, Double.NaN, 1 / 3.0);
        assertThat(raw.statistic(ScalarBlock.FIRST, 0)).isEqualTo(Math.PI);
        assertThat(raw.statistic(ScalarBlock.SUM, 0)).isEqualTo(Math.PI + Math.E);
    }

    private static ScalarBlock decoded(String hex) {
        return Objects.requireNonNull(Chunk.decode(HexFormat.of().parseHex(hex), new Chunk.Tools()).scalars);
    }

    /** Seconds of processor time, in hundredths, added up: a counter as a host has it. */
    @Test
    void aCounterOfDecimalsThatWereAddedUpTakesFewBytes() {
        Random random = new Random(2);
        ScalarBlock block = new ScalarBlock(120);
        double total = 437.21;
        for (int i = 0; i < 120; i++) {
            double before = total;
            for (int sample = 0; sample < 6; sample++) {
                total += (500 + random.nextInt(20)) / 100.0;
            }
            block.setTotal(i, total, before);
        }
        assertThat(scalars.encode(block, true)).hasSizeLessThan(2 * 120);
    }

    @Test
    void oneBitElsewhereIsTold() {
        byte[] body = scalars.encode(block(new Random(9)), false);
        for (int bit = 0; bit < 8 * body.length; bit++) {
            byte[] other = body.clone();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> scalars.decode(other, 0, other.length, false))
                    .isInstanceOf(BrokenChunkException.class);
        }
    }
}
