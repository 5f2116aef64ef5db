package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.tocsin.core.AlertLinks;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Verdict;
import jakarta.mail.BodyPart;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mail, over real connections: to GreenMail for what arrives, to {@link SmtpServer} for what may go wrong. */
class EmailTest {
    private static GreenMail greenMail(String protocol) {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", protocol));
        server.start();
        server.setUser("ops@example.org", "user", "s3cret");
        return server;
    }

    private static ChannelScene scene(int port, String more) throws Exception {
        return new ChannelScene(
                "email",
                "{to: 'ops@example.org', from: 'Tocsin <tocsin@example.org>', smarthost: 'localhost:" + port + "', "
                        + more + "}");
    }

    private static ChannelScene scene(SmtpServer server, String more) throws Exception {
        return scene(server.port(), "tls_config: {ca_file: '" + server.caFile() + "'}" + more);
    }

    private static String part(MimeMessage message, int i) throws Exception {
        BodyPart part = ((Multipart) message.getContent()).getBodyPart(i);
        return part.getContentType().toLowerCase(java.util.Locale.ROOT) + "\n" + part.getContent();
    }

    @Test
    void sendsTextAndHtmlOverTlsWithAPassword() throws Exception {
        GreenMail server = greenMail("smtps");
        try (ChannelScene scene = scene(
                server.getSmtps().getPort(),
                "force_implicit_tls: true, tls_config: {insecure_skip_verify: true}, auth_username: user,"
                        + " auth_password: s3cret, headers: {x-team: 'Größe', reply-to: 'a@b.org'}")) {
            DeliveryOutcome outcome = scene.tell(scene.notification("key", Verdict.FIRST, ChannelScene.firing())
                    .withLinks(alert -> new AlertLinks("http://tocsin/p", "http://tocsin/s", "http://tocsin/a?x&y")));

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            MimeMessage mail = server.getReceivedMessages()[0];
            assertThat(mail.getSubject()).isEqualTo("[FIRING:1] Slow (api critical)");
            assertThat(mail.getFrom()[0].toString()).isEqualTo("Tocsin <tocsin@example.org>");
            assertThat(mail.getAllRecipients()[0].toString()).isEqualTo("ops@example.org");
            assertThat(mail.getReplyTo()[0].toString()).isEqualTo("a@b.org");
            assertThat(jakarta.mail.internet.MimeUtility.decodeText(mail.getHeader("X-Team", null)))
                    .isEqualTo("Größe");
            assertThat(mail.getContentType()).startsWith("multipart/alternative");
            assertThat(part(mail, 0))
                    .startsWith("text/plain")
                    .contains(" - service = api", "Acknowledge: http://tocsin/a?x&y");
            assertThat(part(mail, 1))
                    .startsWith("text/html")
                    .contains(
                            "summary = it &lt;is&gt; slow",
                            "<a href=\"http://tocsin/a?x&amp;y\"",
                            "after the tick: judged 0 ms");
            scene.assertAttempts("accepted", 1);
            assertThat(scene.templateFailures()).isZero();
        } finally {
            server.stop();
        }
    }

    @Test
    void theChartOfTheBreachStandsInTheText() throws Exception {
        GreenMail server = greenMail("smtp");
        byte[] png = {1, 2, 3};
        try (ChannelScene scene = new ChannelScene(
                "email",
                "{to: 'ops@example.org', from: 'tocsin@example.org', require_tls: false, smarthost: 'localhost:"
                        + server.getSmtp().getPort() + "'}",
                "{}",
                alert -> alert.equals(ChannelScene.firing()) ? Optional.of(png) : Optional.empty())) {
            scene.tellFiring();
            scene.tellResolved();

            List<BodyPart> parts = leaves(server.getReceivedMessages()[0]);
            assertThat(parts).hasSize(3);
            assertThat((String) parts.get(1).getContent()).contains("<img src=\"cid:chart@example.org\"");
            assertThat(parts.get(2).getContentType()).startsWith("image/png");
            assertThat(parts.get(2).getHeader("Content-ID")).containsExactly("<chart@example.org>");
            assertThat(parts.get(2).getInputStream().readAllBytes()).isEqualTo(png);
            assertThat(leaves(server.getReceivedMessages()[1])).hasSize(2);
        } finally {
            server.stop();
        }
    }

    private static List<BodyPart> leaves(jakarta.mail.Part part) throws Exception {
        List<BodyPart> leaves = new ArrayList<>();
        Multipart parts = (Multipart) part.getContent();
        for (int i = 0; i < parts.getCount(); i++) {
            BodyPart each = parts.getBodyPart(i);
            leaves.addAll(each.getContent() instanceof Multipart ? leaves(each) : List.of(each));
        }
        return leaves;
    }

    @Test
    void aWrongPasswordIsRefusedAndNotShown() throws Exception {
        GreenMail server = greenMail("smtps");
        try (ChannelScene scene = scene(
                server.getSmtps().getPort(),
                "force_implicit_tls: true, tls_config: {insecure_skip_verify: true}, auth_username: user,"
                        + " auth_password: wr0ng")) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).isEqualTo(Result.REFUSED);
            assertThat(outcome.detail()).contains("535").doesNotContain("wr0ng");
            assertThat(server.getReceivedMessages()).isEmpty();
        } finally {
            server.stop();
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNotSpokenTo() throws Exception {
        GreenMail server = greenMail("smtps");
        try (ChannelScene scene = scene(server.getSmtps().getPort(), "force_implicit_tls: true")) {
            scene.tellFiringUntilAttemptIs("connection");

            assertThat(server.getReceivedMessages()).isEmpty();
        } finally {
            server.stop();
        }
    }

    @Test
    void oneGroupsMailsAreOneConversationAndEachHasItsOwnIdentity() throws Exception {
        GreenMail server = greenMail("smtp");
        try (ChannelScene scene = scene(server.getSmtp().getPort(), "require_tls: false")) {
            scene.tellFiring();
            scene.tellResolved();

            MimeMessage first = server.getReceivedMessages()[0];
            MimeMessage second = server.getReceivedMessages()[1];
            assertThat(first.getMessageID()).endsWith("@example.org>").isNotEqualTo(second.getMessageID());
            assertThat(first.getHeader("References", null))
                    .matches("<[0-9a-f]{64}\\.group@example\\.org>")
                    .isEqualTo(second.getHeader("References", null))
                    .isEqualTo(second.getHeader("In-Reply-To", null));
        } finally {
            server.stop();
        }
    }

    @Test
    void aLineEndInALabelBeginsNoHeader() throws Exception {
        GreenMail server = greenMail("smtp");
        try (ChannelScene scene = scene(
                server.getSmtp().getPort(), "require_tls: false, headers: {X-Zone: '{{ .CommonLabels.zone }}'}")) {
            scene.tell(scene.notification(
                    "key",
                    Verdict.FIRST,
                    ChannelScene.alert(null, "alertname", "Slow", "zone", "a\r\nX-Evil: 1\nX-Evil: 2")));

            MimeMessage mail = server.getReceivedMessages()[0];
            assertThat(mail.getHeader("X-Evil")).isNull();
            assertThat(mail.getHeader("X-Zone", null)).isEqualTo("a X-Evil: 1 X-Evil: 2");
            assertThat(mail.getSubject()).contains("X-Evil: 1");
        } finally {
            server.stop();
        }
    }

    @Test
    void requiresStarttlsAndAnswersAChallengeInsideIt() throws Exception {
        try (SmtpServer server = new SmtpServer("STARTTLS", "AUTH CRAM-MD5");
                ChannelScene scene = scene(server, ", auth_username: tim, auth_secret: tanstaaftanstaaf")) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            // The digest of RFC 2195, section 2.
            assertThat(server.lines).contains("STARTTLS", "TLS dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
            assertThat(server.heard("TLS MAIL FROM:<tocsin@example.org>")).isTrue();
            assertThat(server.heard("MAIL")).as("anything in the clear").isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"localhost, true", "LOCALHOST, true", "else.example, false", "'', false"})
    void theServerMustProveItsHostsNameOrTheOneThatIsGiven(String name, boolean taken) throws Exception {
        try (SmtpServer server = new SmtpServer("STARTTLS");
                ChannelScene scene = new ChannelScene(
                        "email",
                        "{to: a@example.org, from: b@example.org, smarthost: '127.0.0.1:" + server.port()
                                + "', tls_config: {server_name: '" + name + "', ca_file: '" + server.caFile()
                                + "'}}")) {
            if (taken) {
                DeliveryOutcome outcome = scene.tellFiring();
                assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            } else {
                scene.tellFiringUntilAttemptIs("connection");
            }
            assertThat(server.heard("TLS MAIL FROM:<b@example.org>")).isEqualTo(taken);
        }
    }

    @Test
    void sendsNothingInTheClearUnlessToldTo() throws Exception {
        try (SmtpServer server = new SmtpServer("AUTH PLAIN")) {
            try (ChannelScene scene = scene(server, "")) {
                scene.tellFiringUntilAttemptIs("connection");
            }
            assertThat(server.heard("MAIL")).isFalse();

            try (ChannelScene scene = scene(server, ", require_tls: false")) {
                assertThat(scene.tellFiring().result()).isEqualTo(Result.ACCEPTED);
            }
            assertThat(server.heard("MAIL")).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT, 421 too busy, server_error",
        "CONNECT, -, connection",
        "MAIL, 451 greylisted, server_error",
        "END, 452 no room, server_error"
    })
    void whatMayPassIsTriedAgainWithTheSameIdentity(String verb, String answer, String reason) throws Exception {
        try (SmtpServer server = new SmtpServer("STARTTLS").refusing(verb, answer);
                ChannelScene scene = scene(server, "")) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            assertThat(outcome.attempts()).isEqualTo(2);
            scene.assertAttempts(reason, 1);
            assertThat(server.lines.stream()
                            .filter(line -> line.startsWith("TLS Message-ID:"))
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    void whatTheServerRefusesForGoodIsGivenUp() throws Exception {
        try (SmtpServer server = new SmtpServer("STARTTLS").refusing("END", "554 looks like spam");
                ChannelScene scene = scene(server, "")) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).isEqualTo(Result.REFUSED);
            assertThat(outcome.attempts()).isEqualTo(1);
            assertThat(outcome.detail()).contains("554");
        }
    }

    @Test
    void anAddressThatIsRefusedKeepsNoOtherFromBeingTold() throws Exception {
        try (SmtpServer server = new SmtpServer("STARTTLS").refusing("RCPT", "550 no such user");
                ChannelScene scene = new ChannelScene(
                        "email",
                        "{to: 'gone@example.org, \"Last, First\" <here@example.org>', from: tocsin@example.org,"
                                + " smarthost: 'localhost:" + server.port() + "', tls_config: {ca_file: '"
                                + server.caFile() + "'}}")) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).isEqualTo(Result.ACCEPTED);
            assertThat(outcome.detail()).isEqualTo("accepted for 1 of 2 addresses");
            assertThat(server.heard("TLS RCPT TO:<here@example.org>")).isTrue();
        }
    }

    @Test
    void readsAListOfAddresses() {
        assertThat(EmailMessage.addresses("a@b, \"x, y\" <c@d>,, e@f "))
                .isEqualTo(List.of("a@b", "\"x, y\" <c@d>", "e@f"));
    }
}
