package dev.tocsin.watch.log;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The literal texts of a regular expression in RE2's dialect, of which every match contains at least one, so that most
 * lines need no matching at all. Understands just enough of the syntax; what it does not is no literal. Upper and lower
 * case are the same where {@code (?i)} says so, in ASCII alone: a text that is only matched because {@code (?i)} takes
 * the Kelvin sign for a k, or the long s for an s, is missed. One use.
 */
final class RegexLiterals {
    /** Most texts of one expression; past that it has none. */
    private static final int MAX_TEXTS = 64;

    /**
     * @param startsWord that a word boundary must stand before it, {@code endsWord} after it
     * @param foldsCase whether upper and lower case of ASCII are the same
     */
    record Literal(String text, boolean startsWord, boolean endsWord, boolean foldsCase) {
        boolean isEmpty() {
            return text.isEmpty();
        }

        boolean isNothing() {
            return text.isEmpty() && !startsWord && !endsWord;
        }
    }

    /**
     * @param any one of these is in every match; never empty texts
     * @param decides whether a line that contains one, at the word boundaries that it says, does match
     */
    record Found(List<Literal> any, boolean decides) {}

    /**
     * What is known of a part.
     *
     * @param all all texts that it can match; null where they can't be listed
     * @param required one of these is in each match; null where that is not known
     * @param precise whether nothing but the texts of {@code all} decides on a match
     */
    private record Part(
            @Nullable List<Literal> all, @Nullable List<Literal> required, boolean precise) {
        static final Part ANY = new Part(null, null, false);
        static final Part NOTHING = text("", false, false);
        static final Part ASSERTION = new Part(NOTHING.all, null, false);

        static Part text(String text, boolean startsWord, boolean foldsCase) {
            return new Part(List.of(new Literal(text, startsWord, false, foldsCase)), null, true);
        }

        /** The best that is known to be in each match. */
        @Nullable
        List<Literal> needed() {
            return all != null && all.stream().noneMatch(Literal::isEmpty) ? all : required;
        }
    }

    private final String regex;
    private int at;
    private boolean foldsCase;

    private RegexLiterals(String regex) {
        this.regex = regex;
    }

    /** @return null where there are none that every match contains */
    static @Nullable Found of(String regex) {
        RegexLiterals reader = new RegexLiterals(regex);
        Part whole = reader.alternatives();
        List<Literal> needed = reader.at < regex.length() ? null : whole.needed();
        return needed == null ? null : new Found(needed, whole.precise && needed.equals(whole.all));
    }

    private Part alternatives() {
        boolean foldsOutside = foldsCase;
        Part result = sequence();
        while (at < regex.length() && regex.charAt(at) == '|') {
            at++;
            result = either(result, sequence());
        }
        foldsCase = foldsOutside;
        return result;
    }

    private static Part either(Part a, Part b) {
        List<Literal> all = union(a.all, b.all);
        return new Part(all, union(a.needed(), b.needed()), all != null && a.precise && b.precise);
    }

    private static @Nullable List<Literal> union(@Nullable List<Literal> a, @Nullable List<Literal> b) {
        if (a == null || b == null) {
            return null;
        }
        Set<Literal> both = new LinkedHashSet<>(a);
        both.addAll(b);
        return both.size() > MAX_TEXTS ? null : List.copyOf(both);
    }

    private Part sequence() {
        Part run = Part.NOTHING;
        @Nullable List<Literal> best = null;
        boolean whole = true;
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            Part item = quantified(atom());
            Part joined = joined(run, item);
            if (joined != null) {
                run = joined;
            } else {
                best = better(better(best, run.needed()), item.needed());
                whole = false;
                run = item.all == null ? Part.NOTHING : item;
            }
        }
        return whole ? run : new Part(null, better(best, run.needed()), false);
    }

    /** One after the other; null where that can't be listed. */
    private static @Nullable Part joined(Part a, Part b) {
        if (a.all == null || b.all == null || a.all.size() * b.all.size() > MAX_TEXTS) {
            return null;
        }
        boolean precise = a.precise && b.precise;
        Set<Literal> all = new LinkedHashSet<>();
        for (Literal first : a.all) {
            for (Literal second : b.all) {
                boolean both = !first.isEmpty() && !second.isEmpty();
                precise &= !both || !first.endsWord && !second.startsWord && first.foldsCase == second.foldsCase;
                all.add(joined(first, second));
            }
        }
        return new Part(List.copyOf(all), null, precise);
    }

    private static Literal joined(Literal first, Literal second) {
        if (first.isNothing()) {
            return second;
        }
        if (second.isNothing()) {
            return first;
        }
        if (first.isEmpty()) {
            return new Literal(second.text, true, second.endsWord, second.foldsCase);
        }
        if (second.isEmpty()) {
            return new Literal(first.text, first.startsWord, true, first.foldsCase);
        }
        return new Literal(
                first.text + second.text, first.startsWord, second.endsWord, first.foldsCase || second.foldsCase);
    }

    /** The one whose shortest text is the longer. */
    private static @Nullable List<Literal> better(@Nullable List<Literal> a, @Nullable List<Literal> b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return shortest(b) > shortest(a) ? b : a;
    }

    private static int shortest(List<Literal> texts) {
        return texts.stream().mapToInt(each -> each.text.length()).min().orElse(0);
    }

    private Part quantified(Part item) {
        Part result = item;
        while (at < regex.length()) {
            char c = regex.charAt(at);
            boolean counts = c == '{' && isRepetition();
            if (c != '*' && c != '+' && c != '?' && !counts) {
                return result;
            }
            boolean atLeastOnce = c == '+' || counts && !regex.startsWith("{0", at);
            at = counts ? regex.indexOf('}', at) + 1 : at + 1;
            if (at < regex.length() && regex.charAt(at) == '?') {
                at++;
            }
            if (c == '?') {
                result = either(result, Part.NOTHING);
            } else {
                result = new Part(null, atLeastOnce ? result.needed() : null, false);
            }
        }
        return result;
    }

    private boolean isRepetition() {
        int close = regex.indexOf('}', at);
        return close > at + 1
                && Character.isDigit(regex.charAt(at + 1))
                && regex.substring(at + 1, close).chars().allMatch(c -> Character.isDigit(c) || c == ',');
    }

    private Part atom() {
        char c = regex.charAt(at++);
        return switch (c) {
            case '(' -> group();
            case '[' -> characterClass();
            case '\\' -> escape();
            case '.' -> Part.ANY;
            case '^', '$' -> Part.ASSERTION;
            default -> character(c);
        };
    }

    private Part character(char c) {
        int from = at - 1;
        if (Character.isHighSurrogate(c) && at < regex.length()) {
            at++;
        }
        return foldsCase && c > 127 ? Part.ANY : Part.text(regex.substring(from, at), false, foldsCase);
    }

    private Part group() {
        boolean foldsOutside = foldsCase;
        if (regex.startsWith("?", at)) {
            int end = at + 1;
            if (regex.startsWith("P<", end) || regex.startsWith("<", end)) {
                at = Math.max(end, regex.indexOf('>', end)) + 1;
            } else {
                boolean on = true;
                for (; end < regex.length() && ":)".indexOf(regex.charAt(end)) < 0; end++) {
                    char flag = regex.charAt(end);
                    on &= flag != '-';
                    foldsCase = flag == 'i' ? on : foldsCase;
                }
                at = Math.min(end + 1, regex.length());
                if (end < regex.length() && regex.charAt(end) == ')') {
                    // From here to the end of the group around.
                    return Part.NOTHING;
                }
            }
        }
        Part inside = alternatives();
        at++;
        foldsCase = foldsOutside;
        return inside;
    }

    /** Listed where it is a few plain letters. */
    private Part characterClass() {
        int from = at;
        at += regex.startsWith("^", at) ? 1 : 0;
        at += regex.startsWith("]", at) ? 1 : 0;
        while (at < regex.length() && regex.charAt(at) != ']') {
            int close = regex.startsWith("[:", at) ? regex.indexOf(":]", at) : -1;
            at = close > 0 ? close + 2 : at + (regex.charAt(at) == '\\' ? 2 : 1);
        }
        String letters = regex.substring(from, Math.min(at, regex.length()));
        at++;
        boolean plain = letters.length() <= 4 && letters.chars().allMatch(c -> c < 128 && Character.isLetterOrDigit(c));
        if (!plain || letters.isEmpty()) {
            return Part.ANY;
        }
        List<Literal> each = new ArrayList<>();
        letters.chars().forEach(c -> each.add(new Literal(Character.toString(c), false, false, foldsCase)));
        return new Part(each, null, true);
    }

    private Part escape() {
        if (at >= regex.length()) {
            return Part.ANY;
        }
        char c = regex.charAt(at++);
        return switch (c) {
            case 'b' -> Part.text("", true, false);
            case 'B', 'A', 'z' -> Part.ASSERTION;
            case 't' -> Part.text("\t", false, foldsCase);
            case 'Q' -> quoted();
            case 'p', 'P', 'x' -> named();
            default -> c < 128 && Character.isLetterOrDigit(c) ? beyond(c) : character(c);
        };
    }

    /** A class like {@code \d}, or a character by its octal number. */
    private Part beyond(char c) {
        while (Character.isDigit(c) && at < regex.length() && Character.isDigit(regex.charAt(at))) {
            at++;
        }
        return Part.ANY;
    }

    private Part quoted() {
        int end = regex.indexOf("\\E", at);
        String text = regex.substring(at, end < 0 ? regex.length() : end);
        at = end < 0 ? regex.length() : end + 2;
        // A quantifier after it is about its last character alone.
        boolean simple = text.chars().allMatch(c -> c < 128) && (at >= regex.length() || isNoQuantifier());
        return simple ? Part.text(text, false, foldsCase) : Part.ANY;
    }

    private boolean isNoQuantifier() {
        return "*+?{".indexOf(regex.charAt(at)) < 0;
    }

    /** {@code pL}, {@code p{Greek}}, {@code x41}, {@code x{10FFFF}}. */
    private Part named() {
        if (regex.startsWith("{", at)) {
            at = Math.max(at, regex.indexOf('}', at)) + 1;
        } else {
            at = Math.min(regex.length(), at + (regex.charAt(at - 1) == 'x' ? 2 : 1));
        }
        return Part.ANY;
    }
}
