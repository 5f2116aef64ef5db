package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code telegram_configs}. Immutable.
 *
 * @param apiUrl without a slash at the end
 * @param chatId a number
 * @param threadId of a forum's topic; null for none
 * @param parseMode {@code HTML}, {@code Markdown}, {@code MarkdownV2}, or empty for plain text
 */
public record TelegramSettings(
        String apiUrl,
        Secret botToken,
        Secret chatId,
        @Nullable Long threadId,
        MessageTemplate message,
        boolean silent,
        String parseMode,
        Duration timeout,
        HttpClientSettings http)
        implements HttpChannelSettings {}
