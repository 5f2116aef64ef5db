package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    @ParameterizedTest
    @CsvSource({"port, port, 0", "prot, port, 2", "prt, port, 1", "ports, port, 1", "'', port, 4", "post, port, 1"})
    void distanceCountsInsertionsDeletionsAndReplacements(String a, String b, int expected) {
        assertThat(Suggestion.distance(a, b)).isEqualTo(expected);
        assertThat(Suggestion.distance(b, a)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http.prot | did you mean \"http.port\"?",
                "port      | did you mean \"http.port\"?",
                "colour    | known are: http.port, log.level",
            })
    void suggestsWhatIsNear(String unknown, String expected) {
        assertThat(Suggestion.of(unknown, List.of("http.port", "log.level"))).isEqualTo(expected);
    }
}
