package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.config.AlertmanagerFile;
import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.core.Labels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeveritiesTest {
    private static final String FILE = """
            route:
              receiver: team
              group_by: [alertname]
              group_wait: 30s
              group_interval: 1m
              repeat_interval: 9d
              routes:
                - matchers: [team="db"]
                  receiver: db
                - matchers: [audited="yes"]
                  receiver: audit
                  continue: true
            severities:
              critical: {receivers: [pager, chat]}
              high: {receivers: [chat], group_wait: 5s}
              medium: {receivers: [mail], digest: 30m}
              low: page_only
            receivers:
            """ + receivers("team", "db", "audit", "pager", "chat", "mail");

    private static String receivers(String... names) {
        StringBuilder all = new StringBuilder();
        for (String name : names) {
            all.append("  - {name: ").append(name).append(", webhook_configs: [{url: \"http://127.0.0.1/\"}]}\n");
        }
        return all.toString();
    }

    private static AlertmanagerFile parse(String text) throws ConfigException {
        return AlertmanagerFile.parse(new ConfigText("am.yaml", text), Path.of("."), Map.of());
    }

    private final AlertScene scene;

    SeveritiesTest() throws ConfigException {
        scene = new AlertScene(parse(FILE).routing());
    }

    private static Labels alert(String name, String severity, String... more) {
        return Labels.of("alertname", name, "severity", severity).with(Labels.of(more));
    }

    private void fire(Labels labels) {
        scene.say(labels, scene.now, null, false);
    }

    private void resolve(Labels labels) {
        HeldAlert held = scene.engine.book.get(labels).orElseThrow();
        scene.say(labels, held.alert().startsAt(), scene.now, false);
    }

    @Test
    void criticalAndHighGoAtOnceToTheirChannels() {
        fire(alert("a", "critical"));
        fire(alert("b", "high"));
        scene.pass("2m");

        assertThat(scene.told)
                .containsExactly(
                        "0s pager FIRST firing=a resolved=",
                        "0s chat FIRST firing=a resolved=",
                        "5s chat FIRST firing=b resolved=");
    }

    @Test
    void mediumIsCollectedIntoOneDigestWithWhatIsOverAlready() {
        fire(alert("a", "medium"));
        scene.pass("10m");
        fire(alert("b", "warning"));
        resolve(alert("a", "medium"));
        scene.pass("25m");
        fire(alert("c", "warning"));
        scene.pass("5m");
        resolve(alert("c", "warning"));
        scene.pass("1h");

        assertThat(scene.told)
                .containsExactly("30m mail FIRST firing=b resolved=a", "1h mail NEW_RESOLVED firing=b resolved=c");
    }

    @Test
    void whereAllIsOverTheDigestSaysSoOnce() {
        fire(alert("a", "medium"));
        scene.pass("1m");
        resolve(alert("a", "medium"));
        scene.pass("5h");

        assertThat(scene.told).containsExactly("30m mail DIGEST firing= resolved=a");
    }

    @Test
    void lowIsForThePageOnly() {
        fire(alert("a", "low"));
        fire(alert("b", "info"));
        scene.pass("1h");

        assertThat(scene.told).isEmpty();
        assertThat(scene.engine.routing().receiversOf(alert("b", "info"))).isEqualTo(List.of("page-only"));
    }

    @Test
    void aBranchThatTakesTheAlertIsStronger() {
        fire(alert("a", "critical", "team", "db"));
        fire(alert("b", "critical", "audited", "yes"));
        scene.pass("2m");

        assertThat(scene.told).containsExactly("30s db FIRST firing=a resolved=", "30s audit FIRST firing=b resolved=");
    }

    @Test
    void otherSeveritiesAndNoneGoTheRootsWay() {
        fire(alert("a", "page"));
        fire(Labels.of("alertname", "b"));
        scene.pass("2m");

        assertThat(scene.told)
                .containsExactly("30s team FIRST firing=a resolved=", "30s team FIRST firing=b resolved=");
    }

    @Test
    void whatTheRootSaysHoldsForThemToo() throws ConfigException {
        RouteOptions options = parse(FILE.replace("receiver: team", "receiver: team\n  auto_resolve: false"))
                .routing()
                .severities()
                .routes()
                .get("high")
                .getFirst()
                .options();

        assertThat(options.autoResolve()).isFalse();
        assertThat(options.repeatInterval()).isEqualTo(AlertScene.duration("9d"));
        assertThat(options.groupBy()).isEqualTo(GroupBy.of("alertname"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                {hgih: {receivers: [chat]}} | am.yaml:1: severities.hgih: unknown key; did you mean "high"?
                {high: {receivers: [chatt]}} | am.yaml:1: severities.high.receivers[0]: undefined receiver "chatt"; did you mean "chat"?
                {high: {}} | am.yaml:1: severities.high: needs the key receivers
                {high: {receivers: []}} | am.yaml:1: severities.high: needs receivers, or page_only: true
                {high: {receivers: [chat], page_only: true}} | am.yaml:1: severities.high.page_only: what is only on the page has no receivers and no times
                {high: {receivers: [chat], digest: 1m, group_wait: 2s}} | am.yaml:1: severities.high.group_wait: can't stand beside digest, which says how long is waited
                {high: {receivers: [chat], digest: 0s}} | am.yaml:1: severities.high.digest: must be at least 1s
                {low: page_only} | am.yaml:1: severities.low: the receiver "page-only" tells somebody; give that one another name
                """)
    void saysWhatIsWrong(String severities, String message) {
        String rest = "\nroute: {receiver: chat}\nreceivers:\n" + receivers("chat", "page-only");

        assertThatThrownBy(() -> parse("severities: " + severities + rest)).hasMessage(message);
    }
}
