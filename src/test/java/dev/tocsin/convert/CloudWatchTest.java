package dev.tocsin.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.DashboardFiles;
import dev.tocsin.config.YamlNode;
import dev.tocsin.web.Dashboard;
import dev.tocsin.web.Panel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudWatchTest {
    private static SortedMap<String, String> shop(Map<String, String> parameters) throws Exception {
        Conversion conversion = new Conversion(parameters);
        conversion.add(new ConfigText("infra/shop.yml", resource("shop.yml")));
        return conversion.files();
    }

    static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(CloudWatchTest.class.getResourceAsStream("/convert/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void alarmsBecomeRulesOfTheSameNames() throws Exception {
        assertThat(shop(Map.of()).get("rules/shop.yaml")).isEqualTo("""
                # Odd: the comparison "LessThanLowerOrGreaterThanUpperThreshold" has no equivalent without a threshold of its own
                # Topic is of type AWS::SNS::Topic: no equivalent
                groups:
                  - name: shop
                    rules:
                      - alert: shop-test-slow
                        expr: (histogram_quantile(0.99, sum by (Stage) (increase(Checkout_Time{Stage="test"}[1m]))) or max by (Stage) (quantile_over_time(0.99, Checkout_Time{Stage="test"}[1m]))) >= 250
                        for: 2m
                        missing: ok
                        labels:
                          channels: Pager,chat
                        annotations:
                          description: Checkout takes {{"{{"}} too }} long
                      - alert: FailureRate
                        expr: (100 * (histogram_sum(sum (increase(Failures{Code="500"}[1m]))) or sum (increase(Failures{Code="500"}[1m]))) / (histogram_sum(sum (increase(Requests[1m]))) or sum (increase(Requests[1m])))) > 5
                  - name: shop-every-300s
                    rules:
                      - # AWS/Events Orders is made by AWS: it has to be pushed here under this name (an exporter or a metric stream does it)
                        # its actions were disabled: it is on the page only
                        # OKActions has no equivalent
                        alert: FewOrders
                        expr: (histogram_sum(sum (increase(Orders[5m]))) or sum (increase(Orders[5m]))) < 1.5
                        datapoints: 3 of 5
                        missing: alert
                    interval: 300s
                """);
    }

    @Test
    void actionsBecomeReceiversToBeFilledIn() throws Exception {
        assertThat(shop(Map.of()).get("alertmanager.yaml")).isEqualTo("""
                route:
                  receiver: page-only
                  group_by: [alertname]
                  group_wait: 0s
                  group_interval: 10s
                  routes:
                    - receiver: Pager
                      matchers: ['channels=~"(.*,)?Pager(,.*)?"']
                      continue: true
                    - receiver: chat
                      matchers: ['channels=~"(.*,)?chat(,.*)?"']
                      continue: true
                receivers:
                  - name: page-only
                  - # stood for an action of CloudWatch (an SNS topic): say who is behind it
                    name: Pager
                  - # stood for an action of CloudWatch (an SNS topic): say who is behind it
                    name: chat
                """);
    }

    @Test
    void aParameterIsStrongerThanItsDefault() throws Exception {
        SortedMap<String, String> files = shop(Map.of("Stage", "live", "Pager", "arn:aws:sns:x:1:night"));

        assertThat(files).containsKey("dashboards/shop-live.yaml");
        assertThat(files.get("rules/shop.yaml")).contains("alert: shop-live-slow", "channels: night,chat");
    }

    @Test
    void widgetsBecomePanels() throws Exception {
        String yaml = shop(Map.of()).get("dashboards/shop-test.yaml");

        Dashboard dashboard = DashboardFiles.parse("shop-test.yaml", yaml);
        List<Panel> panels = dashboard.panels();
        assertThat(panels)
                .extracting(Panel::title, Panel::kind, Panel::x, Panel::y, Panel::width, Panel::height)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Latency", Panel.Kind.TIMESERIES, 0, 0, 6, 5),
                        org.assertj.core.groups.Tuple.tuple("Sales", Panel.Kind.STACKED, 6, 0, 6, 5),
                        org.assertj.core.groups.Tuple.tuple("", Panel.Kind.STAT, 9, 5, 3, 3),
                        org.assertj.core.groups.Tuple.tuple("", Panel.Kind.TEXT, 0, 5, 9, 3),
                        org.assertj.core.groups.Tuple.tuple("", Panel.Kind.TEXT, 0, 8, 12, 6));
        assertThat(panels.get(0).thresholds())
                .extracting(Panel.Threshold::value)
                .containsExactly(200.0);
        assertThat(panels.get(0).queries())
                .containsExactly(
                        new Panel.Query(
                                "histogram_quantile(0.95, sum by (Route, Stage) (increase(Latency{Route=\"/pay\", Stage=\"test\"}[1m])))"
                                        + " or max by (Route, Stage) (quantile_over_time(0.95, Latency{Route=\"/pay\", Stage=\"test\"}[1m]))",
                                "/pay"),
                        new Panel.Query(
                                "histogram_quantile(1, sum by (Route, Stage) (increase(Latency{Route=\"/cart\", Stage=\"test\"}[1m])))"
                                        + " or max by (Route, Stage) (max_over_time(Latency{Route=\"/cart\", Stage=\"test\"}[1m]))",
                                "worst cart"));
        assertThat(panels.get(1).queries()).extracting(Panel.Query::legend).containsExactly("north", "south");
        assertThat(panels.get(2).queries()).extracting(Panel.Query::legend).containsExactly("failure rate");
        assertThat(panels.get(3).text()).isEqualTo("# Shop");
        assertThat(yaml).contains("# yAxis has no equivalent", "# a widget of type log has no equivalent");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[[N, M, A, a], [., ., ., b]] | [[N, M, A, a], [N, M, A, b]]",
                "[[N, M, A, a, B, b], ['...', c]] | [[N, M, A, a, B, b], [N, M, A, a, B, c]]",
                "[[N, M, A, a, B, b], ['...', c, ., d]] | [[N, M, A, a, B, b], [N, M, A, c, B, d]]",
                "[[N, M, A, a], [., L, ., .], ['...', z]] | [[N, M, A, a], [N, L, A, a], [N, L, A, z]]",
                "[[N, M, A, a], [{expression: x}], ['...', b]] | [[N, M, A, a], [], [N, M, A, b]]",
            })
    void dotsRepeatTheRowAbove(String rows, String expanded) throws Exception {
        YamlNode metrics = YamlNode.parse("m", rows);

        assertThat(MetricRows.expand(metrics.asList()).stream()
                        .map(row -> row.words().toString())
                        .toList())
                .hasToString(expanded);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Resources: {A: {Type: 'AWS::CloudWatch::Alarm', Properties: {Period: soon}}} | f.yml:1: Resources.A.Properties.Period: expected a whole number from 1 to 604800, found \"soon\"",
                "Resources: {A: {Type: 'AWS::CloudWatch::Alarm', Properties: {AlarmName: !If [a, b, c]}}} | f.yml:1: Resources.A.Properties.AlarmName: the function If has no equivalent here",
                "widgets: [{properties: {metrics: [['...', a]]}}] | f.yml:1: widgets[0].properties.metrics[0]: \"...\" repeats a row above that is not there, or shorter",
                "widgets: [{properties: {metrics: [[N, M, A]]}}] | f.yml:1: widgets[0].properties.metrics[0]: a metric has a namespace, a name, and pairs of dimension and value",
                "[1, 2] | f.yml:1: is no file that can be imported: an alerting.json has alert_rules, a CloudFormation template Resources, the body of a CloudWatch dashboard widgets, a Grafana dashboard panels",
            })
    void whatCannotBeReadIsToldWithItsPlace(String text, String error) {
        assertThatThrownBy(() -> new Conversion(Map.of()).add(new ConfigText("f.yml", text)))
                .isInstanceOf(ConfigException.class)
                .hasMessage(error);
    }
}
