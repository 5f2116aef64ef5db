package dev.tocsin.watch.scrape;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.tocsin.core.Labels;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code relabel_configs} or {@code metric_relabel_configs}: looks at the values of some labels and changes
 * labels, or drops all of them. Immutable. (Prometheus, {@code relabel.Process}.)
 *
 * @param regex anchored at both ends
 * @param replacement in which {@code $1} and {@code ${name}} stand for groups of the regex
 */
public record Relabeling(
        Action action,
        List<String> sourceLabels,
        String separator,
        Pattern regex,
        String targetLabel,
        String replacement,
        long modulus) {
    /** What is done; the lower-case name is the word in the file. */
    public enum Action {
        REPLACE,
        KEEP,
        DROP,
        KEEPEQUAL,
        DROPEQUAL,
        HASHMOD,
        LABELMAP,
        LABELDROP,
        LABELKEEP,
        LOWERCASE,
        UPPERCASE;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Relabeling {
        sourceLabels = List.copyOf(sourceLabels);
    }

    /** What is left of labels after all of these; null where they are dropped. */
    static @Nullable Labels apply(List<Relabeling> relabelings, Labels labels) {
        if (relabelings.isEmpty()) {
            return labels;
        }
        Map<String, String> changing = new TreeMap<>(labels.toMap());
        for (Relabeling each : relabelings) {
            if (!each.apply(changing)) {
                return null;
            }
        }
        return Labels.of(changing);
    }

    /** @return whether they are kept */
    private boolean apply(Map<String, String> labels) {
        String value = String.join(
                separator,
                sourceLabels.stream().map(name -> labels.getOrDefault(name, "")).toList());
        switch (action) {
            case KEEP, DROP -> {
                return regex.matches(value) == (action == Action.KEEP);
            }
            case KEEPEQUAL, DROPEQUAL -> {
                return labels.getOrDefault(targetLabel, "").equals(value) == (action == Action.KEEPEQUAL);
            }
            case REPLACE -> replace(value, labels);
            case HASHMOD ->
                set(labels, targetLabel, Long.toUnsignedString(Long.remainderUnsigned(hash(value), modulus)));
            case LOWERCASE -> set(labels, targetLabel, value.toLowerCase(Locale.ROOT));
            case UPPERCASE -> set(labels, targetLabel, value.toUpperCase(Locale.ROOT));
            case LABELMAP ->
                Map.copyOf(labels).forEach((name, mapped) -> {
                    Matcher matcher = regex.matcher(name);
                    if (matcher.matches()) {
                        set(labels, expand(replacement, matcher), mapped);
                    }
                });
            case LABELDROP -> labels.keySet().removeIf(regex::matches);
            case LABELKEEP -> labels.keySet().removeIf(name -> !regex.matches(name));
        }
        return true;
    }

    private void replace(String value, Map<String, String> labels) {
        Matcher matcher = regex.matcher(value);
        if (!matcher.matches()) {
            return;
        }
        String target = expand(targetLabel, matcher);
        if (isLabelName(target)) {
            set(labels, target, expand(replacement, matcher));
        } else {
            labels.remove(targetLabel);
        }
    }

    private static void set(Map<String, String> labels, String name, String value) {
        if (value.isEmpty()) {
            labels.remove(name);
        } else {
            labels.put(name, value);
        }
    }

    /** The last eight bytes of the MD5 of the text. */
    private static long hash(String value) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(value.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong(Long.BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has MD5", e);
        }
    }

    public static boolean isLabelName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean fits = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || i > 0 && c >= '0' && c <= '9';
            if (!fits) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** As Go's {@code Regexp.Expand}: {@code $name} is as long as it can be, {@code $$} a dollar, what is unknown empty. */
    private static String expand(String template, Matcher matcher) {
        if (template.indexOf('$') < 0) {
            return template;
        }
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < template.length()) {
            char c = template.charAt(i);
            if (c != '$' || i + 1 == template.length()) {
                out.append(c);
                i++;
                continue;
            }
            if (template.charAt(i + 1) == '$') {
                out.append('$');
                i += 2;
                continue;
            }
            boolean braced = template.charAt(i + 1) == '{';
            int start = braced ? i + 2 : i + 1;
            int stop = start;
            while (stop < template.length() && isWord(template.charAt(stop))) {
                stop++;
            }
            boolean isReference = stop > start && (!braced || stop < template.length() && template.charAt(stop) == '}');
            if (!isReference) {
                out.append('$');
                i++;
                continue;
            }
            out.append(group(matcher, template.substring(start, stop)));
            i = braced ? stop + 1 : stop;
        }
        return out.toString();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static String group(Matcher matcher, String name) {
        String found;
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int index = name.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(name);
            found = index <= matcher.groupCount() ? matcher.group(index) : null;
        } else {
            found = matcher.pattern().namedGroups().containsKey(name) ? matcher.group(name) : null;
        }
        return found == null ? "" : found;
    }
}
