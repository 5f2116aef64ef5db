package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmsTest {
    private static final String YES = Receiver.answer(201, "{\"status\":\"queued\"}");

    private static ChannelScene scene(Receiver receiver, String to, String more) throws Exception {
        return new ChannelScene(
                "sms",
                "{account_sid: AC1, auth_token: t, from: '+15005550006', to: [" + to + "], api_url: '"
                        + receiver.url("") + "'" + more + "}");
    }

    private static Map<String, String> form(Receiver.Request request) {
        Map<String, String> form = new TreeMap<>();
        for (String part : request.body().split("&", -1)) {
            int equals = part.indexOf('=');
            form.put(part.substring(0, equals), URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return form;
    }

    @Test
    void sendsTheFormWithBasicAuthenticationAndTheMostImportantWordsFirst() throws Exception {
        try (Receiver receiver = new Receiver(YES);
                ChannelScene scene = scene(receiver, "'+4915112345678'", "")) {
            assertThat(scene.tellFiring().result()).isEqualTo(Result.ACCEPTED);

            Receiver.Request request = receiver.next();
            assertThat(request.headers())
                    .containsEntry("authorization", "Basic QUMxOnQ=")
                    .containsEntry("content-type", "application/x-www-form-urlencoded");
            assertThat(form(request))
                    .isEqualTo(Map.of(
                            "To", "+4915112345678",
                            "From", "+15005550006",
                            "Body", "FIRING Slow critical: it <is> slow"));
        }
    }

    @Test
    void onlyTheNumbersThatFailedAreTriedAgain() throws Exception {
        try (Receiver receiver = new Receiver(YES, Receiver.status(500), Receiver.status(503), YES, YES);
                ChannelScene scene = scene(receiver, "'+491511111111', '+491522222222', '+491533333333'", "")) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            assertThat(outcome.attempts()).isEqualTo(2);
            List<String> first = new ArrayList<>();
            List<String> again = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                (i < 3 ? first : again).add(form(receiver.next()).get("To"));
            }
            assertThat(first).containsExactlyInAnyOrder("+491511111111", "+491522222222", "+491533333333");
            assertThat(again).hasSize(2).doesNotHaveDuplicates();
            assertThat(receiver.waiting()).isZero();
        }
    }

    @Test
    void aNumberThatIsRefusedKeepsNoOtherFromBeingTold() throws Exception {
        String no = Receiver.answer(400, "{\"code\":21211,\"message\":\"Invalid To\"}");
        try (Receiver receiver = new Receiver(no, YES);
                ChannelScene scene = scene(receiver, "'+491511111111', '+491522222222'", "")) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).isEqualTo(Result.REFUSED);
            assertThat(outcome.detail()).contains("Invalid To");
            assertThat(List.of(
                            form(receiver.next()).get("To"),
                            form(receiver.next()).get("To")))
                    .containsExactlyInAnyOrder("+491511111111", "+491522222222");
        }
    }

    @Test
    void aNumberThatIsRefusedForGoodIsNotTriedAgainWithTheOthers() throws Exception {
        String no = Receiver.answer(400, "{\"code\":21211,\"message\":\"Invalid To\"}");
        try (Receiver receiver = new Receiver(no, Receiver.status(500), YES);
                ChannelScene scene = scene(receiver, "'+491511111111', '+491522222222'", "")) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).isEqualTo(Result.REFUSED);
            assertThat(outcome.detail()).contains("Invalid To");
            assertThat(outcome.attempts()).isEqualTo(2);
            List<String> asked = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                asked.add(form(receiver.next()).get("To"));
            }
            assertThat(asked).containsOnly("+491511111111", "+491522222222");
            assertThat(receiver.waiting()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Müller & Söhne: 100 % – “voll”…, Müller & Söhne: 100 % - \"voll\"...",
        "naïve café → ≥ 5, naive café -> >= 5",
        "plain, plain"
    })
    void keepsToTheGsmAlphabetWhereItCan(String text, String expected) {
        assertThat(SmsText.oneSegment(text)).isEqualTo(expected);
    }

    @Test
    void countsTheExtensionTwice() {
        assertThat(SmsText.oneSegment("€".repeat(80))).isEqualTo("€".repeat(80));
        assertThat(SmsText.oneSegment("€".repeat(81))).isEqualTo("€".repeat(78) + "...");
        assertThat(SmsText.oneSegment("a".repeat(160))).hasSize(160);
        assertThat(SmsText.oneSegment("a".repeat(161))).isEqualTo("a".repeat(157) + "...");
    }

    @Test
    void otherScriptsHaveSeventyUnits() {
        assertThat(SmsText.oneSegment("д".repeat(70))).isEqualTo("д".repeat(70));
        assertThat(SmsText.oneSegment("д".repeat(71))).isEqualTo("д".repeat(69) + "…");
        assertThat(SmsText.oneSegment("\ud83d\udd25".repeat(40)))
                .as("no surrogate is cut in two")
                .isEqualTo("\ud83d\udd25".repeat(34) + "…");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void isAlwaysOneSegment(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(300);
            int most = random.nextBoolean() ? 0x7f : 0x1ffff;
            for (int j = 0; j < length; j++) {
                int c = random.nextInt(most) + 1;
                text.appendCodePoint(Character.getType(c) == Character.SURROGATE ? 'x' : c);
            }
            String segment = SmsText.oneSegment(text.toString());
            boolean gsm = segment.codePoints().allMatch(SmsText::isGsm);
            assertThat(SmsText.length(segment, gsm))
                    .as("seed " + seed + ": " + text)
                    .isLessThanOrEqualTo(gsm ? 160 : 70);
        }
    }
}
