package dev.tocsin.watch.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NagiosPluginTest {
    private static Map<String, Double> readings(String output) {
        Map<String, Double> values = new TreeMap<>();
        NagiosPlugin.result(0, output).readings().stream()
                .filter(reading -> reading.metric().equals("check_performance"))
                .forEach(reading -> values.put(
                        reading.labels().get("value") + " " + reading.labels().get("unit"), reading.value()));
        return values;
    }

    @ParameterizedTest
    @CsvSource({"0, true, 0", "1, true, 1", "2, false, 2", "3, false, 3", "127, false, 3", "-1, false, 3"})
    void theExitCodeIsTheStatus(int code, boolean ok, double status) {
        ProbeResult result = NagiosPlugin.result(code, "");

        assertThat(result.ok()).isEqualTo(ok);
        assertThat(result.readings().getFirst()).isEqualTo(ProbeResult.Reading.gauge("check_status", status));
    }

    @Test
    void theTextEndsAtTheBarAndWhatFollowsIsPerformance() {
        String output = "DISK OK - free: / 3326 MB | /=2MB;5948;5958;0;5968 'a ''b'' c'=12.5%;80 t=250ms n=7c x=U;;;";

        assertThat(NagiosPlugin.result(0, output).message()).isEqualTo("DISK OK - free: / 3326 MB");
        assertThat(readings(output))
                .isEqualTo(Map.of("/ bytes", 2.0 * 1024 * 1024, "a 'b' c percent", 12.5, "t seconds", 0.25, "n ", 7.0));
    }

    @Test
    void performanceMayFollowOnFurtherLines() {
        assertThat(readings("OK | a=1\nmore text\nand more | b=2\nc=3"))
                .isEqualTo(Map.of("a ", 1.0, "b ", 2.0, "c ", 3.0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverIsPrintedSomethingIsSaid(long seed) {
        Random random = new Random(seed);
        StringBuilder output = new StringBuilder();
        String characters = "a|='\n;.1-e% \0\u00e9\ud83d";
        for (int i = 0; i < 20_000; i++) {
            output.append(characters.charAt(random.nextInt(characters.length())));
        }

        ProbeResult result = NagiosPlugin.result(random.nextInt(-5, 200), output.toString());

        assertThat(result.message()).isNotEmpty().hasSizeLessThanOrEqualTo(500);
        assertThat(result.readings()).hasSizeLessThanOrEqualTo(CheckSeries.MAX_READINGS + 1);
    }
}
