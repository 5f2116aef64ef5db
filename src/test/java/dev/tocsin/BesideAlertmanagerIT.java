package dev.tocsin;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same receivers are told the same at the same second, whether Debian's Alertmanager does it or Tocsin.
 *
 * <p>All is posted at whole seconds, and every duration of the configuration is whole seconds, so less than a second lies
 * between the two where they agree. A machine that stands still for as long makes them disagree by accident: a
 * disagreement counts where it shows three times.
 */
class BesideAlertmanagerIT {
    private static final String CONFIGURATION = """
            global: {resolve_timeout: 6s}
            route:
              receiver: nobody
              group_by: [alertname]
              group_wait: 2s
              group_interval: 5s
              repeat_interval: 1h
              routes:
                - {matchers: [case="wait"], receiver: wait}
                - {matchers: [case="changed"], receiver: changed}
                - {matchers: [case="repeat"], receiver: repeat, group_wait: 1s, group_interval: 3s, repeat_interval: 7s}
                - {matchers: [case="inhibit"], receiver: inhibit, group_by: [severity]}
                - {matchers: [case="no-host"], receiver: no-host, group_by: [severity]}
                - {matchers: [case="silence"], receiver: silence}
                - {matchers: [case="muted"], receiver: muted, mute_time_intervals: [always]}
                - {matchers: [case="inactive"], receiver: inactive, active_time_intervals: [long-ago]}
                - receiver: open
                  matchers: [case="open"]
                  mute_time_intervals: [long-ago]
                  active_time_intervals: [always]
                - {matchers: [case="continue"], receiver: first, continue: true, group_wait: 1s}
                - {matchers: [case=~"cont.*"], receiver: second, group_wait: 3s}
                - {matchers: [case="timeout"], receiver: timeout, group_wait: 1s, group_interval: 3s}
                - {matchers: [case="each"], receiver: each, group_by: ['...']}
                - {matchers: [case="flap"], receiver: flap}
                - {matchers: [case="late"], receiver: late, group_wait: 15s}
                - {matchers: [case="cut"], receiver: cut}
                - {matchers: [case="untold"], receiver: untold, group_wait: 4s}
                - {matchers: [case="refill"], receiver: refill}
                - {match: {case: zone-muted}, receiver: zone-muted, mute_time_intervals: [day-there]}
                - {match_re: {case: 'zone-.*'}, receiver: zone-open, mute_time_intervals: [night-there]}
                - {matchers: [case="refused"], receiver: refused}
                - {matchers: [case="failing"], receiver: failing}
                - {matchers: [case="old"], receiver: old}
                - {matchers: [case="moved"], receiver: MOVED_TO}
                - matchers: [case="tree"]
                  receiver: nobody
                  group_by: [region]
                  routes:
                    - {match: {level: "2"}, receiver: child}
            inhibit_rules:
              - source_matchers: [severity="critical"]
                target_matchers: [severity="warning"]
                equal: [case, host]
              - {source_match: {level: "0"}, target_match_re: {level: "[1-9]"}, equal: [case]}
            time_intervals:
              - name: day-there
                time_intervals: [{times: [{start_time: '00:00', end_time: '12:00'}], location: DAY_ZONE}]
              - name: night-there
                time_intervals: [{times: [{start_time: '12:00', end_time: '24:00'}], location: DAY_ZONE}]
              - name: always
                time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]
              - name: long-ago
                time_intervals: [{years: ['2001']}]
            receivers:
              - name: nobody
              - {name: second, webhook_configs: [{url: HOOK_URL, send_resolved: false}]}
              - {name: cut, webhook_configs: [{url: HOOK_URL, max_alerts: 1}]}
            """;

    private static final List<String> OTHER_RECEIVERS = List.of(
            "wait",
            "changed",
            "repeat",
            "inhibit",
            "no-host",
            "silence",
            "muted",
            "inactive",
            "open",
            "first",
            "timeout",
            "each",
            "flap",
            "late",
            "untold",
            "child",
            "refill",
            "old",
            "zone-muted",
            "zone-open",
            "refused",
            "failing",
            "before",
            "after");

    private static final List<String> FROM_THE_START = List.of(
            "Wait case=wait i=1",
            "Changed case=changed",
            "Repeat case=repeat",
            "In case=inhibit severity=critical host=a",
            "In case=inhibit severity=warning host=a",
            "In case=inhibit severity=warning host=b",
            "In case=no-host severity=critical",
            "In case=no-host severity=warning",
            "Si case=silence host=a",
            "Si case=silence host=b",
            "M case=muted",
            "I case=inactive",
            "O case=open",
            "C case=continue",
            "F case=flap",
            "U case=untold",
            "E case=each i=1",
            "E case=each i=2",
            "Cut case=cut i=1",
            "Cut case=cut i=2",
            "Cut case=cut i=3",
            "Tree1 case=tree level=2 region=eu",
            "Tree2 case=tree level=2 region=eu",
            "Tree3 case=tree level=1",
            "Refill case=refill",
            "Zone case=zone-muted",
            "Zone case=zone-open",
            "Refused case=refused",
            "Failing case=failing",
            "Old case=old level=0",
            "Old case=old level=1",
            "Moved case=moved");

    @TempDir
    private Path folder;

    @Test
    void theSameReceiversAreToldTheSameAtTheSameSecond() throws Exception {
        String configuration = CONFIGURATION.replace("DAY_ZONE", BesideAlertmanager.dayZone())
                + BesideAlertmanager.hooks(OTHER_RECEIVERS);
        BesideAlertmanager.compare(
                folder,
                configuration.replace("MOVED_TO", "before"),
                both -> play(both, configuration.replace("MOVED_TO", "after")),
                "wait",
                "changed",
                "repeat",
                "inhibit",
                "no-host",
                "silence",
                "open",
                "first",
                "second",
                "timeout",
                "each",
                "flap",
                "late",
                "cut",
                "child",
                "refill",
                "old",
                "zone-open",
                "refused",
                "failing",
                "before",
                "after");
    }

    private static void play(BesideAlertmanager both, String later) throws Exception {
        List<String> ofHostA = both.silence("case=silence host=a");
        both.post(Stream.concat(
                        FROM_THE_START.stream().map(each -> BesideAlertmanager.alert(each, BesideAlertmanager.NEVER)),
                        Stream.of(
                                BesideAlertmanager.alert("T1 case=timeout", null),
                                BesideAlertmanager.alert("T2 case=timeout", null),
                                BesideAlertmanager.alert("Late1 case=late", BesideAlertmanager.NEVER)
                                        .put("startsAt", "2024-01-01T00:00:00Z")))
                .toArray(JsonObject[]::new));
        both.waitFor(1);
        both.fire("Wait case=wait i=2");
        both.waitFor(2);
        both.resolve("U case=untold");
        both.waitFor(3);
        both.list("alerts");
        both.list("alerts/groups");
        both.list("alerts?active=false&inhibited=false");
        both.list("silences?filter=host%3Da");
        both.list("silences?filter=host%3D~%22a%7Cb%22");
        both.fire("Late2 case=late");
        both.resolve("Refill case=refill");
        both.waitFor(4);
        both.fire("Wait case=wait i=3");
        both.expire(ofHostA);
        both.resolve("C case=continue", "F case=flap");
        both.post(BesideAlertmanager.alert("Changed case=changed", BesideAlertmanager.NEVER)
                .put("annotations", new JsonObject().put("summary", "another")));
        both.waitFor(5);
        both.fire("F case=flap");
        both.post(BesideAlertmanager.alert("T2 case=timeout", null));
        both.waitFor(8);
        List<String> ofAll = both.silence("case=silence");
        both.waitFor(9);
        both.fire("Refill case=refill");
        both.resolve("Wait case=wait i=1", "In case=inhibit severity=critical host=a", "O case=open", "F case=flap");
        both.resolve("Si case=silence host=a");
        both.fire("Changed case=changed i=2");
        both.waitFor(13);
        both.expire(ofAll);
        // Nothing may be inhibited while Alertmanager reloads: for that moment it has forgotten its sources.
        both.resolve("In case=no-host severity=critical", "In case=no-host severity=warning");
        both.resolve("Old case=old level=0", "Old case=old level=1");
        both.waitFor(14);
        both.resolve("Wait case=wait i=2", "Wait case=wait i=3");
        both.waitFor(15);
        both.reload(later);
        both.waitFor(16);
        both.fire("Changed case=changed i=3", "Wait case=wait i=4");
        both.resolve("Moved case=moved");
        // The third telling of case "repeat" comes in second 19, and nothing else after it before second 22.
        both.waitFor(22.5);
    }
}
