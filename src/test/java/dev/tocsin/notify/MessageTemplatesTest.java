package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import dev.tocsin.template.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTemplatesTest {
    private static final Path DEBIANS = Path.of("/usr/share/prometheus/alertmanager");
    private static final Instant START = Notifications.TICK.minusSeconds(90);

    private final AtomicInteger failures = new AtomicInteger();

    private static Alert alert(Instant endsAt, String... labels) {
        return new Alert(
                Labels.of(labels),
                Map.of("summary", "it <is> \"slow\"", "runbook", "https://runbooks/1"),
                START,
                endsAt,
                "http://tocsin/graph?g0.expr=x",
                new Alert.Receipt(0, 0, 0));
    }

    /** Two alerts of one group, the second resolved. */
    private static Notification two() {
        return of(
                alert(null, "alertname", "Slow", "service", "api", "instance", "a", "severity", "critical"),
                alert(
                        START.plusSeconds(60),
                        "alertname",
                        "Slow",
                        "service",
                        "api",
                        "instance",
                        "b",
                        "severity",
                        "low"));
    }

    private static Notification of(Alert... alerts) {
        return new Notification(
                "key",
                Notifications.HOOK,
                "{}:{}",
                Labels.of("alertname", "Slow"),
                List.of(alerts),
                Verdict.FIRST,
                Notifications.TICK,
                Notifications.TICK.plusSeconds(10));
    }

    private Filling filling(Notification notification) {
        return new Filling(notification, "http://tocsin", Notifications.TICK, failures::incrementAndGet);
    }

    private String text(String template) {
        return filling(two()).text(MessageTemplates.BUILT_IN.compile("test", template));
    }

    private String html(String template) {
        return filling(two()).html(MessageTemplates.BUILT_IN.compile("test", template));
    }

    /** What Alertmanager's documentation says of its template data and functions, one template a line. */
    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '\0', textBlock = """
            {{ .Receiver }} {{ .Status }} {{ .ExternalURL }}          § team firing http://tocsin
            {{ len .Alerts }} {{ .Alerts.Firing | len }} {{ .Alerts.Resolved | len }} § 2 1 1
            {{ .GroupLabels.alertname }}{{ .GroupLabels.none }}       § Slow
            {{ .CommonLabels.SortedPairs.Names | join "," }}          § alertname,service
            {{ .CommonLabels.SortedPairs.Values | join "," }}         § Slow,api
            {{ (.CommonLabels.Remove .GroupLabels.Names).Names | join "," }} § service
            {{ (.CommonLabels.Remove (stringSlice "service")).Values | join "," }} § Slow
            {{ index .CommonAnnotations "runbook" }}{{ index .CommonLabels "none" }} § https://runbooks/1
            {{ range .Alerts }}{{ .Labels.instance }}={{ .Status }} {{ end }} § a=firing b=resolved
            {{ range $k, $v := .CommonLabels }}{{ $k }}={{ $v }};{{ end }} § alertname=Slow;service=api;
            {{ (index .Alerts 0).Labels.instance }}                   § a
            {{ with index .Alerts 1 }}{{ .EndsAt.Sub .StartsAt }}{{ end }} § 1m0s
            {{ with index .Alerts 0 }}{{ .EndsAt.IsZero }}{{ end }}   § true
            {{ (index .Alerts 0).StartsAt.Format "15:04:05" }}        § 11:58:30
            {{ (index .Alerts 0).StartsAt.Unix }}                     § 1795262310
            {{ date "2006-01-02 15:04 MST" (tz "Europe/Paris" (index .Alerts 0).StartsAt) }} § 2026-11-21 12:58 CET
            {{ (tz "Asia/Kolkata" (index .Alerts 0).StartsAt).Format "15:04 -07:00 Z0700" }} § 17:28 +05:30 +0530
            {{ since (index .Alerts 0).StartsAt }}                    § 1m30s
            {{ toJson (list 1 "<a>" (dict "b" true)) }}               § [1,"\\u003ca\\u003e",{"b":true}]
            {{ range append (list "x") "y" }}{{ . }},{{ end }}        § x,y,
            {{ (dict "k" "v").k }}                                    § v
            {{ toJson .GroupLabels }}                                 § {"alertname":"Slow"}
            {{ humanizeDuration (since (index .Alerts 0).StartsAt).Seconds }} § 1m 30s
            {{ since (index .Alerts 0).StartsAt | humanizeDuration }} § 1m 30s
            {{ toUpper "a" }}{{ toLower "B" }}{{ title "high load" }} § AbHigh Load
            {{ trimSpace "  x " }}{{ match "^a.c$" "abc" }}           § xtrue
            {{ reReplaceAll "(\\\\w)b" "$1-" "abcb" }}                  § a-c-
            {{ join "+" (stringSlice "a" "b") }}                      § a+b
            {{ urlUnescape "a%20b" }}{{ safeUrl "x" }}{{ safeHtml "<b>" }} § a bx<b>
            {{ .Severity }}                                           § critical
            {{ .CommonLabels }}                                       § map[alertname:Slow service:api]
            """)
    void hasAlertmanagersValuesAndFunctions(String template, String expected) {
        assertThat(text(template).strip()).isEqualTo(expected);
        assertThat(failures).hasValue(0);
    }

    @Test
    void filesDefineTheNamesThatKeysCallAndTakeTheDefaultsPlace() {
        MessageTemplates own = MessageTemplates.BUILT_IN.with("own.tmpl", """
                {{ define "slack.default.title" }}ours: {{ template "__subject" . }}{{ end }}
                {{ define "__subject" }}{{ block "inner" .Status }}<{{ . }}>{{ end }}{{ end }}""");

        assertThat(filling(two()).text(own.compile("title", "{{ template \"slack.default.title\" . }}")))
                .isEqualTo("ours: <firing>");
        assertThat(own.compile("title", "x")).isEqualTo(own.compile("title", "x"));
        assertThat(own.compile("title", "x"))
                .as("the same key with other templates behind it")
                .isNotEqualTo(MessageTemplates.BUILT_IN.compile("title", "x"));
    }

    @Test
    void whatCannotBeParsedIsToldWithItsPlace() {
        assertThatThrownBy(() -> MessageTemplates.BUILT_IN.with("own.tmpl", "line one\n{{ define \"x\" }}{{ nope }}"))
                .isInstanceOfSatisfying(TemplateException.class, e -> {
                    assertThat(e.source()).isEqualTo("own.tmpl");
                    assertThat(e.line()).isEqualTo(2);
                    assertThat(e.reason()).contains("function \"nope\" not defined");
                });
    }

    @Test
    void tellsWhatIsCalledAndNotThere() {
        MessageTemplates own = MessageTemplates.BUILT_IN.with(
                "own.tmpl", "{{ define \"a\" }}{{ if .Status }}{{ template \"b\" }}{{ end }}{{ end }}");

        assertThat(own.compile("title", "{{ template \"a\" . }}").missing()).containsExactly("b");
        assertThat(own.compile("title", "{{ template \"slack.default.title\" . }}")
                        .missing())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ .Nothing }}",
                "{{ template \"undefined\" . }}",
                "{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}",
                "{{ index .Alerts 7 }}",
                "{{ range 2000000 }}x{{ end }}",
                "{{ tz \"No/Where\" (index .Alerts 0).StartsAt }}"
            })
    void aTemplateThatFailsIsCountedAndThePlainTextGoesOut(String template) {
        assertThat(text(template)).isEqualTo("[FIRING:1] Slow: it <is> \"slow\"");
        assertThat(html(template)).isEqualTo("[FIRING:1] Slow: it &lt;is&gt; &#34;slow&#34;");
        assertThat(failures).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            <b>{{ .CommonAnnotations.summary }}</b>                 | <b>it &lt;is&gt; &#34;slow&#34;</b>
            <a title="{{ .CommonAnnotations.summary }}">            | <a title="it &lt;is&gt; &#34;slow&#34;">
            {{ safeHtml .CommonAnnotations.summary }}               | it <is> "slow"
            <a href="{{ .CommonAnnotations.runbook }}?a&b">         | <a href="https://runbooks/1?a&b">
            <a href="{{ "javascript:alert(1)" }}">                  | <a href="#">
            <img src='{{ " JaVaScRiPt:alert(1)" }}'>                | <img src='#'>
            <a href="/x/{{ "javascript:y" }}">                      | <a href="/x/javascript:y">
            {{ template "__pairs" (index .Alerts 0).Annotations }}  | - runbook = https://runbooks/1\\n - summary = it &lt;is&gt; &#34;slow&#34;
            """)
    void whatComesFromAlertsIsEscapedInHtml(String template, String expected) {
        assertThat(html(template).strip()).isEqualTo(expected.replace("\\n", "\n"));
    }

    @Test
    void theMailInHtmlIsWholeAndEscaped() {
        String page = html("{{ template \"email.default.html\" . }}");

        assertThat(failures).hasValue(0);
        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .contains("[1] Firing", "[1] Resolved", "summary = it &lt;is&gt; &#34;slow&#34;")
                .contains("href=\"http://tocsin/#/alerts?receiver=team\"")
                .doesNotContain("<is>")
                .endsWith("</html>");
    }

    /** The defaults say what Alertmanager's say, apart from its name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ template \"__subject\" . }}",
                "{{ template \"slack.default.title\" . }}",
                "{{ template \"email.default.subject\" . }}",
                "{{ template \"pagerduty.default.description\" . }}",
                "{{ template \"pagerduty.default.instances\" .Alerts.Firing }}",
                "{{ template \"pagerduty.default.clientURL\" . }}",
                "{{ template \"opsgenie.default.message\" . }}",
                "{{ template \"opsgenie.default.description\" . }}",
                "{{ template \"discord.default.title\" . }}",
                "{{ template \"discord.default.message\" . }}"
            })
    void saysWhatDebiansAlertmanagerSays(String template) throws IOException {
        MessageTemplates theirs = debians();
        Notification[] notifications = {
            two(),
            of(alert(null, "alertname", "Slow")),
            of(alert(START.plusSeconds(1), "alertname", "Slow", "service", "api", "zone", "1"))
        };
        for (Notification notification : notifications) {
            String ours = filling(notification).text(MessageTemplates.BUILT_IN.compile("test", template));
            assertThat(ours)
                    .isEqualToNormalizingWhitespace(filling(notification).text(theirs.compile("test", template)));
        }
        assertThat(failures).hasValue(0);
    }

    @Test
    void debiansMailRenders() throws IOException {
        String page = filling(two()).html(debians().compile("html", "{{ template \"email.default.html\" . }}"));

        assertThat(failures).hasValue(0);
        assertThat(page).contains("Sent by Alertmanager", "summary = it &lt;is&gt; &#34;slow&#34;");
    }

    private static MessageTemplates debians() throws IOException {
        Path file = DEBIANS.resolve("default.tmpl");
        assumeTrue(Files.isReadable(file), "prometheus-alertmanager is not installed");
        return MessageTemplates.BUILT_IN
                .with("default.tmpl", Files.readString(file))
                .with("email.tmpl", Files.readString(DEBIANS.resolve("email.tmpl")));
    }
}
