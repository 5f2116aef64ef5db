package dev.tocsin.rule;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Templates by name, back to their texts. */
final class RuleLabels {
    private RuleLabels() {}

    static Map<String, String> texts(Map<String, RuleTemplate> templates) {
        Map<String, String> texts = new LinkedHashMap<>();
        templates.forEach((name, template) -> texts.put(name, template.text()));
        return Collections.unmodifiableMap(texts);
    }
}
