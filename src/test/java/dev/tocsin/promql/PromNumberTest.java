package dev.tocsin.promql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromNumberTest {
    @ParameterizedTest
    @CsvSource({
        "1e-9, 0.000000001",
        "1e-6, 0.000001",
        "-1.5e-7, -0.00000015",
        "0.5, 0.5",
        "100, 100",
        "1e15, 1000000000000000",
        "1e21, 1000000000000000000000",
        "1.5e16, 15000000000000000",
        "-0.0, -0",
        "Infinity, +Inf",
        "-Infinity, -Inf",
        "NaN, NaN",
    })
    void isWrittenAsGoWritesIt(double value, String text) {
        assertThat(PromNumber.format(value)).isEqualTo(text);
    }

    @Test
    void isTheShortestThatReadsBackTheSame() {
        Random random = new Random(20261121);
        for (int i = 0; i < 100_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String text = PromNumber.format(value);
                assertThat(Double.parseDouble(text)).isEqualTo(value);
                assertThat(text).doesNotContainIgnoringCase("e").doesNotMatch(".*\\.[0-9]*0$");
            }
        }
    }
}
