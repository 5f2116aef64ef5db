package dev.tocsin.rule;

import static dev.tocsin.rule.AlertState.FIRING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A socket takes a thousand samples a second in ten datagrams, of which the kernel drops some now and then. */
class IncompleteDataTest {
    private static final String SOCKET = "{socket=\"udp-0\"}";

    private final RuleStage stage = new RuleStage();
    private double accepted;
    private double datagrams;
    private double kernelDrops;

    /** So many seconds in each of which so many datagrams are dropped. */
    private Alert last;

    private void seconds(int count, int drops) {
        for (int i = 0; i < count; i++) {
            accepted += (10 - drops) * 100;
            datagrams += 10 - drops;
            kernelDrops += drops;
            stage.set("tocsin_samples_accepted_total" + SOCKET, accepted)
                    .set("tocsin_udp_datagrams_total" + SOCKET, datagrams)
                    .set("tocsin_udp_kernel_drops_total" + SOCKET, kernelDrops);
            for (Alert said : stage.tick()) {
                last = said;
            }
        }
    }

    private Map<String, String> annotations() {
        return stage.alert().annotationsTold();
    }

    @Test
    void aFiringAlertSaysHowIncompleteItsDataAre() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', annotations: {summary: hot}}")
                .set("cpu", 91);
        seconds(60, 0);
        assertThat(annotations()).containsExactly(Map.entry("summary", "hot"));

        seconds(1, 3);

        assertThat(stage.state()).isEqualTo(FIRING);
        // 3 of 600 datagrams of the last minute.
        assertThat(annotations())
                .containsEntry("summary", "hot")
                .containsEntry("incomplete_data", "0.50 % of the samples offered in the last 1m were dropped");
    }

    @Test
    void isNoLongerSaidOnceTheWindowIsCompleteAgain() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 91);
        seconds(60, 0);
        seconds(1, 3);

        seconds(59, 0);
        assertThat(annotations()).containsKey("incomplete_data");
        seconds(1, 0);
        assertThat(annotations()).doesNotContainKey("incomplete_data");
    }

    @Test
    void theWindowIsTheLongestThatTheExpressionLooksAt() {
        stage.rules("- {alert: Hot, expr: 'max_over_time(cpu[5m] offset 1m) > 90 and cpu > 0'}")
                .set("cpu", 91);
        seconds(100, 1);

        assertThat(annotations().get("incomplete_data"))
                .isEqualTo("10.00 % of the samples offered in the last 6m were dropped");
    }

    @Test
    void whatIsSaidOfANewAlertIsSent() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 1);
        seconds(10, 5);
        stage.set("cpu", 91);
        seconds(1, 0);

        assertThat(last.annotations()).containsKey("incomplete_data");
    }

    @Test
    void completenessGuardsARule() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90 and completeness(cpu[1m]) > 0.99'}")
                .set("cpu{host=\"a\"}", 91);
        seconds(60, 0);
        assertThat(stage.state()).isEqualTo(FIRING);

        seconds(1, 7);
        assertThat(stage.state()).isEqualTo(AlertState.INACTIVE);

        seconds(60, 0);
        assertThat(stage.state()).isEqualTo(FIRING);
    }
}
