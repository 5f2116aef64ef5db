package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.web.Dashboard;
import dev.tocsin.web.MetricStatistic;
import dev.tocsin.web.Panel;
import dev.tocsin.web.Statistic;
import dev.tocsin.web.Variable;
import dev.tocsin.web.Variables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

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
                max: 100
                push: host.cpu:42|g
              - kind: text
                text: Hello.
            """;

    @Test
    void readsEveryKeyAndFillsInTheRest() throws ConfigException {
        assertThat(DashboardFiles.parse("conf/dashboards/host.yaml", HOST))
                .isEqualTo(new Dashboard(
                        "host",
                        "Host",
                        Variables.NONE,
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
                                        new Panel.Scale(OptionalDouble.empty(), OptionalDouble.of(100)),
                                        "",
                                        "host.cpu:42|g"),
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
                                        Panel.Scale.OPEN,
                                        "Hello.",
                                        "")),
                        HOST));
    }

    @Test
    void saysFileLineAndKeyOfWhatIsWrong() {
        assertError(
                "panels:\n  - kind: pie\n    queries: [up]\n",
                "d.yaml:2: panels[0].kind: \"pie\" is not one of "
                        + "timeseries, stacked, stat, gauge, table, heatmap, spectrum, text, alerts");
        assertError(
                "panels:\n  - queries: [up]\n    width: 13\n",
                "d.yaml:2: panels[0]: the columns 0 to 13 are not " + "within 0 to 12 (x + width)");
        assertError(
                "panels:\n  - {kind: heatmap, queries: [up, down]}\n",
                "d.yaml:2: panels[0]: a heatmap has one query, whose distributions are merged");
        assertError("panels:\n  - queries: []\n", "d.yaml:2: panels[0]: a panel of this kind has queries");
        assertError(
                "panels:\n  - querys: [up]\n", "d.yaml:2: panels[0].querys: unknown key; did you mean \"queries\"?");
        assertError(
                "panels:\n  - queries: [up]\n    thresholds:\n      - value: high\n",
                "d.yaml:4: panels[0].thresholds[0].value: expected a number, found \"high\"");
        assertError(
                "panels:\n  - queries:\n      - expr: sum(up\n",
                "d.yaml:3: panels[0].queries[0].expr: 1:7: parse error: "
                        + "unexpected end of input, expected \",\", \")\" or an operator");
        assertError("title: x\n", "d.yaml:1: a dashboard needs panels");
        assertError(
                "panels:\n  - queries:\n      - legend: x\n",
                "d.yaml:3: panels[0].queries[0]: a query needs expr (PromQL), or metric with statistic and period");
        assertError("panels: [\n", "d.yaml:2: not valid YAML: expected the node content, but found '<stream end>'");
    }

    @Test
    void aMetricWithStatisticAndPeriodIsAQuery() throws ConfigException {
        List<Panel.Query> queries =
                DashboardFiles.parse("d.yaml", """
                panels:
                  - statistic: p99.9
                    period: 300
                    queries:
                      - {metric: api.response.time, labels: {route: [/a, /b]}, by: [route], legend: "{{route}}"}
                      - {metric: api.response.time, statistic: SampleCount, period: 1h, unit: ops}
                      - {metric: 5xx, by: []}
                """).panels().getFirst().queries();

        Statistic p999 = new Statistic(Statistic.Kind.PERCENTILE, "0.999");
        assertThat(queries)
                .containsExactly(
                        new Panel.Query(
                                new Panel.Query.Source.OfMetric(new MetricStatistic(
                                        "api_response_time",
                                        Map.of("route", List.of("/a", "/b")),
                                        Optional.of(List.of("route")),
                                        "300s",
                                        p999)),
                                "{{route}}",
                                Optional.empty()),
                        new Panel.Query(
                                new Panel.Query.Source.OfMetric(new MetricStatistic(
                                        "api_response_time",
                                        Map.of(),
                                        Optional.empty(),
                                        "1h",
                                        new Statistic(Statistic.Kind.SAMPLE_COUNT, ""))),
                                "",
                                Optional.of(Panel.Unit.OPS)),
                        new Panel.Query(
                                new Panel.Query.Source.OfMetric(
                                        new MetricStatistic("_5xx", Map.of(), Optional.of(List.of()), "300s", p999)),
                                "",
                                Optional.empty()));
    }

    @Test
    void saysWhatIsWrongWithAMetricsQuery() {
        String query = "panels:\n  - queries:\n      - ";
        assertError(
                query + "{metric: x, statistic: median}",
                "d.yaml:3: panels[0].queries[0].statistic: \"median\" is not one of average, sum, minimum, maximum, "
                        + "sample count, or a percentile from p0 to p100 like p99.9");
        assertError(
                query + "{metric: x, period: soon}",
                "d.yaml:3: panels[0].queries[0].period: expected a duration like 5m, or seconds, found \"soon\"");
        assertError(
                query + "{expr: up, period: 5m}",
                "d.yaml:3: panels[0].queries[0].period: goes with metric, not with expr: leave one of the two out");
        assertError(
                query + "{metric: x, labels: {a-b: c}}",
                "d.yaml:3: panels[0].queries[0].labels.a-b: \"a-b\" is no valid label name");
        assertError(
                query + "{metric: x, statistics: sum}",
                "d.yaml:3: panels[0].queries[0].statistics: unknown key; did you mean \"statistic\"?");
        assertError(
                "panels:\n  - {queries: [up], min: 5, max: 5}",
                "d.yaml:2: panels[0]: min (5.0) must be less than max (5.0)");
    }

    @Test
    void variablesStandInExpressionsAndDependOnThoseAbove() throws ConfigException {
        assertThat(DashboardFiles.parse("d.yaml", """
                variables:
                  - {name: service, label: service, of: http_requests, multi: true, all: true}
                  - {name: route, title: Route, label: route, of: 'http_requests{service=~"$service"}'}
                  - {name: top, values: [3, 5], default: 5}
                  - {name: window, intervals: [10s, 1m]}
                panels:
                  - queries:
                      - topk($top, sum by (route) (rate(http_requests{service="${service}"}[$window])))
                      - {metric: http_requests, labels: {route: $route}, period: $window}
                """).variables().list())
                .containsExactly(
                        new Variable(
                                "service",
                                "service",
                                new Variable.Source.LabelValues("service", "http_requests", true),
                                true,
                                true,
                                List.of()),
                        new Variable(
                                "route",
                                "Route",
                                new Variable.Source.LabelValues("route", "http_requests{service=~\"$service\"}", true),
                                false,
                                false,
                                List.of()),
                        new Variable(
                                "top", "top", new Variable.Source.Fixed(List.of("3", "5")), false, false, List.of("5")),
                        new Variable(
                                "window",
                                "window",
                                new Variable.Source.Intervals(List.of("10s", "1m")),
                                false,
                                false,
                                List.of()));
    }

    @Test
    void saysWhatIsWrongWithAVariable() {
        String panel = "\npanels: [{queries: [up]}]";
        assertError(
                "variables:\n  - {name: service, values: [a]}\npanels:\n  - queries: ['up{service=\"$servce\"}']",
                "d.yaml:4: panels[0].queries[0]: there is no variable \"servce\" above; did you mean \"service\"?");
        assertError(
                "panels:\n  - queries: ['up{service=\"$service\"}']",
                "d.yaml:2: panels[0].queries[0]: there is no variable \"service\" above; variables are listed under "
                        + "the dashboard's key variables");
        assertError(
                "variables:\n  - {name: a, label: x, of: 'up{y=\"$b\"}'}\n  - {name: b, values: [c]}" + panel,
                "d.yaml:2: variables[0].of: there is no variable \"b\" above; variables are listed under the "
                        + "dashboard's key variables");
        assertError(
                "variables:\n  - {name: a}" + panel,
                "d.yaml:2: variables[0]: a variable has one of label (with of: a metric or query), values (a list) or "
                        + "intervals");
        assertError(
                "variables:\n  - {name: a, label: x}" + panel,
                "d.yaml:2: variables[0]: label needs of: the metric or query whose series have the label");
        assertError(
                "variables:\n  - {name: a, intervals: [now]}" + panel,
                "d.yaml:2: variables[0].intervals: expected durations like 5m, found \"now\"");
        assertError(
                "variables:\n  - {name: a, values: [x, y], default: [x, y]}" + panel,
                "d.yaml:2: variables[0]: several values of default need multi: true");
        assertError(
                "variables:\n  - {name: a, values: [x]}\n  - {name: a, values: [y]}" + panel,
                "d.yaml:3: variables[1]: the variable \"a\" stands twice");
        assertError(
                "variables:\n  - {name: a, value: [x]}" + panel,
                "d.yaml:2: variables[0].value: unknown key; did you mean \"values\"?");
    }

    @Test
    void aGroupOfARegularExpressionIsNoVariable() throws ConfigException {
        String expr = "label_replace(up, \"a\", \"$name-$1\", \"b\", \"(?P<name>x)(.*)$\")";
        assertThat(DashboardFiles.parse("d.yaml", "panels:\n  - queries:\n      - '" + expr + "'")
                        .panels()
                        .getFirst()
                        .queries())
                .containsExactly(new Panel.Query(expr, ""));
    }

    @Test
    void dashboardsAreInOrderOfTheirNames() throws ConfigException {
        assertThat(DashboardFiles.parseAll(List.of(new ConfigText("b.yaml", HOST), new ConfigText("a.yml", HOST))))
                .extracting(Dashboard::name)
                .containsExactly("a", "b");
    }

    @Test
    void twoFilesMayNotHaveOneName() {
        ConfigText a = new ConfigText("a.yaml", "name: x\n" + HOST);
        ConfigText b = new ConfigText("b.yaml", "name: x\n" + HOST);
        assertThatThrownBy(() -> DashboardFiles.parseAll(List.of(a, b)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("b.yaml: name: another file has a dashboard \"x\"");
    }

    private static void assertError(String text, String message) {
        assertThatThrownBy(() -> DashboardFiles.parse("d.yaml", text))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }
}
