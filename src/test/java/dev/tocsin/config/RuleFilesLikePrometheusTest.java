package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rule files at the edges of the format: what is taken and what is refused, here and by Prometheus. */
class RuleFilesLikePrometheusTest {
    @TempDir
    private Path folder;

    /** @param differs why Debian's promtool says otherwise; null where it must not */
    record RuleFileCase(String name, String text, boolean good, String differs) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<RuleFileCase> cases() {
        try (InputStream in = Objects.requireNonNull(RuleFileCase.class.getResourceAsStream("/rule/files.json"))) {
            return new JsonArray(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .stream()
                            .map(JsonObject.class::cast)
                            .map(o -> new RuleFileCase(
                                    o.getString("name"),
                                    o.getString("text"),
                                    o.getBoolean("good"),
                                    o.getString("differs")))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTakenOrRefusedWithItsLine(RuleFileCase c) {
        try {
            RuleFiles.parse(new ConfigText("rules.yaml", c.text));
            assertThat(c.good).as("taken").isTrue();
        } catch (ConfigException e) {
            assertThat(c.good).as(e.getMessage()).isFalse();
            assertThat(e.getMessage()).matches("(?s)rules\\.yaml:[1-9][0-9]*: .+");
        }
    }

    @Test
    void prometheusTakesAndRefusesTheSame() throws Exception {
        List<RuleFileCase> same =
                cases().stream().filter(c -> c.differs == null).toList();
        List<String> arguments = new ArrayList<>(List.of("check", "rules"));
        for (RuleFileCase c : same) {
            arguments.add(
                    Files.writeString(folder.resolve(c.name + ".yml"), c.text).toString());
        }

        String said = Promtool.run(folder, arguments.toArray(String[]::new)).toString();

        for (RuleFileCase c : same) {
            String verdict = said.substring(said.indexOf("Checking " + folder.resolve(c.name + ".yml")));
            boolean good = verdict.lines().skip(1).findFirst().orElse("").contains("SUCCESS");
            assertThat(good).as(c.name).isEqualTo(c.good);
        }
    }
}
