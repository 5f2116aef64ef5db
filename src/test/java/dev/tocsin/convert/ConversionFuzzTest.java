package dev.tocsin.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.YamlNode;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionFuzzTest {
    private static final String SPICE = "{}[]\",:'.$!&*|>-#%0 \n\t\u00e9";

    /** Whatever stands in a file, it is converted to YAML that can be read, or refused with its place. */
    @ParameterizedTest
    @ValueSource(strings = {"shop.yml", "alerting.json", "grafana.json"})
    void brokenFilesAreRefusedOrConverted(String file) throws Exception {
        String text = CloudWatchTest.resource(file);
        Random random = new Random(7);
        int converted = 0;
        int refused = 0;
        for (int i = 0; i < 1_500; i++) {
            Conversion conversion = new Conversion(Map.of());
            try {
                conversion.add(new ConfigText(file, mutated(text, random)));
                for (Map.Entry<String, String> made : conversion.files().entrySet()) {
                    assertThat(YamlNode.parse(made.getKey(), made.getValue()).isMap())
                            .isTrue();
                }
                converted++;
            } catch (ConfigException e) {
                assertThat(e.file()).startsWith(file);
                refused++;
            }
        }
        assertThat(converted).isPositive();
        assertThat(refused).isPositive();
    }

    private static String mutated(String text, Random random) {
        StringBuilder out = new StringBuilder(text);
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(out.length());
            switch (random.nextInt(3)) {
                case 0 -> out.setCharAt(at, SPICE.charAt(random.nextInt(SPICE.length())));
                case 1 -> out.insert(at, SPICE.charAt(random.nextInt(SPICE.length())));
                default -> out.delete(at, Math.min(out.length(), at + 1 + random.nextInt(12)));
            }
        }
        return out.toString();
    }
}
