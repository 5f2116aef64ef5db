package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The file that people copy, the published schema, and the program agree. */
class ShippedSettingsTest {
    private static final Path FILE = Path.of(System.getProperty("tocsin.basedir", "."), "conf", "tocsin.yaml");

    @Test
    void theShippedFileIsTheDefaults() throws Exception {
        Settings settings =
                Settings.read(new ConfigText("conf/tocsin.yaml", Files.readString(FILE)), Map.of(), List.of());

        assertThat(settings).isEqualTo(Settings.DEFAULTS);
    }

    @Test
    void theShippedFileHasEveryKey() throws Exception {
        TreeSet<String> expected = new TreeSet<>(Settings.keys());
        expected.removeIf(key -> key.startsWith("http.auth."));

        assertThat(leaves("", YamlNode.parse("conf/tocsin.yaml", Files.readString(FILE)))
                        .keySet())
                .isEqualTo(expected);
    }

    @Test
    void theSchemaHasEveryKeyAndTheShippedValueAsItsDefault() throws Exception {
        Map<String, String> defaults = new TreeMap<>();
        collectDefaults("", schema(), defaults);

        assertThat(defaults).isEqualTo(leaves("", YamlNode.parse("conf/tocsin.yaml", Files.readString(FILE))));
    }

    @Test
    void theSchemaKnowsBothWaysToGiveTokens() throws Exception {
        JsonObject tokens = schema().getJsonObject("properties")
                .getJsonObject("http")
                .getJsonObject("properties")
                .getJsonObject("auth")
                .getJsonArray("oneOf")
                .getJsonObject(1);

        assertThat(tokens.getJsonObject("properties").fieldNames()).containsExactlyInAnyOrder("tokens", "tokens_file");
    }

    private static JsonObject schema() throws IOException {
        try (InputStream in = ShippedSettingsTest.class.getResourceAsStream("/conf-schema/tocsin.schema.json")) {
            return new JsonObject(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void collectDefaults(String prefix, JsonObject schema, Map<String, String> into) {
        if (schema.containsKey("default")) {
            Object value = schema.getValue("default");
            into.put(prefix, value instanceof JsonObject ? "{}" : String.valueOf(value));
            return;
        }
        assertThat(schema.getBoolean("additionalProperties")).as(prefix).isFalse();
        JsonObject properties = schema.getJsonObject("properties");
        for (String name : properties.fieldNames()) {
            collectDefaults(prefix.isEmpty() ? name : prefix + "." + name, properties.getJsonObject(name), into);
        }
    }

    private static Map<String, String> leaves(String prefix, YamlNode node) throws ConfigException {
        Map<String, String> leaves = new TreeMap<>();
        for (Map.Entry<String, YamlNode> entry : node.asMap().entrySet()) {
            String key = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
            YamlNode value = entry.getValue();
            if (value.isList()) {
                leaves.put(key, value.asList().toString());
            } else if (!value.isMap()) {
                leaves.put(key, value.asString());
            } else if (value.asMap().isEmpty()) {
                leaves.put(key, "{}");
            } else {
                leaves.putAll(leaves(key, value));
            }
        }
        return leaves;
    }
}
