package dev.tocsin.watch.log;

import com.google.re2j.Pattern;
import dev.tocsin.watch.log.LogPattern.Where;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of up to 64 expressions are found in an event. One walk over its bytes finds the literal texts of all of them
 * ({@link LiteralScan}); an expression is tried only where one of its texts was found, and not even then where texts and
 * word boundaries decide. Confined to one thread.
 */
final class PatternSet implements LiteralScan.Hits {
    /** Of all literal texts together; expressions whose texts would go beyond are tried on every event. */
    private static final int MAX_LITERAL_CHARACTERS = 20_000;

    private static final Pattern EVERYTHING = Pattern.compile("");

    /** One expression and where it is looked for. */
    private record Search(Pattern pattern, Where where) {}

    private final List<Search> searches = new ArrayList<>();
    private final LiteralScan scan;
    /** Found in every event. */
    private long unconditional;
    /** Tried on every event. */
    private long always;
    /** By literal: its bytes as they stand in the expression, and the search that it belongs to. */
    private final byte[][] texts;

    private final RegexLiterals.Literal[] literals;
    private final int[] searchOf;
    /** Whether the literal decides, in a text that is looked at as a whole. */
    private final boolean[] decides;

    private LogEvent event = new LogEvent();
    private boolean json;
    private long found;
    private long candidates;

    /**
     * @param patterns the bits from 0 on
     * @param further the bits after them, each looked for in the whole text; null finds itself in every event
     */
    PatternSet(List<LogPattern> patterns, List<@Nullable Pattern> further) {
        patterns.forEach(each -> searches.add(new Search(each.pattern(), each.where())));
        for (Pattern each : further) {
            unconditional |= each == null ? 1L << searches.size() : 0;
            searches.add(new Search(each == null ? EVERYTHING : each, new Where.Text()));
        }
        List<RegexLiterals.Literal> all = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        List<Boolean> deciding = new ArrayList<>();
        int characters = 0;
        for (int i = 0; i < searches.size(); i++) {
            if ((unconditional & 1L << i) != 0) {
                continue;
            }
            RegexLiterals.Found literalsOf =
                    RegexLiterals.of(searches.get(i).pattern().pattern());
            int length = literalsOf == null
                    ? 0
                    : literalsOf.any().stream()
                            .mapToInt(each -> each.text().length())
                            .sum();
            if (literalsOf == null || characters + length > MAX_LITERAL_CHARACTERS) {
                always |= 1L << i;
                continue;
            }
            characters += length;
            for (RegexLiterals.Literal each : literalsOf.any()) {
                all.add(each);
                owners.add(i);
                deciding.add(literalsOf.decides() && !(searches.get(i).where() instanceof Where.Field));
            }
        }
        literals = all.toArray(RegexLiterals.Literal[]::new);
        searchOf = owners.stream().mapToInt(Integer::intValue).toArray();
        decides = new boolean[literals.length];
        texts = new byte[literals.length][];
        for (int i = 0; i < literals.length; i++) {
            decides[i] = deciding.get(i);
            texts[i] = literals[i].text().getBytes(StandardCharsets.UTF_8);
        }
        scan = new LiteralScan(all.stream().map(RegexLiterals.Literal::text).toList());
    }

    /** A bit for each expression that is found. */
    long find(LogEvent searched) {
        event = searched;
        json = searched.isJson();
        found = unconditional;
        candidates = always;
        scan.scan(searched.bytes, searched.from, searched.to, this);
        for (long left = candidates & ~found; left != 0; left &= left - 1) {
            int search = Long.numberOfTrailingZeros(left);
            if (isFound(searches.get(search))) {
                found |= 1L << search;
            }
        }
        return found;
    }

    private boolean isFound(Search search) {
        String searched = switch (search.where) {
            case Where.Text text -> event.text();
            case Where.Values values -> event.values();
            case Where.Field field -> event.field(field.name());
        };
        return searched != null && search.pattern.matcher(searched).find();
    }

    @Override
    public void hit(int literal, int end) {
        int search = searchOf[literal];
        long bit = 1L << search;
        if ((found & bit) != 0) {
            return;
        }
        if (!decides[literal] || json && !(searches.get(search).where instanceof Where.Text)) {
            candidates |= bit;
        } else if (stands(literals[literal], texts[literal], end)) {
            found |= bit;
        }
    }

    /** Whether case and word boundaries are right. */
    private boolean stands(RegexLiterals.Literal literal, byte[] text, int end) {
        byte[] bytes = event.bytes;
        int start = end - text.length;
        boolean sameCase = literal.foldsCase() || Arrays.equals(bytes, start, end, text, 0, text.length);
        return sameCase
                && (!literal.startsWord() || isWord(start - 1) != isWord(start))
                && (!literal.endsWord() || isWord(end - 1) != isWord(end));
    }

    private boolean isWord(int at) {
        if (at < event.from || at >= event.to) {
            return false;
        }
        byte b = event.bytes[at];
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_';
    }
}
