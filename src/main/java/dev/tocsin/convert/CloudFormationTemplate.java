package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An AWS CloudFormation template: its resources, and its intrinsic functions as far as they yield text ({@code Ref},
 * {@code Sub}, {@code Join}, {@code GetAtt}, short and long form). A parameter stands for the value given, else for its
 * default, else for its own name; so does what only AWS knows. Immutable.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/">template reference</a>
 */
final class CloudFormationTemplate {
    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{(!?)([^}]*)}");

    private final Map<String, YamlNode> resources;
    private final Map<String, String> parameters;

    private CloudFormationTemplate(Map<String, YamlNode> resources, Map<String, String> parameters) {
        this.resources = resources;
        this.parameters = parameters;
    }

    /** @param given values of parameters, by name; stronger than the defaults in the template */
    static CloudFormationTemplate of(Map<String, YamlNode> root, Map<String, String> given) throws ConfigException {
        Map<String, String> parameters = new HashMap<>();
        YamlNode declared = root.get("Parameters");
        if (declared != null) {
            for (Map.Entry<String, YamlNode> parameter : declared.asMap().entrySet()) {
                YamlNode byDefault = parameter.getValue().asMap().get("Default");
                if (byDefault != null) {
                    parameters.put(parameter.getKey(), byDefault.asString());
                }
            }
        }
        parameters.putAll(given);
        Map<String, YamlNode> resources = new LinkedHashMap<>();
        YamlNode all = root.get("Resources");
        if (all != null) {
            resources.putAll(all.asMap());
        }
        return new CloudFormationTemplate(resources, parameters);
    }

    /** By logical name, in the template's order. */
    Map<String, YamlNode> resources() {
        return resources;
    }

    /** @throws ConfigException where it is no text, or made by a function that has none here */
    String text(YamlNode node) throws ConfigException {
        String tag = node.tag();
        if (!tag.isEmpty()) {
            return function(tag.substring(1), node, node);
        }
        if (node.isMap()) {
            Map<String, YamlNode> map = node.asMap();
            if (map.size() == 1) {
                Map.Entry<String, YamlNode> only = map.entrySet().iterator().next();
                return function(only.getKey().replaceFirst("^Fn::", ""), only.getValue(), node);
            }
        }
        return node.asString();
    }

    private String function(String name, YamlNode argument, YamlNode place) throws ConfigException {
        return switch (name) {
            case "Ref" -> value(argument.asString());
            case "GetAtt" -> argument.isList() ? join(".", argument.asList()) : argument.asString();
            case "Sub" -> substitute(argument);
            case "Join" -> {
                List<YamlNode> parts = argument.asList();
                if (parts.size() != 2) {
                    throw place.error("Join takes a delimiter and a list");
                }
                yield join(parts.getFirst().asString(), parts.get(1).asList());
            }
            default -> throw place.error("the function " + name + " has no equivalent here");
        };
    }

    private String join(String delimiter, List<YamlNode> parts) throws ConfigException {
        StringJoiner joined = new StringJoiner(delimiter);
        for (YamlNode part : parts) {
            joined.add(text(part));
        }
        return joined.toString();
    }

    private String substitute(YamlNode argument) throws ConfigException {
        Map<String, String> own = new HashMap<>();
        String template;
        if (argument.isList()) {
            List<YamlNode> parts = argument.asList();
            if (parts.size() != 2) {
                throw argument.error("Sub takes a text, or a text and a mapping");
            }
            template = parts.getFirst().asString();
            for (Map.Entry<String, YamlNode> each : parts.get(1).asMap().entrySet()) {
                own.put(each.getKey(), text(each.getValue()));
            }
        } else {
            template = argument.asString();
        }
        return SUBSTITUTION.matcher(template).replaceAll(match -> {
            String name = match.group(2).strip();
            String value = match.group(1).isEmpty() ? own.getOrDefault(name, value(name)) : "${" + name + "}";
            return Matcher.quoteReplacement(value);
        });
    }

    private String value(String name) {
        return parameters.getOrDefault(name, name);
    }
}
