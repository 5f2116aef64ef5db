package dev.tocsin.web;

import dev.tocsin.alert.AlertRecord;
import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.Answer;
import dev.tocsin.alert.AnswerRefusedException;
import dev.tocsin.alert.HeldAlert;
import dev.tocsin.alert.Links;
import dev.tocsin.core.Clock;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a notification's link to acknowledge leads: {@code GET /alerts/FINGERPRINT/ack?…} shows the alert and a button,
 * and changes nothing, since mail scanners follow links; the button's {@code POST} acknowledges. The link's signature is
 * the permission: no token is asked for. A link that is expired or not ours is answered 403. Safe from any thread.
 */
public final class AcknowledgePage {
    private static final String PATH = "/alerts/:fingerprint/ack";
    private static final long MAX_BODY_BYTES = 16 << 10;
    private static final String HTML = "text/html; charset=utf-8";

    private static final String NOBODY_NAMED = "somebody, by the link of a message";

    private static final String STYLE = """
            :root{color-scheme:light dark;--ground:#fff;--panel:#f6f7f9;--text:#1b1f27;--muted:#5b6472;--act:#0b62c4}
            @media(prefers-color-scheme:dark){:root{--ground:#0f1115;--panel:#171a21;--text:#e6e8ec;--muted:#8b93a1;--act:#5ba7f7}}
            body{margin:0;background:var(--ground);color:var(--text);font:15px/1.45 system-ui,sans-serif}
            main{max-width:36rem;margin:0 auto;padding:24px 16px}
            h1{font-size:20px;margin:0 0 8px;overflow-wrap:anywhere}
            dl{background:var(--panel);padding:16px;margin:16px 0;display:grid;grid-template-columns:auto 1fr;gap:4px 16px}
            dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
            label{display:block;margin:0 0 8px;color:var(--muted)}
            input{display:block;box-sizing:border-box;width:100%;padding:8px;font:inherit;color:inherit;background:var(--panel);border:1px solid var(--muted)}
            button{padding:12px 24px;font:inherit;font-weight:600;color:var(--ground);background:var(--act);border:0;cursor:pointer}
            """;

    private final AlertVerticle alerts;
    private final Links links;
    private final Clock clock;
    private final String policy;

    public AcknowledgePage(AlertVerticle alerts, Links links, Clock clock) {
        this.alerts = alerts;
        this.links = links;
        this.clock = clock;
        this.policy = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
                + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    }

    public void mount(Router router) {
        router.get(PATH).handler(ctx -> opened(ctx, this::show));
        router.post(PATH)
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
                .handler(ctx -> opened(ctx, this::acknowledge));
    }

    /** Whether a request is let through to here without a token. */
    static boolean isAt(@Nullable String path) {
        return path != null && ErrorReplies.isAt(PATH, path);
    }

    private interface Step {
        void of(RoutingContext ctx, Links.Signed link);
    }

    private void opened(RoutingContext ctx, Step step) {
        Links.Signed link = signed(ctx);
        Links.Validity validity = link == null ? Links.Validity.FORGED : links.check(link, now());
        if (link == null || validity == Links.Validity.FORGED) {
            answer(ctx, 403, "This link does not work", "It was not made by this server, or was changed on its way.");
        } else if (validity == Links.Validity.EXPIRED) {
            answer(
                    ctx,
                    403,
                    "This link has expired",
                    "Open the alert on the page, or use the link of a newer message.");
        } else {
            step.of(ctx, link);
        }
    }

    private static Links.@Nullable Signed signed(RoutingContext ctx) {
        try {
            String signature = ctx.queryParams().get("signature");
            return new Links.Signed(
                    AnswersApi.fingerprint(ctx),
                    Long.parseLong(String.valueOf(ctx.queryParams().get("episode"))),
                    Long.parseLong(String.valueOf(ctx.queryParams().get("expires"))),
                    signature == null ? "" : signature);
        } catch (ApiError | NumberFormatException e) {
            return null;
        }
    }

    private void show(RoutingContext ctx, Links.Signed link) {
        alerts.record(link.fingerprint())
                .onSuccess((Optional<AlertRecord> found) -> {
                    HeldAlert held = found.map(AlertRecord::held).orElse(null);
                    if (held == null
                            || held.isResolvedAt(now())
                            || !held.episode().equals(link.episode())) {
                        over(ctx);
                    } else {
                        answer(ctx, 200, held.labels().get("alertname"), form(found.get(), held));
                    }
                })
                .onFailure(ctx::fail);
    }

    private void over(RoutingContext ctx) {
        answer(ctx, 409, "This alert is over", "There is nothing left to acknowledge.");
    }

    private void acknowledge(RoutingContext ctx, Links.Signed link) {
        String by = ctx.request().formAttributes().get("by");
        Answer answer;
        try {
            answer = new Answer(by == null || by.isBlank() ? NOBODY_NAMED : by, "", null);
        } catch (IllegalArgumentException e) {
            answer(ctx, 400, "That does not work", escape(String.valueOf(e.getMessage())));
            return;
        }
        alerts.acknowledge(link.fingerprint(), link.episode(), answer)
                .onSuccess(alert -> answer(
                        ctx,
                        200,
                        "Acknowledged",
                        "<p>" + escape(alert.labels().get("alertname")) + " is acknowledged by " + escape(answer.by())
                                + ". It is not repeated or escalated any more; its end will be told.</p>"))
                .onFailure(e -> {
                    if (e instanceof AnswerRefusedException refused
                            && refused.reason() != AnswerRefusedException.Reason.NO_ROOM) {
                        over(ctx);
                    } else {
                        AnswersApi.failed(ctx, e);
                    }
                });
    }

    private static String form(AlertRecord record, HeldAlert held) {
        StringBuilder html = new StringBuilder("<dl><dt>firing since</dt><dd>")
                .append(held.alert().startsAt())
                .append("</dd>");
        held.alert().annotations().forEach((name, text) -> fact(html, name, text));
        held.labels().forEach((name, text) -> fact(html, name, text));
        html.append("</dl>");
        if (record.acknowledgement() != null) {
            html.append("<p>Acknowledged already, by ")
                    .append(escape(record.acknowledgement().answer().by()))
                    .append(".</p>");
        }
        return html.append("<form method=\"post\"><label>Your name<input name=\"by\" maxlength=\"")
                .append(Answer.MAX_NAME)
                .append("\" autocomplete=\"name\"></label><button>Acknowledge</button></form>")
                .toString();
    }

    private static void fact(StringBuilder html, String name, String text) {
        html.append("<dt>")
                .append(escape(name))
                .append("</dt><dd>")
                .append(escape(text))
                .append("</dd>");
    }

    private void answer(RoutingContext ctx, int status, String title, String body) {
        String heading = escape(title);
        ctx.response().putHeader("Content-Security-Policy", policy).putHeader("Cache-Control", "no-store");
        Replies.send(
                ctx,
                status,
                HTML,
                Buffer.buffer("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                        + "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">"
                        + "<title>" + heading + " · Tocsin</title><style>" + STYLE + "</style></head><body><main><h1>"
                        + heading + "</h1>" + (body.startsWith("<") ? body : "<p>" + body + "</p>")
                        + "</main></body></html>"));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.wallMillis());
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
