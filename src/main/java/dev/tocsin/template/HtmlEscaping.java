package dev.tocsin.template;

import java.util.Locale;

/**
 * Makes values safe inside HTML: as text, and as the value of an attribute, with or without quotes. A value that begins a
 * link must be one of {@code http}, {@code https}, {@code mailto} or without a scheme; another becomes {@code #}. Values
 * inside {@code <script>} and {@code <style>} are not made safe by it: nothing of ours puts any there. Stateless.
 */
public final class HtmlEscaping implements Output.Escaping {
    private static final int LONGEST_ATTRIBUTE = 32;

    @Override
    public String escape(String value, CharSequence before) {
        return html(beginsLink(before) && !isSafeLink(value) ? "#" : value);
    }

    /** With every character that could end a text or an attribute's value written as a reference. */
    public static String html(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case 0 -> out.append('\ufffd');
                case '"' -> out.append("&#34;");
                case '\'' -> out.append("&#39;");
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /** Whether what follows is the beginning of the value of {@code href} or {@code src}. */
    private static boolean beginsLink(CharSequence before) {
        int from = Math.max(0, before.length() - LONGEST_ATTRIBUTE);
        String tail = before.subSequence(from, before.length()).toString().toLowerCase(Locale.ROOT);
        String name = tail.replaceFirst("\\s*=\\s*[\"']?$", "");
        return name.length() < tail.length() && (name.endsWith("href") || name.endsWith("src"));
    }

    private static boolean isSafeLink(String value) {
        int colon = value.indexOf(':');
        int other = value.length();
        for (char c : new char[] {'/', '?', '#'}) {
            int at = value.indexOf(c);
            other = at < 0 ? other : Math.min(other, at);
        }
        if (colon < 0 || other < colon) {
            return true;
        }
        String scheme = value.substring(0, colon).toLowerCase(Locale.ROOT);
        return scheme.equals("http") || scheme.equals("https") || scheme.equals("mailto");
    }
}
