package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.http.Secret;
import dev.tocsin.http.TlsOptions;
import io.vertx.core.Future;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.MailResult;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Mail by SMTP, on a connection of its own for each message: they are rare, and none meets a connection that the server has
 * given up meanwhile. Where the server takes only some of the addresses, the mail goes to those, and the answer says so.
 * Confined to the event loop of {@link DeliveryVerticle}.
 */
final class EmailChannel implements Channel {
    private final ChannelContext context;
    private final EmailSettings settings;

    EmailChannel(ChannelContext context, EmailSettings settings) {
        this.context = context;
        this.settings = settings;
    }

    @Override
    public Future<Answer> send(Notification notification, Duration remaining) {
        Duration timeout = EmailSettings.TIMEOUT.compareTo(remaining) < 0 ? EmailSettings.TIMEOUT : remaining;
        EmailSettings.Login login = settings.login();
        List<Secret> secrets = login == null ? List.of() : List.of(login.secret());
        return ChannelSecrets.with(context.vertx(), secrets, read -> send(notification, read, timeout));
    }

    private Future<Answer> send(Notification notification, List<String> secrets, Duration timeout) {
        Filling filling = context.filling(notification);
        return context.vertx()
                .executeBlocking(() -> EmailMessage.of(settings, notification, filling, context.charts()), false)
                .compose(message -> send(Objects.requireNonNull(message), secrets, timeout));
    }

    private Future<Answer> send(MailMessage message, List<String> secrets, Duration timeout) {
        if (message.getTo().isEmpty()) {
            return Future.succeededFuture(new Answer.Permanent(FailureReason.CLIENT_ERROR, "nobody to send to"));
        }
        return context.vertx()
                .executeBlocking(() -> options(secrets, timeout), false)
                .compose(options -> send(message, Objects.requireNonNull(options), timeout));
    }

    private Future<Answer> send(MailMessage message, MailConfig options, Duration timeout) {
        MailClient client = MailClient.create(context.vertx(), options);
        return client.sendMail(message)
                .timeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS)
                .map(result -> accepted(message, result))
                .otherwise(EmailChannel::failure)
                .onComplete(done -> client.close().onFailure(e -> {}));
    }

    private MailConfig options(List<String> secrets, Duration timeout) throws Exception {
        EmailSettings.Server server = settings.server();
        boolean implicit = server.security() == EmailSettings.Security.IMPLICIT_TLS;
        boolean upgrades = server.security() == EmailSettings.Security.STARTTLS;
        MailConfig options = new MailConfig(server.host(), server.port())
                .setOwnHostname(server.hello())
                .setStarttls(upgrades ? StartTLSOptions.REQUIRED : StartTLSOptions.DISABLED)
                .setSsl(implicit)
                .setKeepAlive(false)
                .setAllowRcptErrors(true)
                .setConnectTimeout(Math.toIntExact(Math.min(Integer.MAX_VALUE, timeout.toMillis())))
                .setHostnameVerificationAlgorithm("");
        TlsOptions.apply(server.tls(), options);
        if (!server.tls().insecureSkipVerify()) {
            String name = Objects.requireNonNullElse(server.tls().serverName(), server.host());
            options.setTrustOptions(TlsOptions.trustedAs(name, server.tls(), context.vertx()));
        }
        EmailSettings.Login login = settings.login();
        return login == null
                ? options.setLogin(LoginOption.DISABLED)
                : options.setLogin(LoginOption.REQUIRED)
                        .setAuthMethods(login.isChallenged() ? "CRAM-MD5" : "PLAIN LOGIN")
                        .setUsername(login.username())
                        .setPassword(secrets.getFirst());
    }

    private static Answer accepted(MailMessage message, MailResult result) {
        int taken = result.getRecipients().size();
        int asked = message.getTo().size();
        return new Answer.Accepted(
                taken < asked
                        ? "accepted for " + taken + " of " + asked + " addresses"
                        : "accepted by the mail server");
    }

    private static Answer failure(Throwable e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof TimeoutException) {
            return new Answer.Transient(FailureReason.TIMEOUT, message, null);
        }
        if (e instanceof SMTPException smtp) {
            return smtp.isPermanent()
                    ? new Answer.Permanent(FailureReason.CLIENT_ERROR, message)
                    : new Answer.Transient(FailureReason.SERVER_ERROR, message, null);
        }
        return new Answer.Transient(FailureReason.CONNECTION, message, null);
    }

    @Override
    public void close() {
        // Each message has closed its own connection.
    }
}
