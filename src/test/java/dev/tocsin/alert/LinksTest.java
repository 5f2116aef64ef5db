package dev.tocsin.alert;

import static dev.tocsin.alert.AlertScene.LINKS;
import static dev.tocsin.alert.AlertScene.START;
import static dev.tocsin.alert.AlertScene.labels;
import static dev.tocsin.alert.AlertScene.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.AlertLinks;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinksTest {
    private final AlertScene scene = AlertScene.of(options("0s", "1m", "4h"));

    private AlertLinks told() {
        return scene.sent.getLast().linksOf(scene.sent.getLast().alerts().getFirst());
    }

    private static Links.Signed signed(String url) {
        Map<String, String> parameters = new HashMap<>();
        for (String each : URI.create(url).getQuery().split("&")) {
            parameters.put(each.split("=", 2)[0], each.split("=", 2)[1]);
        }
        return new Links.Signed(
                labels("a").fingerprint(),
                Long.parseLong(parameters.get("episode")),
                Long.parseLong(parameters.get("expires")),
                parameters.get("signature"));
    }

    @Test
    void whatIsToldLeadsToThePageToSilencingAndToAcknowledging() {
        scene.fire("a");

        String page = "http://tocsin/#/alerts?alert=" + labels("a").fingerprintHex();
        assertThat(told().page()).isEqualTo(page);
        assertThat(told().silence()).isEqualTo(page + "&answer=silence");
        assertThat(told().acknowledge())
                .startsWith("http://tocsin/alerts/" + labels("a").fingerprintHex() + "/ack?episode=");
        assertThat(signed(told().acknowledge()).episode()).isEqualTo(START);
    }

    @Test
    void whatIsOverCannotBeAcknowledged() {
        scene.fire("a").resolve("a").pass("1m");
        scene.fire("b").pass("1m").resolve("b").pass("1m");

        assertThat(told().acknowledge()).isEmpty();
        assertThat(told().page()).isNotEmpty();
    }

    @Test
    void aLinkIsGoodForAWeekToTheSecond() {
        scene.fire("a");
        Links.Signed link = signed(told().acknowledge());
        Instant end = START.plus(Links.LIFETIME);

        assertThat(LINKS.check(link, end.minusMillis(1))).isEqualTo(Links.Validity.VALID);
        assertThat(LINKS.check(link, end)).isEqualTo(Links.Validity.EXPIRED);
    }

    @Test
    void whateverIsChangedItIsForged() {
        scene.fire("a");
        Links.Signed link = signed(told().acknowledge());
        long fingerprint = link.fingerprint();
        long episode = link.episodeMillis();
        long expiry = link.expirySeconds();
        String signature = link.signature();

        for (Links.Signed changed : new Links.Signed[] {
            new Links.Signed(fingerprint + 1, episode, expiry, signature),
            new Links.Signed(fingerprint, episode + 1, expiry, signature),
            new Links.Signed(fingerprint, episode, expiry + 1, signature),
            new Links.Signed(fingerprint, episode, expiry, ""),
            new Links.Signed(fingerprint, episode, expiry, signature.substring(1)),
            new Links.Signed(fingerprint, episode, expiry, "not/base64url!"),
        }) {
            assertThat(LINKS.check(changed, START)).as(changed.toString()).isEqualTo(Links.Validity.FORGED);
        }
        byte[] otherKey = new byte[32];
        otherKey[31] = 1;
        assertThat(new Links("http://tocsin", otherKey).check(link, START)).isEqualTo(Links.Validity.FORGED);
    }

    @Test
    void aLinkOfAnEarlierFiringAcknowledgesNothing() {
        scene.fire("a");
        Links.Signed link = signed(told().acknowledge());
        scene.pass("1m").resolve("a").pass("2m").fire("a");

        assertThatThrownBy(() -> scene.engine.acknowledge(
                        link.fingerprint(), link.episode(), new Answer("ann", "", null), scene.now))
                .hasMessage("that firing of the alert is over");
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> new Links("http://tocsin", new byte[31]))
                .hasMessage("a key of 32 bytes is needed, this has 31");
    }
}
