package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that says everything Alertmanager's documentation names. */
class AlertmanagerEveryKeyTest {
    private static final String PEM = "-----BEGIN CERTIFICATE-----\nshown\n-----END CERTIFICATE-----\n";

    private static final String KEY = "-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----\n";

    @TempDir
    private Path folder;

    private static String text() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                AlertmanagerEveryKeyTest.class.getResourceAsStream("/alertmanager/every-key.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void everyKeyOfEveryIntegrationIsTaken() throws IOException, ConfigException {
        for (String pem : new String[] {"ca.pem", "cert.pem", "key.pem"}) {
            Files.writeString(folder.resolve(pem), PEM);
        }
        Files.writeString(folder.resolve("secret"), "hidden");
        Files.writeString(folder.resolve("url"), "http://a.example.org/hidden");
        Files.writeString(folder.resolve("own.tmpl"), "{{ define \"own\" }}{{ .Status }}{{ end }}");

        AlertmanagerFile file = AlertmanagerFile.parse(
                new ConfigText("every-key.yaml", text()), folder, Map.of("PEM", PEM, "KEY", KEY));

        assertThat(file.channels().keySet().stream()
                        .collect(Collectors.groupingBy(integration -> integration.kind(), Collectors.counting())))
                .isEqualTo(Map.of(
                        "webhook",
                        6L,
                        "email",
                        4L,
                        "slack",
                        3L,
                        "pagerduty",
                        4L,
                        "opsgenie",
                        2L,
                        "telegram",
                        2L,
                        "discord",
                        2L,
                        "msteams",
                        2L,
                        "msteamsv2",
                        2L));
        assertThat(file.redacted()).doesNotContain("hidden").contains("\"proxy_connect_header\":");
    }
}
