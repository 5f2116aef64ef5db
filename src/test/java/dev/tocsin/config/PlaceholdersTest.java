package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholdersTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("HOOK", "s3cr3t", "EMPTY", "");

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "https://h/${HOOK}/x, https://h/s3cr3t/x",
                "${HOOK}${HOOK}, s3cr3ts3cr3t",
                "a${EMPTY}b, ab",
                "${MISSING:-fallback}, fallback",
                "${MISSING:-}, ''",
                "${HOOK:-fallback}, s3cr3t",
                "$${HOOK}, ${HOOK}",
                "a$${HOOK}b${HOOK}, a${HOOK}bs3cr3t",
                "cost: 5$, cost: 5$",
                "^a$|{b}$, ^a$|{b}$",
            })
    void expands(String text, String expected) {
        assertThat(new Placeholders(ENVIRONMENT).expand(text)).isEqualTo(expected);
    }

    @Test
    void anUnsetVariableIsAnErrorThatNamesItAndItsPlace() throws Exception {
        YamlNode node =
                YamlNode.parse("a.yaml", "\nhooks:\n  - ok\n  - x${GONE}\n").withEnvironment(ENVIRONMENT);

        assertThatThrownBy(() -> node.asMap().get("hooks").asList().get(1).asString())
                .isInstanceOf(ConfigException.class)
                .hasMessage("a.yaml:4: hooks[1]: the environment variable \"GONE\" is not set; set it, or write"
                        + " ${GONE:-text} to say what stands for it");
    }

    @Test
    void anOpenBraceIsAnError() {
        assertThatThrownBy(() -> new Placeholders(ENVIRONMENT).expand("${HOOK"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"${\" without \"}\"");
    }

    @Test
    void withoutAnEnvironmentDollarsMeanNothing() throws Exception {
        assertThat(YamlNode.parse("a.yaml", "${HOOK}").asString()).isEqualTo("${HOOK}");
    }

    @Test
    void aValueFromTheCommandLineHasNoLine() throws Exception {
        YamlNode port = YamlNode.parseValue("--set http.port", "http.port", "many");

        assertThatThrownBy(() -> port.asInt(0, 65_535))
                .hasMessage("--set http.port: http.port: expected a whole number from 0 to 65535, found \"many\"");
    }
}
