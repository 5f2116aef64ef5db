package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tocsin.alert.EscalationPolicy;
import dev.tocsin.alert.Fallback;
import dev.tocsin.alert.FlapLimit;
import dev.tocsin.alert.Receiver;
import dev.tocsin.alert.Route;
import dev.tocsin.core.Labels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of {@code alertmanager.yaml} that Alertmanager does not have. */
class AlertmanagerBeyondTest {
    private static final String RECEIVERS = "receivers: [{name: page}, {name: chat}, {name: mail}]\n";

    private static AlertmanagerFile parse(String text) throws ConfigException {
        return parseAll(RECEIVERS + text);
    }

    private static AlertmanagerFile parseAll(String text) throws ConfigException {
        return AlertmanagerFile.parse(new ConfigText("am.yaml", text), Path.of("."), Map.of());
    }

    @Test
    void escalationPoliciesAreInheritedAndReplaced() throws ConfigException {
        AlertmanagerFile file = parse("""
                route:
                  receiver: page
                  escalation_policy: on-call
                  routes:
                    - matchers: [team="a"]
                      receiver: chat
                    - matchers: [team="b"]
                      escalation_policy: short
                    - matchers: [team="c"]
                      escalation_policy: none
                escalation_policies:
                  - name: on-call
                    levels:
                      - {after: 5m, receivers: [chat]}
                      - {after: 15m, receivers: [chat, mail]}
                    repeat: 30m
                    repeat_limit: 4
                  - name: short
                    levels: [{after: 0s, receivers: [mail]}]
                """);

        EscalationPolicy onCall = new EscalationPolicy(
                "on-call",
                List.of(
                        new EscalationPolicy.Level(Duration.ofMinutes(5), List.of("chat")),
                        new EscalationPolicy.Level(Duration.ofMinutes(15), List.of("chat", "mail"))),
                Duration.ofMinutes(30),
                4);
        EscalationPolicy brief = new EscalationPolicy(
                "short", List.of(new EscalationPolicy.Level(Duration.ZERO, List.of("mail"))), Duration.ZERO, 0);
        assertThat(file.routing().policies()).isEqualTo(Map.of("on-call", onCall, "short", brief));
        assertThat(policyOf(file, "a")).isEqualTo(onCall);
        assertThat(policyOf(file, "b")).isEqualTo(brief);
        assertThat(policyOf(file, "c")).isNull();
    }

    private static EscalationPolicy policyOf(AlertmanagerFile file, String team) {
        Route route = file.routing().root().match(Labels.of("team", team)).getFirst();
        return route.options().escalation();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                escalation_policies: [{name: p, levels: [{after: 5m, receivers: [chatt]}]}] | am.yaml:3: escalation_policies[0].levels[0].receivers[0]: undefined receiver "chatt"; did you mean "chat"?
                escalation_policies: [{name: p, levels: [{after: 5m, receiver: [chat]}]}]   | am.yaml:3: escalation_policies[0].levels[0].receiver: unknown key; did you mean "receivers"?
                escalation_policies: [{name: p, levels: [{after: 5m, receivers: [chat]}, {after: 5m, receivers: [mail]}]}] | am.yaml:3: escalation_policies[0].levels[1].after: must be later than the level before; all count from when the alert began to fire
                escalation_policies: [{name: p, levels: [{after: 5m, receivers: []}]}]      | am.yaml:3: escalation_policies[0].levels[0]: a level needs receivers
                escalation_policies: [{name: p, levels: []}]                                | am.yaml:3: escalation_policies[0].levels: an escalation policy needs levels
                escalation_policies: [{name: p}]                                            | am.yaml:3: escalation_policies[0]: needs the key levels
                escalation_policies: [{levels: [{after: 5m, receivers: [chat]}]}]           | am.yaml:3: escalation_policies[0]: needs the key name
                escalation_policies: [{name: none, levels: [{after: 5m, receivers: [chat]}]}] | am.yaml:3: escalation_policies[0]: an escalation policy needs a name other than "none", by which a rule is out of all policies
                escalation_policies: [{name: p, levels: [{after: 5m, receivers: [chat]}], repeat_limit: 3}] | am.yaml:3: escalation_policies[0].repeat_limit: needs repeat beside it: how long after the last level that is told again
                escalation_policies: [{name: p, levels: [{after: 5m, receivers: [chat]}], repeat: 0s}] | am.yaml:3: escalation_policies[0].repeat: must be at least 1s
                escalation_policies: [{name: p, levels: [{after: soon, receivers: [chat]}]}] | am.yaml:3: escalation_policies[0].levels[0].after: not a valid duration string: "soon", expected something like 30s, 5m or 1h30m
                """)
    void saysWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> parse("route: {receiver: page}\n" + line)).hasMessage(message);
    }

    @Test
    void autoResolveIsInherited() throws ConfigException {
        AlertmanagerFile file = parse("""
                route:
                  receiver: page
                  routes:
                    - matchers: [team="a"]
                      auto_resolve: false
                      routes:
                        - matchers: [deep="x"]
                        - matchers: [deep="y"]
                          auto_resolve: true
                """);

        Route root = file.routing().root();
        assertThat(root.options().autoResolve()).isTrue();
        assertThat(root.match(Labels.of("team", "a", "deep", "x"))
                        .getFirst()
                        .options()
                        .autoResolve())
                .isFalse();
        assertThat(root.match(Labels.of("team", "a", "deep", "y"))
                        .getFirst()
                        .options()
                        .autoResolve())
                .isTrue();
    }

    @Test
    void receiversSayWhoStandsIn() throws ConfigException {
        AlertmanagerFile file = parseAll("""
                route: {receiver: a}
                receivers:
                  - {name: a, on_failure: b}
                  - {name: b, on_failure: {receiver: c}}
                  - {name: c, on_failure: {receiver: d, after: 30s}}
                  - {name: d, on_failure: {receiver: e, attempts: 7}}
                  - {name: e}
                """);

        assertThat(file.routing().receivers().values().stream().map(Receiver::onFailure))
                .containsExactly(
                        new Fallback("b", Duration.ofMinutes(5), 3),
                        new Fallback("c", Duration.ofMinutes(5), 3),
                        new Fallback("d", Duration.ofSeconds(30), 0),
                        new Fallback("e", Duration.ZERO, 7),
                        null);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                {name: a, on_failure: a} | am.yaml:3: receivers[0].on_failure: goes round in a circle: a → a
                {name: a, on_failure: bb} | am.yaml:3: receivers[0].on_failure: undefined receiver "bb"; did you mean "b"?
                {name: a, on_failure: {receiver: b, attempt: 3}} | am.yaml:3: receivers[0].on_failure.attempt: unknown key; did you mean "attempts"?
                {name: a, on_failure: {after: 3m}} | am.yaml:3: receivers[0].on_failure: needs the key receiver
                {name: a, on_failure: {receiver: b, attempts: 0}} | am.yaml:3: receivers[0].on_failure.attempts: expected a whole number from 1 to 1000, found "0"
                """)
    void saysWhatIsWrongWithAFallback(String receiver, String message) {
        assertThatThrownBy(() -> parseAll("route: {receiver: a}\nreceivers:\n  - " + receiver + "\n  - {name: b}\n"))
                .hasMessage(message);
    }

    /** Random fallbacks among six receivers: refused exactly where following them from some receiver never ends. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void fallbacksNeverLoop(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 200; round++) {
            int[] next = random.ints(6, -2, 6).toArray();
            StringBuilder text = new StringBuilder("route: {receiver: r0}\nreceivers:\n");
            for (int i = 0; i < next.length; i++) {
                text.append("  - {name: r").append(i);
                text.append(next[i] < 0 ? "" : ", on_failure: r" + next[i]).append("}\n");
            }
            boolean loops = IntStream.range(0, 6).anyMatch(from -> {
                int at = from;
                for (int steps = 0; steps < 6 && at >= 0; steps++) {
                    at = next[at];
                }
                return at >= 0;
            });
            Throwable thrown = catchThrowable(() -> parseAll(text.toString()));
            if (loops) {
                assertThat(thrown).as(text.toString()).hasMessageContaining("goes round in a circle");
                refused++;
            } else {
                assertThat(thrown).as(text.toString()).isNull();
            }
        }
        assertThat(refused).isBetween(20, 180);
    }

    @Test
    void flappingIsForAllRoutesThatSayNothingElse() throws ConfigException {
        AlertmanagerFile file = parse("""
                flapping: {changes: 6, within: 10m}
                route:
                  receiver: page
                  routes:
                    - matchers: [team="a"]
                      flapping: {changes: 3, within: 1m}
                    - matchers: [team="b"]
                      flapping: none
                """);

        assertThat(file.routing().root().options().flapping()).isEqualTo(new FlapLimit(6, Duration.ofMinutes(10)));
        assertThat(file.routing().root().children().stream()
                        .map(route -> route.options().flapping()))
                .containsExactly(new FlapLimit(3, Duration.ofMinutes(1)), null);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                {changes: 6} | am.yaml:2: flapping: needs the key within
                {changes: 0, within: 1m} | am.yaml:2: flapping.changes: expected a whole number from 1 to 1000, found "0"
                {changes: 6, in: 10m} | am.yaml:2: flapping.in: unknown key; known are: changes, within
                """)
    void saysWhatIsWrongWithFlapping(String flapping, String message) {
        assertThatThrownBy(() -> parse("flapping: " + flapping + "\nroute: {receiver: page}\n"))
                .hasMessage(message);
    }

    @Test
    void saysWhichPolicyWasProbablyMeant() {
        assertThatThrownBy(() -> parse("""
                route: {receiver: page, escalation_policy: oncall}
                escalation_policies: [{name: on-call, levels: [{after: 5m, receivers: [chat]}]}]
                """))
                .hasMessage(
                        "am.yaml:2: route.escalation_policy: undefined escalation policy \"oncall\"; did you mean \"on-call\"?");
    }
}
