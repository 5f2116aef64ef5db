package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.alert.AlertRecord;
import dev.tocsin.alert.EscalationStep;
import dev.tocsin.alert.Suppression;
import dev.tocsin.core.Labels;
import io.vertx.core.json.JsonObject;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertRecordJsonTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void saysWhoIsToldNextAndWhen() throws Exception {
        EscalationStep next =
                new EscalationStep("on-call", 2, List.of("chat", "mail"), NOW.plus(Duration.ofMinutes(7)));
        AlertRecord record = new AlertRecord(
                NOW, Labels.of("alertname", "A"), null, null, null, Suppression.NONE, next, List.of(), List.of(), null);
        StringWriter out = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            AlertRecordJson.write(json, record);
        }

        assertThat(new JsonObject(out.toString()).getJsonObject("next")).isEqualTo(new JsonObject("""
                {"policy": "on-call", "level": 2, "receivers": ["chat", "mail"], "at": "2026-11-21T12:07:00Z",
                 "text": "next: chat and mail in 7m"}"""));
    }
}
