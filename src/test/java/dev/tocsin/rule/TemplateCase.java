package dev.tocsin.rule;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Templates and what Prometheus makes of them, for the sample {@code metric{instance="web-1:9100",job="api",path="/a b"}
 * 1234.5678} beside {@code other{n="1"} 10, other{n="2"} 20, other{n="3"} 30}.
 *
 * @param gives the text it expands to; null otherwise
 * @param fails the end of the error it expands to; null otherwise
 * @param refused why it does not parse; null otherwise
 */
record TemplateCase(String template, String gives, String fails, String refused) {
    static List<TemplateCase> all() {
        try (InputStream in = Objects.requireNonNull(TemplateCase.class.getResourceAsStream("/rule/templates.json"))) {
            return new JsonArray(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .stream()
                            .map(JsonObject.class::cast)
                            .map(o -> new TemplateCase(
                                    o.getString("template"),
                                    o.getString("gives"),
                                    o.getString("fails"),
                                    o.getString("refused")))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return template;
    }
}
