package dev.tocsin.notify;

import dev.tocsin.core.BreachChart;
import dev.tocsin.core.Notification;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.mail.MailAttachment;
import io.vertx.ext.mail.MailMessage;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * What a mail says. The identity of a message (RFC 5322, 3.6.4) is that of its notification, so that a second copy can be
 * told; all messages of one group refer to one identity that no message has, which makes mail programs show them as one
 * conversation, whichever of them arrived. Stateless.
 */
final class EmailMessage {
    private static final int MOST_SUBJECT = 500;

    private EmailMessage() {}

    /** Blocks where a chart is drawn. */
    static MailMessage of(EmailSettings settings, Notification notification, Filling filling, BreachChart charts) {
        String from = oneLine(filling.text(settings.from(), ""));
        MailMessage message = new MailMessage()
                .setFrom(from)
                .setTo(addresses(oneLine(filling.text(settings.to(), ""))))
                .setSubject(Texts.truncated(oneLine(filling.text(settings.subject())), MOST_SUBJECT));
        String html = filling.html(settings.html());
        String text = filling.text(settings.text());
        if (!html.isBlank()) {
            message.setHtml(html);
            charts.png(notification.alerts().getFirst()).ifPresent(png -> embed(message, html, png, domain(from)));
        }
        if (!text.isBlank() || html.isBlank()) {
            message.setText(text);
        }
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().set("Auto-Submitted", "auto-generated");
        identify(headers, settings.threading(), notification, filling, domain(from));
        filling.texts(settings.headers()).forEach((name, value) -> headers.set(name, encoded(oneLine(value))));
        return message.setHeaders(headers);
    }

    /** Into the place that the text names by {@code cid:chart@…}; else beneath all that it says. */
    private static void embed(MailMessage message, String html, byte[] png, String domain) {
        String id = "chart@" + domain;
        if (!html.contains("cid:" + id)) {
            int end = html.toLowerCase(Locale.ROOT).lastIndexOf("</body>");
            int at = end < 0 ? html.length() : end;
            message.setHtml(html.substring(0, at)
                    + "<p><img src=\"cid:" + id + "\" width=\"640\" height=\"240\" alt=\"Chart around the breach\"></p>"
                    + html.substring(at));
        }
        message.setInlineAttachment(MailAttachment.create()
                .setContentType("image/png")
                .setDisposition("inline")
                .setName("chart.png")
                .setContentId("<" + id + ">")
                .setData(Buffer.buffer(png)));
    }

    private static void identify(
            MultiMap headers,
            EmailSettings.Threading threading,
            Notification notification,
            Filling filling,
            String domain) {
        headers.set(
                "Message-ID",
                "<" + GroupKeys.hash(notification.integration() + " " + notification.key()) + "@" + domain + ">");
        if (threading == EmailSettings.Threading.NONE) {
            return;
        }
        String day = threading == EmailSettings.Threading.GROUP_AND_DAY
                ? " " + LocalDate.ofInstant(filling.now(), ZoneOffset.UTC)
                : "";
        String thread = "<" + GroupKeys.hash(notification.groupKey() + day) + ".group@" + domain + ">";
        headers.set("In-Reply-To", thread).set("References", thread);
    }

    /** The part behind the last {@code @} of an address. */
    private static String domain(String from) {
        String address = from.substring(from.lastIndexOf('@') + 1).replaceAll("[^A-Za-z0-9.-].*", "");
        return address.isEmpty() ? "localhost" : address;
    }

    /** The parts of a list of addresses; a comma inside quotes belongs to a name. */
    static List<String> addresses(String list) {
        List<String> addresses = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i <= list.length(); i++) {
            if (i == list.length() || (list.charAt(i) == ',' && !quoted)) {
                String address = list.substring(start, i).strip();
                if (!address.isEmpty()) {
                    addresses.add(address);
                }
                start = i + 1;
            } else if (list.charAt(i) == '"' && (i == 0 || list.charAt(i - 1) != '\\')) {
                quoted = !quoted;
            }
        }
        return addresses;
    }

    /** Without line ends, which would begin another header. */
    private static String oneLine(String text) {
        return text.replaceAll("[\\r\\n]+", " ").strip();
    }

    /** As an encoded word (RFC 2047) where it is not ASCII. */
    private static String encoded(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c < 0x7f)
                ? value
                : "=?UTF-8?B?" + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "?=";
    }
}
