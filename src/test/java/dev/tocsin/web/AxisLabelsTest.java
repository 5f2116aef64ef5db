package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisLabelsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SHORT            | 12345      | 12.35k
            MS               | 0          | 0
            MS               | 0.25       | 250 µs
            MS               | 200        | 200 ms
            MS               | 1500       | 1.5 s
            S                | 90         | 1.5 min
            BYTES            | 512        | 512 B
            BYTES            | 1610612736 | 1.5 GiB
            BYTES_PER_SECOND | 2048       | 2 KiB/s
            BITS_PER_SECOND  | 20000      | 20k bit/s
            PERCENT          | 12.5       | 12.5 %
            RATIO            | 0.05       | 5 %
            OPS              | 20         | 20 /s
            USD              | 50         | $50
            """)
    void valuesHaveTheirUnit(Panel.Unit unit, double value, String label) {
        assertThat(AxisLabels.of(unit, value)).isEqualTo(label);
    }
}
