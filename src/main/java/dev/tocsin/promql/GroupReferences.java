package dev.tocsin.promql;

import com.google.re2j.Matcher;
import java.util.Map;

/**
 * Go's {@code regexp.Expand} template: {@code $1}, {@code $name}, {@code ${1}}, {@code ${name}} stand for what a group
 * matched, {@code $$} for a dollar sign. A name without braces is as long as it can be, so {@code $1x} is the group
 * {@code 1x}; an unknown group is empty.
 */
final class GroupReferences {
    private GroupReferences() {}

    static String expand(String template, Matcher match) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < template.length()) {
            char c = template.charAt(i);
            if (c != '$') {
                out.append(c);
                i++;
            } else if (template.startsWith("$", i + 1)) {
                out.append('$');
                i += 2;
            } else {
                boolean braced = template.startsWith("{", i + 1);
                int start = i + (braced ? 2 : 1);
                int end = start;
                while (end < template.length() && isWord(template.charAt(end))) {
                    end++;
                }
                boolean closed = !braced || template.startsWith("}", end);
                if (end == start || !closed) {
                    // Malformed: the dollar sign is text.
                    out.append('$');
                    i++;
                } else {
                    out.append(group(template.substring(start, end), match));
                    i = braced ? end + 1 : end;
                }
            }
        }
        return out.toString();
    }

    private static String group(String name, Matcher match) {
        Map<String, Integer> named = match.pattern().namedGroups();
        boolean number = name.chars().allMatch(c -> c >= '0' && c <= '9');
        int index = number ? (name.length() > 6 ? -1 : Integer.parseInt(name)) : named.getOrDefault(name, -1);
        String value = index >= 0 && index <= match.groupCount() ? match.group(index) : null;
        return value == null ? "" : value;
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
