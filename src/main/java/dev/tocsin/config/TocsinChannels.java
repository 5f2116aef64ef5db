package dev.tocsin.config;

import dev.tocsin.http.Secret;
import dev.tocsin.notify.ChannelSettings;
import dev.tocsin.notify.NtfySettings;
import dev.tocsin.notify.SmsSettings;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the kinds of integrations that Alertmanager does not have: {@code sms_configs} and {@code ntfy_configs}. */
final class TocsinChannels {
    static final ChannelKind SMS = ChannelKind.http(
            "sms",
            true,
            Set.of("api_url", "account_sid", "auth_token", "auth_token_file", "from", "to", "text"),
            TocsinChannels::sms);
    static final ChannelKind NTFY = ChannelKind.http(
            "ntfy",
            true,
            Set.of("url", "topic", "token", "token_file", "title", "message", "priority", "tags", "click"),
            TocsinChannels::ntfy);

    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{4,14}");

    private TocsinChannels() {}

    private static ChannelSettings sms(AlertmanagerKeys keys) throws ConfigException {
        Secret token = keys.secret("auth_token");
        for (String needed : List.of("account_sid", "from")) {
            if (!keys.says(needed)) {
                throw keys.error("missing " + needed + " on sms_config");
            }
        }
        if (token == null) {
            throw keys.error("missing auth_token or auth_token_file on sms_config");
        }
        List<String> to = keys.texts("to").stream().distinct().toList();
        if (to.isEmpty()) {
            throw keys.error("missing to on sms_config: a list of numbers");
        }
        for (String number : to) {
            if (!E164.matcher(number).matches()) {
                throw keys.error(
                        "to", "\"" + number + "\" is no number in E.164: + and country code first, digits only");
            }
        }
        return new SmsSettings(
                AlertmanagerHttp.withoutSlash(keys.url("api_url", "https://api.twilio.com")),
                keys.text("account_sid", ""),
                token,
                keys.text("from", ""),
                to,
                keys.defined("text", "sms.default.text"),
                keys.timeout(),
                keys.http());
    }

    private static ChannelSettings ntfy(AlertmanagerKeys keys) throws ConfigException {
        if (!keys.says("topic")) {
            throw keys.error("missing topic on ntfy_config");
        }
        return new NtfySettings(
                keys.url("url", "https://ntfy.sh"),
                keys.template("topic", ""),
                keys.secret("token"),
                keys.defined("title", "ntfy.default.title"),
                keys.defined("message", "ntfy.default.message"),
                keys.defined("priority", "ntfy.default.priority"),
                keys.defined("tags", "ntfy.default.tags"),
                keys.defined("click", "__alertmanagerURL"),
                keys.timeout(),
                keys.http());
    }
}
