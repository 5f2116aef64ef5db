package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every channel that goes by HTTP, whatever the server does. */
class HttpChannelContractTest {
    private static final String TOKEN = "s3cret";

    /**
     * @param entry with {@code URL} where the server's address belongs
     * @param path where it is told
     * @param yes what the real server answers when it takes a message
     */
    private record Kind(String name, String entry, String path, String yes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Kind> kinds() {
        return List.of(
                new Kind("webhook", "url: 'URL/s3cret'", "/s3cret", Receiver.OK),
                new Kind("slack", "api_url: 'URL/services/s3cret'", "/services/s3cret", Receiver.OK),
                new Kind(
                        "slack",
                        "app_token: s3cret, app_url: 'URL/api/chat.postMessage', channel: '#alerts'",
                        "/api/chat.postMessage",
                        Receiver.answer(200, "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"1.2\"}")),
                new Kind(
                        "pagerduty",
                        "routing_key: s3cret, url: 'URL/v2/enqueue'",
                        "/v2/enqueue",
                        Receiver.answer(202, "{\"status\":\"success\"}")),
                new Kind("opsgenie", "api_key: s3cret, api_url: 'URL/'", "/v2/alerts", Receiver.answer(202, "{}")),
                new Kind(
                        "telegram",
                        "bot_token: s3cret, chat_id: -100, api_url: 'URL'",
                        "/bots3cret/sendMessage",
                        Receiver.answer(200, "{\"ok\":true,\"result\":{}}")),
                new Kind("discord", "webhook_url: 'URL/api/s3cret'", "/api/s3cret", Receiver.answer(204, "")),
                new Kind("msteams", "webhook_url: 'URL/s3cret'", "/s3cret", Receiver.answer(200, "1")),
                new Kind("msteamsv2", "webhook_url: 'URL/s3cret'", "/s3cret", Receiver.answer(202, "")),
                new Kind("ntfy", "token: s3cret, topic: alerts, url: 'URL/'", "/", Receiver.answer(200, "{}")),
                new Kind(
                        "sms",
                        "account_sid: AC1, auth_token: s3cret, from: '+15005550006', to: ['+4915112345678'],"
                                + " api_url: 'URL'",
                        "/2010-04-01/Accounts/AC1/Messages.json",
                        Receiver.answer(201, "{\"status\":\"queued\"}")));
    }

    private static ChannelScene scene(Kind kind, Receiver receiver, String more) throws Exception {
        return new ChannelScene(kind.name, "{" + kind.entry.replace("URL", receiver.url("")) + more + "}");
    }

    private static ChannelScene scene(Kind kind, Receiver receiver) throws Exception {
        return scene(kind, receiver, "");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatTheRealServerAnswersIsAYes(Kind kind) throws Exception {
        try (Receiver receiver = new Receiver(kind.yes);
                ChannelScene scene = scene(kind, receiver)) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            assertThat(outcome.attempts()).isEqualTo(1);
            assertThat(receiver.next().line()).isEqualTo("POST " + kind.path + " HTTP/1.1");
            scene.assertAttempts("accepted", 1);
            assertThat(scene.templateFailures()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void triesAgainAfter500AndAfterAHangUp(Kind kind) throws Exception {
        try (Receiver receiver = new Receiver(Receiver.status(500), Receiver.HANG_UP, kind.yes);
                ChannelScene scene = scene(kind, receiver)) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            assertThat(outcome.attempts()).isEqualTo(3);
            String first = receiver.next().body();
            receiver.next();
            assertThat(receiver.next().body().length())
                    .as("the same is said, apart from times")
                    .isCloseTo(first.length(), org.assertj.core.data.Offset.offset(8));
            scene.assertAttempts("server_error", 1);
            scene.assertAttempts("connection", 1);
            scene.assertAttempts("accepted", 1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void waitsAsLongAs429AsksFor(Kind kind) throws Exception {
        String wait = kind.name.equals("telegram")
                ? Receiver.answer(429, "{\"ok\":false,\"error_code\":429,\"parameters\":{\"retry_after\":1}}")
                : Receiver.status(429, "Retry-After: 1");
        try (Receiver receiver = new Receiver(wait, kind.yes);
                ChannelScene scene = scene(kind, receiver)) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            long first = receiver.next().nanos();
            // The server takes the time after it has read a request, so of two it may be late by a little.
            assertThat(Duration.ofNanos(receiver.next().nanos() - first)).isGreaterThan(Duration.ofMillis(900));
            scene.assertAttempts("rate_limited", 1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void givesUpAtOnceWhereTheServerRefuses(Kind kind) throws Exception {
        try (Receiver receiver = new Receiver(Receiver.status(400));
                ChannelScene scene = scene(kind, receiver)) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).isEqualTo(Result.REFUSED);
            assertThat(outcome.attempts()).isEqualTo(1);
            assertThat(outcome.detail()).contains("HTTP 400").doesNotContain(TOKEN);
            scene.assertAttempts("client_error", 1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aServerThatSaysNothingIsTriedAgain(Kind kind) throws Exception {
        try (Receiver receiver = new Receiver(Receiver.SILENCE, kind.yes);
                ChannelScene scene = scene(kind, receiver, ", timeout: 1s")) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            assertThat(scene.attempts("timeout")).isGreaterThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void halfAnErrorIsAnError(Kind kind) throws Exception {
        try (Receiver receiver = new Receiver(Receiver.half(503, "a body that breaks off"), kind.yes);
                ChannelScene scene = scene(kind, receiver)) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            assertThat(outcome.attempts()).isEqualTo(2);
            scene.assertAttempts("server_error", 1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void halfAYesIsAYesUnlessTheAnswerStandsInTheBody(Kind kind) throws Exception {
        boolean inBody = List.of("slack", "telegram", "msteams").contains(kind.name);
        try (Receiver receiver = new Receiver(Receiver.half(200, "{\"ok\":true}"), kind.yes);
                ChannelScene scene = scene(kind, receiver)) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            assertThat(outcome.attempts()).isEqualTo(inBody ? 2 : 1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void headersOfHttpConfigGoAlongAndNotToAnotherHost(Kind kind) throws Exception {
        try (Receiver other = new Receiver(kind.yes)) {
            // The same machine by another name is another host.
            String elsewhere = other.url("/moved").replace("127.0.0.1", "localhost");
            try (Receiver first = new Receiver(Receiver.status(308, "Location: " + elsewhere));
                    ChannelScene scene = scene(
                            kind, first, ", http_config: {http_headers: {X-Team: {values: [a], secrets: [s3cret]}}}")) {
                DeliveryOutcome outcome = scene.tellFiring();

                assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
                assertThat(first.next().headers()).containsEntry("x-team", TOKEN);
                assertThat(other.next().headers()).doesNotContainKeys("x-team", "authorization");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anAlertWithNoLabelButItsNameIsTold(Kind kind) throws Exception {
        try (Receiver receiver = new Receiver(kind.yes);
                ChannelScene scene = scene(kind, receiver)) {
            DeliveryOutcome outcome =
                    scene.tell(scene.notification("key", Verdict.FIRST, ChannelScene.alert(null, "alertname", "Slow")));

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            assertThat(scene.templateFailures()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aResolvedGroupIsToldToo(Kind kind) throws Exception {
        try (Receiver receiver = new Receiver(kind.yes);
                ChannelScene scene = scene(kind, receiver)) {
            assertThat(scene.tellResolved().result()).isEqualTo(Result.ACCEPTED);
            assertThat(scene.templateFailures()).isZero();
        }
    }
}
