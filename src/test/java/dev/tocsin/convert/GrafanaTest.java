package dev.tocsin.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.tocsin.config.ConfigText;
import dev.tocsin.config.DashboardFiles;
import dev.tocsin.web.Panel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrafanaTest {
    private String yaml;
    private List<Panel> panels;

    @BeforeEach
    void convert() throws Exception {
        Conversion conversion = new Conversion(Map.of());
        conversion.add(new ConfigText("ovens.json", CloudWatchTest.resource("grafana.json")));
        assertThat(conversion.files()).containsOnlyKeys("dashboards/Bakery---ovens.yaml");
        yaml = conversion.files().firstEntry().getValue();
        panels = DashboardFiles.parse("ovens.yaml", yaml).panels();
    }

    @Test
    void panelsThatBothHaveKeepTheirPlaceAndKind() {
        assertThat(panels)
                .extracting(Panel::title, Panel::kind, Panel::unit, Panel::x, Panel::y, Panel::width, Panel::height)
                .containsExactly(
                        tuple("Heat in north", Panel.Kind.TIMESERIES, Panel.Unit.SHORT, 0, 0, 6, 6),
                        tuple("Loaves", Panel.Kind.STACKED, Panel.Unit.SHORT, 6, 0, 6, 6),
                        tuple("Flour", Panel.Kind.STAT, Panel.Unit.RATIO, 0, 6, 3, 2),
                        tuple("", Panel.Kind.TEXT, Panel.Unit.SHORT, 3, 6, 3, 2),
                        tuple("Alarms", Panel.Kind.ALERTS, Panel.Unit.SHORT, 6, 6, 3, 2),
                        tuple("Where", Panel.Kind.TEXT, Panel.Unit.SHORT, 9, 6, 3, 2));
    }

    @Test
    void variablesStandForWhatWasChosen() {
        assertThat(panels.get(0).queries())
                .containsExactly(
                        new Panel.Query("max by (oven) (oven_heat{shop=\"north\", oven=~\".*\"})", "{{oven}}"));
        assertThat(panels.get(1).queries())
                .containsExactly(new Panel.Query("sum by (kind) (increase(loaves{oven=~\".*\"}[1h]))", ""));
    }

    @Test
    void thresholdsBecomeThresholds() {
        assertThat(panels.getFirst().thresholds())
                .containsExactly(
                        new Panel.Threshold(240, Panel.Severity.WARNING),
                        new Panel.Threshold(260, Panel.Severity.CRITICAL));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# the variable oven stands for .*",
                "# the variable shop stands for north",
                "# the unit celsius has no equivalent",
                "# the query C is not PromQL",
                "# the query D can't be read as PromQL: sum(rate(",
                "# a gauge there is a number here",
                "# a panel of type geomap has no equivalent",
            })
    void whatHasNoEquivalentIsSaid(String comment) {
        assertThat(yaml).contains(comment);
    }
}
