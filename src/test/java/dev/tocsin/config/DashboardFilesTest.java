package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.web.Dashboard;
import dev.tocsin.web.Panel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardFilesTest {
    private static final String HOST = """
            title: Host
            panels:
              - title: CPU
                kind: timeseries
                unit: percent
                queries:
                  - expr: host_cpu
                    legend: "{{cpu}}"
                x: 6
                y: 2
                width: 6
                height: 3
                thresholds:
                  - value: 95
                    severity: critical
                  - value: 80
              - kind: text
                text: Hello.
            """;

    @Test
    void readsEveryKeyAndFillsInTheRest() throws ConfigException {
        assertThat(DashboardFiles.parse("conf/dashboards/host.yaml", HOST))
                .isEqualTo(new Dashboard(
                        "host",
                        "Host",
                        List.of(
                                new Panel(
                                        "CPU",
                                        Panel.Kind.TIMESERIES,
                                        Panel.Unit.PERCENT,
                                        List.of(new Panel.Query("host_cpu", "{{cpu}}")),
                                        6,
                                        2,
                                        6,
                                        3,
                                        List.of(
                                                new Panel.Threshold(95, Panel.Severity.CRITICAL),
                                                new Panel.Threshold(80, Panel.Severity.WARNING)),
                                        ""),
                                new Panel(
                                        "",
                                        Panel.Kind.TEXT,
                                        Panel.Unit.SHORT,
                                        List.of(),
                                        0,
                                        5,
                                        6,
                                        4,
                                        List.of(),
                                        "Hello."))));
    }

    @Test
    void saysFileLineAndKeyOfWhatIsWrong() {
        assertError(
                "panels:\n  - kind: pie\n    queries: [up]\n",
                "d.yaml:2: panels[0].kind: \"pie\" is not one of " + "timeseries, stacked, stat, table, text, alerts");
        assertError(
                "panels:\n  - queries: [up]\n    width: 13\n",
                "d.yaml:2: panels[0]: the columns 0 to 13 are not " + "within 0 to 12 (x + width)");
        assertError("panels:\n  - queries: []\n", "d.yaml:2: panels[0]: a panel of this kind has queries");
        assertError(
                "panels:\n  - querys: [up]\n",
                "d.yaml:2: panels[0].querys: unknown key; known here: height, kind, "
                        + "queries, text, thresholds, title, unit, width, x, y");
        assertError(
                "panels:\n  - queries: [up]\n    thresholds:\n      - value: high\n",
                "d.yaml:4: panels[0].thresholds[0].value: expected a number, found \"high\"");
        assertError(
                "panels:\n  - queries:\n      - expr: sum(up\n",
                "d.yaml:3: panels[0].queries[0].expr: 1:7: parse error: "
                        + "unexpected end of input, expected \",\", \")\" or an operator");
        assertError("title: x\n", "d.yaml:1: a dashboard needs panels");
        assertError("panels:\n  - queries:\n      - legend: x\n", "d.yaml:3: panels[0].queries[0]: a query needs expr");
        assertError("panels: [\n", "d.yaml:2: not valid YAML: expected the node content, but found '<stream end>'");
    }

    @Test
    void aFolderIsReadInOrderOfNamesFromAnyFileSystem(@TempDir Path folder) throws Exception {
        Path jar = folder.resolve("conf.jar");
        try (FileSystem inJar = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "true"))) {
            Path dashboards = Files.createDirectory(inJar.getPath("/dashboards"));
            Files.writeString(dashboards.resolve("b.yaml"), HOST);
            Files.writeString(dashboards.resolve("a.yml"), HOST);
            Files.writeString(dashboards.resolve("notes.txt"), "not one");
            assertThat(DashboardFiles.load(dashboards))
                    .extracting(Dashboard::name)
                    .containsExactly("a", "b");
        }
    }

    @Test
    void twoFilesMayNotHaveOneName(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a.yaml"), "name: x\n" + HOST);
        Files.writeString(folder.resolve("b.yaml"), "name: x\n" + HOST);
        assertThatThrownBy(() -> DashboardFiles.load(folder))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("b.yaml: name: another file has a dashboard \"x\"");
    }

    @Test
    void aFolderThatIsNotThereHasNoDashboards(@TempDir Path folder) throws ConfigException {
        assertThat(DashboardFiles.load(folder.resolve("none"))).isEmpty();
    }

    private static void assertError(String text, String message) {
        assertThatThrownBy(() -> DashboardFiles.parse("d.yaml", text))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }
}
