package dev.tocsin.template;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.tocsin.core.Regex;
import java.util.Locale;
import java.util.Map;

/** The functions on text that Prometheus and Alertmanager both add to Go's. Stateless. */
public final class TextFunctions {
    public static final Map<String, Function> ALL = Map.of(
            "reReplaceAll", TextFunctions::replaceAll,
            "match",
                    a -> {
                        a.count(2);
                        return pattern(a.string(0)).matcher(a.string(1)).find();
                    },
            "title", a -> title(text(a)),
            "toUpper", a -> text(a).toUpperCase(Locale.ROOT),
            "toLower", a -> text(a).toLowerCase(Locale.ROOT));

    private TextFunctions() {}

    /** The first letter of each word in upper case; the others stay. */
    static String title(String text) {
        StringBuilder out = new StringBuilder();
        boolean inWord = false;
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            boolean letter = Character.isLetterOrDigit(c) || c == '_';
            out.appendCodePoint(letter && !inWord ? Character.toTitleCase(c) : c);
            // An apostrophe or a point between two letters does not end a word.
            boolean joins = inWord
                    && (c == '\'' || c == '.' || c == '\u2019')
                    && i < text.length()
                    && Character.isLetterOrDigit(text.codePointAt(i));
            inWord = letter || joins;
        }
        return out.toString();
    }

    private static Object replaceAll(Arguments a) throws FunctionException {
        a.count(3);
        Matcher matcher = pattern(a.string(0)).matcher(a.string(2));
        String text = a.string(2);
        StringBuilder out = new StringBuilder();
        int end = 0;
        boolean any = false;
        while (matcher.find()) {
            // As in Go, nothing is found right behind what was found before.
            boolean emptyBehindMatch = any && matcher.start() == matcher.end() && matcher.start() == end;
            if (!emptyBehindMatch) {
                out.append(text, end, matcher.start());
                out.append(replacement(a.string(1), matcher));
                end = matcher.end();
                any = true;
            }
        }
        return out.append(text.substring(end)).toString();
    }

    /** A replacement with {@code $1}, {@code ${1}}, {@code $name} and {@code $$} filled in as Go does. */
    private static String replacement(String template, Matcher matcher) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < template.length()) {
            char c = template.charAt(i++);
            if (c != '$' || i == template.length()) {
                out.append(c);
                continue;
            }
            if (template.charAt(i) == '$') {
                out.append('$');
                i++;
                continue;
            }
            boolean braced = template.charAt(i) == '{';
            int start = braced ? i + 1 : i;
            int end = start;
            while (end < template.length()
                    && (Character.isLetterOrDigit(template.charAt(end)) || template.charAt(end) == '_')) {
                end++;
            }
            if (end == start || (braced && (end == template.length() || template.charAt(end) != '}'))) {
                out.append('$');
                continue;
            }
            out.append(group(matcher, template.substring(start, end)));
            i = braced ? end + 1 : end;
        }
        return out.toString();
    }

    private static String group(Matcher matcher, String name) {
        try {
            boolean number = name.chars().allMatch(Character::isDigit);
            String group = number ? matcher.group(Integer.parseInt(name)) : matcher.group(name);
            return group == null ? "" : group;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return "";
        }
    }

    private static Pattern pattern(String regex) throws FunctionException {
        try {
            return Regex.searching(regex);
        } catch (IllegalArgumentException e) {
            throw new FunctionException(String.valueOf(e.getMessage()));
        }
    }

    private static String text(Arguments a) throws FunctionException {
        a.count(1);
        return a.string(0);
    }
}
