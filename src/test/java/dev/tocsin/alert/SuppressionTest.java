package dev.tocsin.alert;

import static dev.tocsin.alert.AlertScene.START;
import static dev.tocsin.alert.AlertScene.hook;
import static dev.tocsin.alert.AlertScene.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What holds alerts back: inhibition, mute and active times, silences. */
class SuppressionTest {
    private static final InhibitRule CRITICAL_OVER_WARNING = new InhibitRule(
            List.of(Matcher.equal("severity", "critical")),
            List.of(Matcher.equal("severity", "warning")),
            List.of("service"));

    private static Labels labels(String name, String severity, String service) {
        return Labels.of("alertname", name, "severity", severity, "service", service);
    }

    private static AlertScene inhibiting(InhibitRule... rules) {
        return new AlertScene(new Routing(
                Route.root(options("0s", "1m", "4h")),
                Map.of("team", hook(true)),
                Duration.ofMinutes(5),
                List.of(rules)));
    }

    private static Silence silence(AlertScene scene, String name, String from, String to) {
        return new Silence(
                "",
                List.of(Matcher.equal("alertname", name)),
                scene.now.plus(AlertScene.duration(from)),
                scene.now.plus(AlertScene.duration(to)),
                Instant.EPOCH,
                "me",
                "why");
    }

    private static Verdict lastVerdict(AlertScene scene) {
        return scene.engine.dispatcher().groups().iterator().next().lines.getFirst().lastVerdict;
    }

    @Test
    void aTargetIsHeldBackWhileASourceWithTheSameLabelsFires() {
        AlertScene scene = inhibiting(CRITICAL_OVER_WARNING);

        scene.say(labels("down", "critical", "api"), START, null, false);
        scene.say(labels("slow", "warning", "api"), START, null, false);
        scene.say(labels("full", "warning", "disk"), START, null, false).pass("1m");

        assertThat(scene.told)
                .containsExactly(
                        "0s team FIRST firing=down resolved=", "1m team NEW_FIRING firing=down,full resolved=");
        assertThat(scene.engine
                        .dispatcher()
                        .suppression(labels("slow", "warning", "api"), scene.now)
                        .inhibitedBy())
                .containsExactly(labels("down", "critical", "api").fingerprintHex());
    }

    @Test
    void aTargetIsToldAtTheNextFlushAfterItsSourceEnded() {
        AlertScene scene = inhibiting(CRITICAL_OVER_WARNING);

        scene.say(labels("down", "critical", "api"), START, null, false);
        scene.say(labels("slow", "warning", "api"), START, null, false).pass("70s");
        scene.say(labels("down", "critical", "api"), START, scene.now, false).pass("50s");

        assertThat(scene.told)
                .containsExactly("0s team FIRST firing=down resolved=", "2m team NEW_FIRING firing=slow resolved=down");
    }

    @Test
    void aSourceThatRunsOutByItselfInhibitsNoLonger() {
        AlertScene scene = inhibiting(CRITICAL_OVER_WARNING);

        scene.say(labels("down", "critical", "api"), START, START.plusSeconds(90), true);
        scene.say(labels("slow", "warning", "api"), START, null, false).pass("2m");

        assertThat(scene.told).last().isEqualTo("2m team NEW_FIRING firing=slow resolved=down");
        scene.engine.dispatcher().sweep(scene.now);
    }

    @Test
    void anAlertDoesNotInhibitItselfNorOneThatIsBothSourceAndTarget() {
        AlertScene scene = inhibiting(new InhibitRule(
                List.of(new Matcher("severity", Matcher.Op.MATCHES, "critical|warning")),
                List.of(new Matcher("severity", Matcher.Op.MATCHES, "warning|critical")),
                List.of()));

        scene.say(labels("down", "critical", "api"), START, null, false);
        scene.say(labels("slow", "warning", "api"), START, null, false).pass("1m");

        assertThat(scene.told).last().isEqualTo("1m team NEW_FIRING firing=down,slow resolved=");
    }

    @Test
    void labelsThatBothLackCountAsEqual() {
        AlertScene scene = inhibiting(new InhibitRule(
                List.of(Matcher.equal("alertname", "source")),
                List.of(Matcher.equal("alertname", "target")),
                List.of("nowhere")));

        scene.fire("source").fire("target").pass("5m");

        assertThat(scene.told).containsExactly("0s team FIRST firing=source resolved=");
    }

    @Test
    void aGroupOfInhibitedAlertsAloneSaysSo() {
        AlertScene scene = new AlertScene(new Routing(
                Route.root(new RouteOptions(
                        "team", GroupBy.ALL, Duration.ZERO, Duration.ofMinutes(1), Duration.ofHours(4))),
                Map.of("team", hook(true)),
                Duration.ofMinutes(5),
                List.of(CRITICAL_OVER_WARNING)));
        scene.say(labels("down", "critical", "api"), START, null, false);

        scene.say(labels("slow", "warning", "api"), START, null, false);

        assertThat(scene.engine.dispatcher().groups())
                .extracting(group -> group.lines.getFirst().lastVerdict)
                .containsExactly(Verdict.FIRST, Verdict.INHIBITED);
    }

    @Test
    void aSilencedAlertIsToldAtTheNextFlushAfterTheSilenceEnded() throws SilenceRefusedException {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h"));
        scene.engine.silences.set(silence(scene, "a", "0s", "90s"), scene.now);

        scene.fire("a").pass("1m");
        assertThat(lastVerdict(scene)).isEqualTo(Verdict.SILENCED);
        scene.pass("1m");

        assertThat(scene.told).containsExactly("2m team FIRST firing=a resolved=");
    }

    @Test
    void aSilenceHoldsOnlyWhatItMatches() throws SilenceRefusedException {
        AlertScene scene = AlertScene.of(options("10s", "1m", "4h"));
        scene.engine.silences.set(silence(scene, "a", "0s", "1h"), scene.now);

        scene.fire("a").fire("b").pass("10s");

        assertThat(scene.told).containsExactly("10s team FIRST firing=b resolved=");
    }

    @Test
    void aSilenceThatBeginsLaterHoldsNothingUntilThen() throws SilenceRefusedException {
        AlertScene scene = AlertScene.of(options("0s", "1m", "30s"));
        scene.engine.silences.set(silence(scene, "a", "90s", "1h"), scene.now);

        scene.fire("a").pass("10m");

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=", "1m team REPEAT firing=a resolved=");
    }

    @Test
    void anAlertThatEndsWhileSilencedIsNotToldAsResolved() throws SilenceRefusedException {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h")).fire("a");
        scene.engine.silences.set(silence(scene, "a", "0s", "10m"), scene.now);

        scene.pass("30s").resolve("a").pass("1h");

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");
        assertThat(scene.engine.dispatcher().groupCount()).isZero();
    }

    @Test
    void aRouteTellsNothingInItsMuteTimeAndCatchesUpAfterwards() {
        TimeGate.Named lunch = new TimeGate.Named(
                "lunch",
                List.of(new TimeInterval(
                        List.of(new TimeInterval.Range(12 * 60, 12 * 60 + 2)),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        ZoneOffset.UTC)));
        RouteOptions options = options("0s", "1m", "4h");
        Route child = new Route("{}", List.of(), false, options, new TimeGate(List.of(lunch), List.of()), List.of());
        AlertScene scene = new AlertScene(
                Routing.of(new Route("", List.of(), false, options, TimeGate.ALWAYS_OPEN, List.of(child)), hook(true)));

        scene.fire("a").pass("1m");
        assertThat(lastVerdict(scene)).isEqualTo(Verdict.IN_MUTE_TIME);
        scene.pass("1m");

        assertThat(scene.told).containsExactly("2m team FIRST firing=a resolved=");
    }

    @Test
    void aRouteTellsOnlyInItsActiveTime() {
        TimeGate.Named later = new TimeGate.Named(
                "later",
                List.of(new TimeInterval(
                        List.of(new TimeInterval.Range(12 * 60 + 1, 13 * 60)),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        ZoneOffset.UTC)));
        RouteOptions options = options("0s", "1m", "4h");
        Route child = new Route("{}", List.of(), false, options, new TimeGate(List.of(), List.of(later)), List.of());
        AlertScene scene = new AlertScene(
                Routing.of(new Route("", List.of(), false, options, TimeGate.ALWAYS_OPEN, List.of(child)), hook(true)));

        scene.fire("a");
        assertThat(lastVerdict(scene)).isEqualTo(Verdict.OUTSIDE_ACTIVE_TIME);
        scene.pass("1m");

        assertThat(scene.told).containsExactly("1m team FIRST firing=a resolved=");
    }

    @Test
    void whatEndedUnderASilenceIsToldAsOverAfterAReload() throws Exception {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h")).fire("a").pass("1s");
        scene.engine.silences.set(silence(scene, "a", "0s", "5m"), scene.now);

        scene.pass("30s").resolve("a").pass("20m");
        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");
        scene.reroute().pass("1m");

        assertThat(scene.told).last().isEqualTo("20m31s team ALL_RESOLVED firing= resolved=a");
    }
}
