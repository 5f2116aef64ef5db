package dev.tocsin.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.tocsin.config.ConfigText;
import dev.tocsin.config.DashboardFiles;
import dev.tocsin.web.Dashboard;
import dev.tocsin.web.Panel;
import dev.tocsin.web.Variable;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrafanaTest {
    private String yaml;
    private List<Panel> panels;
    private List<Variable> variables;

    @BeforeEach
    void convert() throws Exception {
        Conversion conversion = new Conversion(Map.of());
        conversion.add(new ConfigText("ovens.json", CloudWatchTest.resource("grafana.json")));
        assertThat(conversion.files()).containsOnlyKeys("dashboards/Bakery---ovens.yaml");
        yaml = conversion.files().firstEntry().getValue();
        Dashboard dashboard = DashboardFiles.parse("ovens.yaml", yaml);
        panels = dashboard.panels();
        variables = dashboard.variables().list();
    }

    @Test
    void panelsThatBothHaveKeepTheirPlaceAndKind() {
        assertThat(panels)
                .extracting(Panel::title, Panel::kind, Panel::unit, Panel::x, Panel::y, Panel::width, Panel::height)
                .containsExactly(
                        tuple("Heat in ${shop}", Panel.Kind.TIMESERIES, Panel.Unit.SHORT, 0, 0, 6, 6),
                        tuple("Loaves", Panel.Kind.STACKED, Panel.Unit.SHORT, 6, 0, 6, 6),
                        tuple("Flour", Panel.Kind.GAUGE, Panel.Unit.RATIO, 0, 6, 3, 2),
                        tuple("", Panel.Kind.TEXT, Panel.Unit.SHORT, 3, 6, 3, 2),
                        tuple("Alarms", Panel.Kind.ALERTS, Panel.Unit.SHORT, 6, 6, 3, 2),
                        tuple("Where", Panel.Kind.TEXT, Panel.Unit.SHORT, 9, 6, 3, 2),
                        tuple("Baking", Panel.Kind.HEATMAP, Panel.Unit.S, 0, 8, 6, 4),
                        tuple("Ovens", Panel.Kind.TABLE, Panel.Unit.SHORT, 6, 8, 6, 4),
                        tuple("Doors", Panel.Kind.STAT, Panel.Unit.OPS, 0, 12, 3, 3));
    }

    @Test
    void variablesOfTypesThatBothHaveBecomeVariablesBelowThoseThatTheyDependOn() {
        assertThat(variables)
                .containsExactly(
                        new Variable(
                                "shop",
                                "shop",
                                new Variable.Source.Fixed(List.of("north", "south")),
                                false,
                                false,
                                List.of("north")),
                        new Variable(
                                "oven",
                                "Oven",
                                new Variable.Source.LabelValues("oven", "oven_heat{shop=~\"${shop}\"}", true),
                                true,
                                true,
                                List.of()),
                        new Variable(
                                "kind",
                                "kind",
                                new Variable.Source.LabelValues("kind", "{kind!=\"\"}", true),
                                false,
                                false,
                                List.of()),
                        new Variable(
                                "every",
                                "every",
                                new Variable.Source.Intervals(List.of("1m", "5m", "1h")),
                                false,
                                false,
                                List.of()));
    }

    @Test
    void queriesKeepTheirVariablesAndTheOthersStandForWhatWasChosen() {
        assertThat(panels.get(0).queries())
                .containsExactly(
                        new Panel.Query(
                                "max by (oven) (oven_heat{shop=\"${shop}\", oven=~\"${oven}\"})",
                                "{{oven}} of ${shop}"),
                        new Panel.Query("avg(oven_heat{baker=\"ada\", shift=~\"early|late\"})", ""));
        assertThat(panels.get(1).queries())
                .containsExactly(new Panel.Query("sum by (kind) (increase(loaves{kind=~\"${kind}\"}[${every}]))", ""));
        assertThat(panels.get(6).queries())
                .containsExactly(new Panel.Query("sum(rate(baking_seconds{shop=\"${shop}\"}[1m]))", "{{le}}"));
    }

    @Test
    void thresholdsBecomeThresholdsFromBelowWhereTheColourGetsBetter() {
        assertThat(panels.getFirst().thresholds())
                .containsExactly(
                        new Panel.Threshold(240, Panel.Severity.WARNING),
                        new Panel.Threshold(260, Panel.Severity.CRITICAL));
        assertThat(panels.get(2).thresholds())
                .containsExactly(
                        new Panel.Threshold(0.1, Panel.Severity.CRITICAL, true),
                        new Panel.Threshold(0.3, Panel.Severity.WARNING, true));
        assertThat(panels.get(2).scale()).isEqualTo(new Panel.Scale(OptionalDouble.of(0), OptionalDouble.of(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# the variable baker stands for ada",
                "# the variable shift stands for early",
                "# the regular expression /^o.*/ of the variable has no equivalent: all values are offered",
                "# the annotation Deliveries has no equivalent: events and alerts are marked on every chart",
                "# its overrides for single series have no equivalent",
                "# it is not repeated for each value of shop",
                "# the query E names the variable wing, which the dashboard has not: oven_heat{wing=\"$wing\"}",
                "# its transformations have no equivalent",
                "# thresholds in percent of the scale have no equivalent",
                "# the buckets are taken for the distribution itself: sum(rate(baking_seconds_bucket",
                "# the unit celsius has no equivalent",
                "# the query C is not PromQL",
                "# the query D can't be read as PromQL: sum(rate(",
                "# a panel of type geomap has no equivalent",
            })
    void whatHasNoEquivalentIsSaid(String comment) {
        assertThat(yaml).contains(comment);
    }
}
