package dev.tocsin.config;

import dev.tocsin.http.Secret;
import dev.tocsin.notify.OpsgenieSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code opsgenie_configs}. */
final class AlertmanagerOpsgenie {
    static final ChannelKind KIND = ChannelKind.http(
            "opsgenie",
            true,
            Set.of(
                    "api_key",
                    "api_key_file",
                    "api_url",
                    "message",
                    "description",
                    "source",
                    "details",
                    "responders",
                    "tags",
                    "note",
                    "priority",
                    "update_alerts",
                    "entity",
                    "actions"),
            AlertmanagerOpsgenie::read);

    private static final Set<String> RESPONDER_KEYS = Set.of("id", "name", "username", "type");
    private static final Set<String> RESPONDER_TYPES = Set.of("team", "teams", "user", "escalation", "schedule");

    private AlertmanagerOpsgenie() {}

    private static OpsgenieSettings read(AlertmanagerKeys keys) throws ConfigException {
        Secret key = keys.secret("api_key");
        if (key == null) {
            key = keys.global().secret("opsgenie_api_key");
        }
        if (key == null) {
            throw keys.error("no global OpsGenie API Key set either inline or in a file");
        }
        String url = keys.url("api_url", keys.global().url("opsgenie_api_url", "https://api.opsgenie.com/"));
        return new OpsgenieSettings(
                url.endsWith("/") ? url : url + "/",
                key,
                keys.defined("message", "opsgenie.default.message"),
                keys.defined("description", "opsgenie.default.description"),
                keys.defined("source", "opsgenie.default.source"),
                keys.templates("details"),
                responders(keys),
                keys.template("tags", ""),
                keys.template("note", ""),
                keys.template("priority", ""),
                keys.template("entity", ""),
                keys.template("actions", ""),
                keys.flag("update_alerts", false),
                keys.timeout(),
                keys.http());
    }

    private static List<OpsgenieSettings.Responder> responders(AlertmanagerKeys keys) throws ConfigException {
        List<OpsgenieSettings.Responder> responders = new ArrayList<>();
        for (AlertmanagerKeys responder : keys.mappings("responders", RESPONDER_KEYS)) {
            if (!responder.says("id") && !responder.says("username") && !responder.says("name")) {
                throw responder.error("a responder has to have at least one of id, username or name specified");
            }
            String type = responder.text("type", "");
            if (!type.contains("{{") && !RESPONDER_TYPES.contains(type.toLowerCase(Locale.ROOT))) {
                throw responder.error(
                        "type",
                        "the responder's type \"" + type + "\" is none of team, teams, user, escalation, schedule");
            }
            responders.add(new OpsgenieSettings.Responder(
                    responder.template("id", ""),
                    responder.template("name", ""),
                    responder.template("username", ""),
                    responder.template("type", "")));
        }
        return responders;
    }
}
