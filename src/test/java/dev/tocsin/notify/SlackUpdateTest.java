package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.core.Verdict;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlackUpdateTest {
    private static final String POST = "POST /api/chat.postMessage HTTP/1.1";
    private static final String UPDATE = "POST /api/chat.update HTTP/1.1";

    private static String posted(String timestamp) {
        return Receiver.answer(200, "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"" + timestamp + "\"}");
    }

    private static String error(String error) {
        return Receiver.answer(200, "{\"ok\":false,\"error\":\"" + error + "\"}");
    }

    private static ChannelScene scene(Receiver receiver, String more) throws Exception {
        return new ChannelScene(
                "slack",
                "{app_token: xoxb, channel: '#alerts'" + more + ", app_url: '" + receiver.url("/api/chat.postMessage")
                        + "'}");
    }

    @Test
    void whatIsResolvedIsWrittenIntoTheLastMessage() throws Exception {
        try (Receiver receiver = new Receiver(posted("1.0"), posted("2.0"), posted("2.0"), posted("3.0"));
                ChannelScene scene = scene(receiver, ", update_message: true")) {
            scene.tell(scene.notification("1", Verdict.FIRST, ChannelScene.firing()));
            scene.tell(scene.notification("2", Verdict.REPEAT, ChannelScene.firing()));
            scene.tell(scene.notification("3", Verdict.ALL_RESOLVED, ChannelScene.resolved()));
            scene.tell(scene.notification("4", Verdict.FIRST, ChannelScene.firing()));

            Receiver.Request first = receiver.next();
            assertThat(first.line()).isEqualTo(POST);
            assertThat(first.headers()).containsEntry("authorization", "Bearer xoxb");
            assertThat(receiver.next().line()).as("a repeat is a new message").isEqualTo(POST);
            Receiver.Request update = receiver.next();
            assertThat(update.line()).isEqualTo(UPDATE);
            assertThat(new JsonObject(update.body()).getString("ts")).isEqualTo("2.0");
            assertThat(new JsonObject(update.body()).getString("channel")).isEqualTo("C1");
            assertThat(receiver.next().line())
                    .as("what fires again is a new message")
                    .isEqualTo(POST);
        }
    }

    @Test
    void aMessageThatCannotBeUpdatedIsFollowedByANewOne() throws Exception {
        try (Receiver receiver = new Receiver(posted("1.0"), error("message_not_found"), posted("2.0"));
                ChannelScene scene = scene(receiver, ", update_message: true")) {
            scene.tellFiring();
            DeliveryOutcome outcome = scene.tellResolved();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            receiver.next();
            assertThat(receiver.next().line()).isEqualTo(UPDATE);
            assertThat(receiver.next().line()).isEqualTo(POST);
        }
    }

    @Test
    void whatIsResolvedAfterARestartIsWrittenIntoTheMessageFromBefore() throws Exception {
        StateInMemory state = new StateInMemory();
        try (Receiver receiver = new Receiver(posted("1.0"), posted("1.0"), posted("2.0"))) {
            String entry = "{app_token: xoxb, channel: '#alerts', update_message: true, app_url: '"
                    + receiver.url("/api/chat.postMessage") + "'}";
            try (ChannelScene before = new ChannelScene("slack", entry, state)) {
                before.tellFiring();
            }
            try (ChannelScene after = new ChannelScene("slack", entry, state)) {
                after.tellResolved();
            }
            try (ChannelScene later = new ChannelScene("slack", entry, state)) {
                later.tellResolved();
            }

            receiver.next();
            Receiver.Request update = receiver.next();
            assertThat(update.line()).isEqualTo(UPDATE);
            assertThat(new JsonObject(update.body()).getString("ts")).isEqualTo("1.0");
            assertThat(receiver.next().line()).as("what is over is not kept").isEqualTo(POST);
        }
    }

    @Test
    void withoutTheKeyEachIsAMessageOfItsOwn() throws Exception {
        try (Receiver receiver = new Receiver(posted("1.0"), posted("2.0"));
                ChannelScene scene = scene(receiver, "")) {
            scene.tellFiring();
            scene.tellResolved();

            receiver.next();
            assertThat(receiver.next().line()).isEqualTo(POST);
        }
    }

    @ParameterizedTest
    @CsvSource({"channel_not_found, client_error", "invalid_auth, client_error"})
    void a200WithAnErrorIsANo(String error, String reason) throws Exception {
        try (Receiver receiver = new Receiver(error(error));
                ChannelScene scene = scene(receiver, "")) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).isEqualTo(Result.REFUSED);
            assertThat(outcome.detail()).isEqualTo("HTTP 200, but Slack: " + error);
            scene.assertAttempts(reason, 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"ratelimited, rate_limited", "internal_error, server_error"})
    void a200WithAnErrorThatPassesIsTriedAgain(String error, String reason) throws Exception {
        try (Receiver receiver = new Receiver(error(error), posted("1.0"));
                ChannelScene scene = scene(receiver, "")) {
            assertThat(scene.tellFiring().attempts()).isEqualTo(2);
            scene.assertAttempts(reason, 1);
        }
    }

    @Test
    void aWebhookThatAnswersInWordsSaysNo() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.answer(200, "no_service"));
                ChannelScene scene = new ChannelScene("slack", "{api_url: '" + receiver.url("/x") + "'}")) {
            assertThat(scene.tellFiring().detail()).isEqualTo("HTTP 200, but Slack: no_service");
        }
    }
}
