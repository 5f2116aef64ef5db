package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Labels;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Value;
import dev.tocsin.promql.Value.VectorSample;
import dev.tocsin.template.TemplateException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RuleTemplateTest {
    private static final Labels SAMPLE =
            Labels.of("__name__", "metric", "instance", "web-1:9100", "job", "api", "path", "/a b");
    private static final RuleSettings SETTINGS =
            new RuleSettings(1_000, 60_000, 900_000, 100, "http://tocsin.example/sub", Labels.of("cluster", "c1"));

    private final AtomicInteger failures = new AtomicInteger();

    private static Value answer(Expr expr, long timeMillis) {
        return switch (expr.toString()) {
            case "metric" -> new Value.VectorValue(List.of(new VectorSample(SAMPLE, timeMillis, 1234.5678, null)));
            case "other" -> new Value.VectorValue(List.of(other("3", 30), other("1", 10), other("2", 20)));
            case "sum(other)" -> new Value.VectorValue(List.of(new VectorSample(Labels.EMPTY, timeMillis, 60, null)));
            default -> new Value.VectorValue(List.of());
        };
    }

    private static VectorSample other(String n, double value) {
        return new VectorSample(Labels.of("__name__", "other", "n", n), 0, value, null);
    }

    private String expand(String text) {
        return expand(text, 1234.5678);
    }

    private String expand(String text, double value) {
        return RuleTemplate.parse("A", text)
                .expand(new RuleTemplate.Context(
                        SAMPLE, value, SETTINGS, 60_000, RuleTemplateTest::answer, failures::incrementAndGet));
    }

    static Stream<TemplateCase> thatGive() {
        return TemplateCase.all().stream().filter(c -> c.gives() != null);
    }

    @ParameterizedTest
    @MethodSource("thatGive")
    void saysWhatPrometheusSays(TemplateCase c) {
        assertThat(expand(c.template())).isEqualTo(c.gives());
        assertThat(failures).hasValue(0);
    }

    static Stream<TemplateCase> thatFail() {
        return TemplateCase.all().stream().filter(c -> c.fails() != null);
    }

    @ParameterizedTest
    @MethodSource("thatFail")
    void failsWherePrometheusFails(TemplateCase c) {
        assertThat(expand(c.template()))
                .startsWith("<error expanding template: error executing template __alert_A: template: __alert_A:1:")
                .endsWith(">");
        assertThat(failures).hasValue(1);
    }

    static Stream<TemplateCase> thatAreRefused() {
        return TemplateCase.all().stream().filter(c -> c.refused() != null);
    }

    @ParameterizedTest
    @MethodSource("thatAreRefused")
    void refusesWhatPrometheusRefuses(TemplateCase c) {
        assertThatThrownBy(() -> RuleTemplate.parse("A", c.template())).isInstanceOf(TemplateException.class);
    }

    @Test
    void knowsTheServersAddressAndLabels() {
        assertThat(expand("{{ externalURL }} {{ pathPrefix }} {{ $externalURL }} {{ $externalLabels.cluster }}"))
                .isEqualTo("http://tocsin.example/sub /sub http://tocsin.example/sub c1");
    }

    @Test
    void saysInfinitiesAndNaNAsPrometheusDoes() {
        String all = "{{ $value }} {{ humanize $value }} {{ humanize1024 $value }} {{ humanizeDuration $value }}"
                + " {{ humanizePercentage $value }} {{ humanizeTimestamp $value }} {{ printf \"%5.1f\" $value }}";
        assertThat(expand(all, Double.POSITIVE_INFINITY)).isEqualTo("+Inf +Inf +Inf +Inf +Inf% +Inf  +Inf");
        assertThat(expand(all, Double.NEGATIVE_INFINITY)).isEqualTo("-Inf -Inf -Inf -Inf -Inf% -Inf  -Inf");
        assertThat(expand(all, Double.NaN)).isEqualTo("NaN NaN NaN NaN NaN% NaN   NaN");
    }

    @Test
    void tellsLineAndColumnOfWhatItCannotParse() {
        assertThatThrownBy(() -> RuleTemplate.parse("A", "fine\nthen {{ nosuch 1 }}"))
                .isInstanceOfSatisfying(TemplateException.class, e -> {
                    assertThat(e.line()).isEqualTo(2);
                    assertThat(e.column()).isEqualTo(9);
                    assertThat(e.reason()).isEqualTo("function \"nosuch\" not defined");
                });
    }

    @Test
    void tellsWhereAndWhyItFailed() {
        assertThat(expand("{{ query \"nosuch\" | first }}"))
                .isEqualTo("<error expanding template: error executing template __alert_A: template: __alert_A:1:21:"
                        + " executing \"__alert_A\" at <first>: error calling first:"
                        + " first() called on vector with no elements>");
    }

    @Test
    void aQueryThatFailsIsTheTemplatesError() {
        RuleTemplate template = RuleTemplate.parse("A", "{{ query \"up\" }}");
        String text = template.expand(new RuleTemplate.Context(
                SAMPLE,
                1.0,
                SETTINGS,
                0,
                (expr, time) -> {
                    throw new StackOverflowError();
                },
                failures::incrementAndGet));
        assertThat(text).startsWith("<error expanding template: ").contains("StackOverflowError");
    }

    @Test
    void isBoundedInOutputStepsAndDepth() {
        String loop = "{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}";
        assertThat(expand(loop)).contains("templates call each other deeper than 100");
        String tens = "{{ range 10 }}".repeat(6) + "x" + "{{ end }}".repeat(6);
        assertThat(expand(tens)).contains("more than 100000 steps");
        String wide = "{{ define \"w\" }}{{ printf \"%9999d\" 1 }}{{ end }}" + "{{ template \"w\" }}".repeat(7);
        assertThat(expand(wide)).contains("longer than 65536 characters");
        assertThatThrownBy(() -> RuleTemplate.parse("A", "{{ " + "(".repeat(10_000) + "1" + ")".repeat(10_000) + " }}"))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("nested deeper than 100");
        assertThatThrownBy(() -> RuleTemplate.parse("A", "{{ if true }}".repeat(10_000)))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("nested deeper than 100");
    }
}
