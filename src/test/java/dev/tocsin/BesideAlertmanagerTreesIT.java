package dev.tocsin;

import static dev.tocsin.BesideAlertmanager.NEVER;
import static dev.tocsin.BesideAlertmanager.alert;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Further cases beside Debian's Alertmanager, see {@link BesideAlertmanagerIT}: deep trees, labels that are missing or
 * need quotes, silences that begin, end and change meanwhile, ends that are moved, and several webhooks of one receiver.
 */
class BesideAlertmanagerTreesIT {
    private static final String CONFIGURATION = """
            global: {resolve_timeout: 5s}
            route:
              receiver: root
              group_by: [alertname]
              group_wait: 1s
              group_interval: 4s
              repeat_interval: 1h
              routes:
                - matchers: [team="deep"]
                  receiver: deep
                  group_by: ['...']
                  continue: true
                  routes:
                    - {matchers: ['sev=~"c.*"'], receiver: deep-crit, continue: true, group_by: [], group_wait: 2s}
                    - matchers: [sev!="info"]
                      receiver: deep-not-info
                      group_by: [sev, nolabel]
                      routes: [{matchers: ['x="1"', 'y!~"a|b"'], receiver: deep-leaf}]
                    - {matchers: [sev="info"], receiver: root}
                - {matchers: ['{team=~"deep|other", z=""}'], receiver: after, group_by: [team]}
                - {matchers: ['team = quoted', 'msg="a \\"b\\" \\\\ c"'], receiver: quoted, group_by: [msg]}
                - {match: {team: quoted}, match_re: {msg: '.+'}, receiver: quoted-re, group_by: [msg]}
                - matchers: [team="mute"]
                  receiver: mute-parent
                  mute_time_intervals: [day]
                  routes:
                    - {matchers: [sub="1"], receiver: not-inherited}
                    - {matchers: [sub="2"], receiver: active, active_time_intervals: [day]}
                    - {matchers: [sub="3"], receiver: both, mute_time_intervals: [night], active_time_intervals: [night, day]}
                    - {matchers: [sub="4"], receiver: mute-always, mute_time_intervals: [all-days]}
                - {matchers: [team="inh"], receiver: inhibited, group_wait: 2s}
                - {matchers: [team="sil"], receiver: silenced}
                - {matchers: [team="nores"], receiver: no-ends, group_interval: 3s}
                - {matchers: [team="rep"], receiver: repeated, group_interval: 5s, repeat_interval: 2s}
                - {matchers: [team="ends"], receiver: ends, group_interval: 3s}
                - {matchers: [team="max"], receiver: max, group_by: [team]}
                - {matchers: [team="again"], receiver: again, group_interval: 6s}
                - {matchers: [team="hooks"], receiver: hooks, group_interval: 2s}
                - {matchers: [team="future"], receiver: future}
                - {match_re: {team: 'anch'}, receiver: anchored}
            inhibit_rules:
              - {source_matchers: [team="inh", role="src"], target_matchers: [team="inh", role=~"dst|both"], equal: [dc, gone]}
              - {source_matchers: [team="inh", kind="all"], target_matchers: [team="inh", kind!="all", role="any"]}
              - {source_matchers: ['role="both"', team="inh"], target_matchers: [role="both", team="inh"], equal: [dc]}
              - {source_match_re: {kind: 'up.*'}, target_match: {kind: 'down'}, equal: [alertname]}
            time_intervals:
              - {name: day, time_intervals: [{times: [{start_time: '00:00', end_time: '12:00'}], location: DAY_ZONE}]}
              - name: night
                time_intervals:
                  - {times: [{start_time: '12:00', end_time: '24:00'}], location: DAY_ZONE}
                  - {years: ['1999:2001']}
              - name: all-days
                time_intervals:
                  - {weekdays: ['sunday:saturday'], months: ['january:december'], days_of_month: ['1:-1'], location: 'Asia/Kathmandu'}
            receivers:
              - {name: no-ends, webhook_configs: [{url: HOOK_URL, send_resolved: false}]}
              - {name: max, webhook_configs: [{url: HOOK_URL, max_alerts: 2}]}
              - {name: hooks, webhook_configs: [{url: HOOK_URL}, {url: HOOK_URL, send_resolved: false}]}
            """;

    private static final List<String> OTHER_RECEIVERS = List.of(
            "root",
            "deep",
            "deep-crit",
            "deep-not-info",
            "deep-leaf",
            "after",
            "quoted",
            "quoted-re",
            "mute-parent",
            "not-inherited",
            "active",
            "both",
            "mute-always",
            "inhibited",
            "silenced",
            "repeated",
            "ends",
            "again",
            "future",
            "anchored");

    private static final List<String> FROM_THE_START = List.of(
            "D1 team=deep sev=crit",
            "D1 team=deep sev=info",
            "D2 team=deep sev=warn x=1 y=c",
            "D2 team=deep sev=warn x=1 y=a",
            "D3 team=deep",
            "D4 team=deep sev=crit z=1",
            "D5 team=other",
            "D6 team=other z=q",
            "Q team=quoted",
            "M team=mute",
            "M team=mute sub=1",
            "M team=mute sub=2",
            "M team=mute sub=3",
            "M team=mute sub=4",
            "I1 team=inh role=src dc=1",
            "I2 team=inh role=dst dc=1",
            "I3 team=inh role=dst dc=2",
            "I4 team=inh role=src",
            "I5 team=inh role=dst gone=x",
            "I6 team=inh role=dst",
            "I7 team=inh role=both dc=9",
            "I8 team=inh role=both dc=9",
            "I9 team=inh role=any kind=all",
            "I10 team=inh role=any",
            "I11 team=inh kind=upper",
            "I11 team=inh kind=down",
            "S1 team=sil",
            "S1 team=sil host=q",
            "S2 team=sil host=a",
            "S2 team=sil host=b",
            "S3 team=sil host=bb",
            "S3 team=sil host=c",
            "S4 team=sil",
            "S5 team=sil host=1",
            "S6 team=sil host=1",
            "S7 team=sil host=1",
            "N team=nores i=1",
            "N team=nores i=2",
            "R team=rep",
            "X team=max i=1",
            "X team=max i=2",
            "X team=max i=3",
            "RR team=again",
            "T team=hooks",
            "T team=hooks i=2",
            "A team=anch",
            "A team=anchor",
            "A team=xanch");

    private static final List<String> MESSAGES =
            List.of("a \"b\" \\ c", "line\nbreak, {x=\"y\"}", "Gr\u00fc\u00dfe \u2013 \u65e5\u672c");

    @TempDir
    private Path folder;

    @Test
    void treesSilencesAndEndsTellTheSameAtTheSameSecond() throws Exception {
        BesideAlertmanager.compare(
                folder,
                CONFIGURATION.replace("DAY_ZONE", BesideAlertmanager.dayZone())
                        + BesideAlertmanager.hooks(OTHER_RECEIVERS),
                BesideAlertmanagerTreesIT::play,
                "root",
                "deep-crit",
                "deep-not-info",
                "deep-leaf",
                "after",
                "quoted",
                "quoted-re",
                "not-inherited",
                "active",
                "both",
                "inhibited",
                "silenced",
                "no-ends",
                "repeated",
                "ends",
                "max",
                "again",
                "hooks",
                "future",
                "anchored");
    }

    private static void play(BesideAlertmanager both) throws Exception {
        both.silence("alertname=S1 host=~|a");
        both.silence("alertname=S2 host=~|a");
        both.silence("alertname=S3 host!~b.*");
        both.silence("alertname=S4", 6, 600, List.of());
        both.silence("alertname=S5", 0, 6, List.of());
        List<String> changed = both.silence("alertname=S6");
        List<String> ended = both.silence("alertname=S7 host=~.+");
        both.post(Stream.of(
                        FROM_THE_START.stream().map(each -> alert(each, NEVER)),
                        MESSAGES.stream().map(BesideAlertmanagerTreesIT::message),
                        Stream.of(
                                alert("E1 team=ends", BesideAlertmanager.in(4)),
                                alert("E2 team=ends", null),
                                alert("E3 team=ends", BesideAlertmanager.in(4)),
                                alert("E4 team=ends", BesideAlertmanager.in(-50))
                                        .put("startsAt", BesideAlertmanager.in(-100)),
                                alert("F team=future", NEVER).put("startsAt", BesideAlertmanager.in(3))))
                .flatMap(each -> each)
                .toArray(JsonObject[]::new));
        both.waitFor(2);
        both.list("alerts");
        both.list("alerts/groups");
        both.list("alerts?filter=host%3D%22%22&filter=team%3Dsil");
        both.list("alerts/groups?receiver=deep.*&silenced=false");
        both.waitFor(3);
        both.post(alert("E3 team=ends", BesideAlertmanager.in(5)));
        both.resolve("N team=nores i=1", "RR team=again", "T team=hooks");
        both.fire("X team=max i=4");
        both.waitFor(4);
        both.fire("RR team=again", "S6 team=sil host=2");
        both.silence("alertname=S6 host=2", 0, 600, changed);
        both.resolve("I9 team=inh role=any kind=all");
        both.waitFor(6);
        both.expire(ended);
        both.fire("T team=hooks");
        both.waitFor(7);
        both.resolve("S4 team=sil", "I1 team=inh role=src dc=1", "N team=nores i=2", "X team=max i=1");
        both.list("silences?filter=alertname%3D%22S6%22");
        both.waitFor(8);
        both.fire("N team=nores i=2", "S5 team=sil host=2");
        both.waitFor(11);
        both.resolve(
                "D1 team=deep sev=crit",
                "D2 team=deep sev=warn x=1 y=c",
                "I2 team=inh role=dst dc=1",
                "S1 team=sil",
                "S6 team=sil host=1",
                "T team=hooks",
                "T team=hooks i=2",
                "X team=max i=2",
                "X team=max i=3",
                "M team=mute sub=1");
        both.waitFor(14);
        both.resolve("X team=max i=4");
        both.list("alerts/groups");
        both.waitFor(18.5);
    }

    private static JsonObject message(String text) {
        JsonObject alert = alert("Q team=quoted", NEVER);
        alert.getJsonObject("labels").put("msg", text);
        return alert;
    }
}
