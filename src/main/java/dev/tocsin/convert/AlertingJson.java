package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An {@code alerting.json}: {@code channels}, {@code alert_rules} with {@code conditions} of which any is enough,
 * {@code escalation_policies} with {@code levels}. Confined to one thread.
 */
final class AlertingJson {
    private static final String POLICY = "levels";
    /** Refuses every connection, so that what was not filled in shows in the log and the metrics. */
    private static final String NO_URL = "http://127.0.0.1:9/not-set";

    private static final Set<String> RULE_KEYS =
            Set.of("conditions", "channels", "escalation", "auto_resolve", "description", "severity");
    private static final Pattern CONDITION =
            Pattern.compile("\\s*([a-zA-Z_][\\w.:-]*)\\s*(>=|<=|==|!=|>|<)\\s*([-+]?[\\w.+-]+)\\s*");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    private final Fields root;
    private final Channels channels;

    AlertingJson(Fields root, Channels channels) {
        this.root = root;
        this.channels = channels;
    }

    /** @return the rules; the channels are told to {@link Channels} */
    List<CommentedYaml> convert() throws ConfigException {
        Fields defined = root.fields("channels");
        for (String name : defined.names()) {
            channel(name, defined.fields(name));
        }
        boolean hasLevels = levels();
        List<CommentedYaml> rules = new ArrayList<>();
        Fields all = root.fields("alert_rules");
        for (String name : all.names()) {
            rules.add(rule(name, all.fields(name), hasLevels));
        }
        return rules;
    }

    private CommentedYaml rule(String name, Fields said, boolean hasLevels) throws ConfigException {
        List<String> conditions =
                said.texts("conditions").stream().map(AlertingJson::promql).toList();
        CommentedYaml rule = new CommentedYaml().put("alert", name).put("expr", String.join(" or ", conditions));
        CommentedYaml labels = new CommentedYaml();
        said.text("severity").ifPresent(severity -> labels.put("severity", severity));
        List<String> told = receivers(said);
        if (!told.isEmpty()) {
            labels.put(Channels.LABEL, String.join(",", told));
        }
        if (said.isTrue("escalation", false) && hasLevels) {
            labels.put("escalation", POLICY);
        }
        if (!said.isTrue("auto_resolve", true)) {
            labels.put("auto_resolve", "false");
        }
        if (!labels.isEmpty()) {
            rule.put("labels", labels);
        }
        said.text("description")
                .ifPresent(text ->
                        rule.put("annotations", new CommentedYaml().put("description", TemplateText.plain(text))));
        said.names().stream()
                .filter(key -> !RULE_KEYS.contains(key))
                .forEach(key -> rule.comment(key + " has no equivalent"));
        return rule;
    }

    /** A metric's name as it is pushed, where nothing else stands before the comparison; else what it is, which is PromQL. */
    private static String promql(String condition) {
        Matcher simple = CONDITION.matcher(condition);
        return simple.matches()
                ? simple.group(1).replaceAll("[^a-zA-Z0-9_:]", "_") + " " + simple.group(2) + " " + simple.group(3)
                : condition.strip();
    }

    private List<String> receivers(Fields said) throws ConfigException {
        List<String> receivers =
                said.texts("channels").stream().map(Channels::name).distinct().toList();
        receivers.forEach(
                receiver -> channels.use(receiver, "no channel of this name stood in the file: say how to reach it"));
        return receivers;
    }

    /** @return whether there is one */
    private boolean levels() throws ConfigException {
        List<CommentedYaml> levels = new ArrayList<>();
        for (YamlNode node : root.fields("escalation_policies").items("levels")) {
            Fields level = Fields.of(node);
            if (!level.has("timeout_minutes") || !level.has("channels")) {
                throw node.error("a level has timeout_minutes and channels");
            }
            levels.add(new CommentedYaml()
                    .put("after", level.whole("timeout_minutes", 0, 100_000, 0) + "m")
                    .put("receivers", receivers(level)));
        }
        if (!levels.isEmpty()) {
            channels.escalation(POLICY, levels);
        }
        return !levels.isEmpty();
    }

    private void channel(String said, Fields keys) throws ConfigException {
        String name = Channels.name(said);
        if (!keys.isTrue("enabled", true)) {
            channels.use(name, "was disabled: it tells nobody");
            return;
        }
        switch (said) {
            case "email" -> channels.define(name, "email_configs", email(keys));
            case "slack" -> channels.define(name, "slack_configs", slack(keys));
            case "sms" -> channels.define(name, "sms_configs", sms(keys));
            case "webhook" ->
                channels.define(name, "webhook_configs", new CommentedYaml().put("url", url(keys.text("url", ""))));
            default -> channels.use(name, "a channel of this kind has no equivalent: say how to reach it");
        }
    }

    private static CommentedYaml email(Fields keys) throws ConfigException {
        Optional<String> user = keys.text("username");
        CommentedYaml email = new CommentedYaml()
                .put("to", String.join(", ", keys.texts("recipients")))
                .put("from", keys.text("from", user.orElse("tocsin@localhost")))
                .put("smarthost", keys.text("smtp_server", "localhost") + ":" + keys.text("port", "587"))
                .put("send_resolved", true);
        if (user.isPresent()) {
            email.put("auth_username", user.get())
                    .put("auth_password", withDefault(keys.text("password", "${SMTP_PASSWORD}"), "not-set"));
            if (!keys.has("password")) {
                email.comment("the file held no password: it is taken from the environment");
            }
        }
        return email;
    }

    private static CommentedYaml slack(Fields keys) throws ConfigException {
        CommentedYaml slack = new CommentedYaml()
                .put("api_url", url(keys.text("webhook_url", "")))
                .put("send_resolved", true);
        keys.text("channel").ifPresent(channel -> slack.put("channel", channel));
        return slack;
    }

    private static CommentedYaml sms(Fields keys) throws ConfigException {
        CommentedYaml sms = new CommentedYaml();
        String provider = keys.text("provider", "twilio");
        if (!provider.equals("twilio")) {
            sms.comment("the provider " + provider + " has no equivalent: this is Twilio's");
        }
        if (!keys.has("from_number")) {
            sms.comment("the file did not say which number it is sent from");
        }
        return sms.put("account_sid", withDefault(keys.text("account_sid", "${TWILIO_ACCOUNT_SID}"), "not-set"))
                .put("auth_token", withDefault(keys.text("auth_token", "${TWILIO_AUTH_TOKEN}"), "not-set"))
                .put("from", withDefault(keys.text("from_number", "${TWILIO_FROM}"), "+10000000000"))
                .put("to", keys.texts("numbers"))
                .put("send_resolved", true);
    }

    private static String url(String said) {
        return withDefault(said.isEmpty() ? NO_URL : said, NO_URL);
    }

    /** So that the folder can be checked where the variable is not set. */
    private static String withDefault(String said, String otherwise) {
        return VARIABLE.matcher(said).replaceAll("\\${$1:-" + otherwise + "}");
    }
}
