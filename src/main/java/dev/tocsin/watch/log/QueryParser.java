package dev.tocsin.watch.log;

import com.google.re2j.Pattern;
import dev.tocsin.core.PromDuration;
import dev.tocsin.core.Regex;
import dev.tocsin.core.log.LogQueries.RefusedException;
import dev.tocsin.watch.log.QueryToken.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * From the text of a query to its stages. The language is that of CloudWatch Logs Insights as far as it goes:
 *
 * <pre>
 *   query     = stage { "|" stage }
 *   stage     = "fields" column { "," column } | "filter" expr | "sort" key { "," key } | "limit" NUMBER
 *             | "stats" statistic { "," statistic } [ "by" column { "," column } ]
 *   column    = expr [ "as" NAME ]
 *   statistic = ( "count" "(" [ "*" | expr ] ")" | ( "sum" | "avg" | "min" | "max" | "p50" … "p99.9" ) "(" expr ")" ) [ "as" NAME ]
 *   key       = NAME [ "asc" | "desc" ]
 *   expr      = comparisons, "like" and "not like" with /regex/ or "text", "in" [ … ], "and", "or", "not", + - * /,
 *               now(), bin(5m), bin(field, 5m), ispresent(field); 5m is a duration, # begins a comment
 * </pre>
 *
 * Surprising: {@code @timestamp - 1h}, compared with {@code @timestamp}, is an hour before now, since nobody means an
 * hour before the event. One use.
 */
final class QueryParser {
    private static final int MAX_LENGTH = 10_000;
    private static final int MAX_DEPTH = 50;
    static final int MAX_ROWS = 10_000;
    private static final String STAGES = "fields, filter, stats, sort, limit";

    private final List<QueryToken> tokens;
    private final long nowMillis;
    private int at;
    private int depth;

    private QueryParser(List<QueryToken> tokens, long nowMillis) {
        this.tokens = tokens;
        this.nowMillis = nowMillis;
    }

    /** @throws RefusedException naming line and column */
    static List<QueryStage> parse(String text, long nowMillis) {
        if (text.length() > MAX_LENGTH) {
            throw new RefusedException("the query is longer than " + MAX_LENGTH + " characters");
        }
        return new QueryParser(QueryToken.all(text), nowMillis).stages();
    }

    private List<QueryStage> stages() {
        List<QueryStage> stages = new ArrayList<>();
        accept("|");
        do {
            stages.add(stage());
        } while (accept("|"));
        if (peek().type() != Type.END) {
            throw peek().error("expected | or the end, found " + peek().shown());
        }
        return stages;
    }

    private QueryStage stage() {
        QueryToken word = next();
        return switch (word.text().toLowerCase(Locale.ROOT)) {
            case "fields", "display" -> new QueryStage.Fields(listOf(this::column));
            case "filter" -> new QueryStage.Filter(expr());
            case "stats" ->
                new QueryStage.Stats(listOf(this::statistic), accept("by") ? listOf(this::column) : List.of());
            case "sort" -> new QueryStage.Sort(listOf(this::key));
            case "limit" -> new QueryStage.Limit(limit());
            default -> throw word.error("expected one of " + STAGES + ", found " + word.shown());
        };
    }

    private <T> List<T> listOf(Supplier<T> item) {
        List<T> list = new ArrayList<>();
        do {
            list.add(item.get());
        } while (accept(","));
        return list;
    }

    private int limit() {
        QueryToken number = next();
        try {
            int rows = Integer.parseInt(number.text());
            if (rows >= 1 && rows <= MAX_ROWS) {
                return rows;
            }
        } catch (NumberFormatException e) {
            // told below, with the range
        }
        throw number.error("expected 1 to " + MAX_ROWS + " rows, found " + number.shown());
    }

    private QueryStage.Column column() {
        int from = at;
        QueryExpr expr = expr();
        return new QueryStage.Column(accept("as") ? name() : text(from), expr);
    }

    private QueryStage.Statistic statistic() {
        int from = at;
        QueryToken function = next();
        expect("(");
        String name = function.text().toLowerCase(Locale.ROOT);
        QueryStage.Kind kind = switch (name) {
            case "count" -> QueryStage.Kind.COUNT;
            case "sum" -> QueryStage.Kind.SUM;
            case "avg" -> QueryStage.Kind.AVG;
            case "min" -> QueryStage.Kind.MIN;
            case "max" -> QueryStage.Kind.MAX;
            default -> QueryStage.Kind.QUANTILE;
        };
        double quantile = kind == QueryStage.Kind.QUANTILE ? quantile(function, name) : Double.NaN;
        boolean all = kind == QueryStage.Kind.COUNT && (accept("*") || peek().is(")"));
        QueryExpr of = all ? null : expr();
        expect(")");
        return new QueryStage.Statistic(accept("as") ? name() : text(from), kind, of, quantile);
    }

    /** {@code p99} is 0.99, {@code p99.9} and {@code p999} are 0.999. */
    private static double quantile(QueryToken function, String name) {
        if (name.matches("p\\d{1,2}(?:\\.\\d{1,3})?|p\\d{3,5}|median")) {
            String digits = name.equals("median") ? "50" : name.substring(1);
            boolean thousandths = digits.length() > 2 && digits.indexOf('.') < 0;
            return thousandths ? Double.parseDouble("0." + digits) : Double.parseDouble(digits) / 100;
        }
        throw function.error("expected count, sum, avg, min, max or a percentile like p99, found " + function.shown());
    }

    private QueryStage.Key key() {
        int from = at;
        QueryToken name = next();
        if (name.type() != Type.WORD) {
            throw name.error("expected the name of a column, found " + name.shown());
        }
        if (accept("(")) {
            while (!peek().is(")") && peek().type() != Type.END) {
                at++;
            }
            expect(")");
        }
        String column = text(from);
        boolean descending = accept("desc");
        if (!descending) {
            accept("asc");
        }
        return new QueryStage.Key(column, descending);
    }

    private QueryExpr expr() {
        if (++depth > MAX_DEPTH) {
            throw peek().error("expressions nest too deeply, expected at most " + MAX_DEPTH);
        }
        QueryExpr left = conjunction();
        while (accept("or")) {
            left = new QueryExpr.Or(left, conjunction());
        }
        depth--;
        return left;
    }

    private QueryExpr conjunction() {
        QueryExpr left = negation();
        while (accept("and")) {
            left = new QueryExpr.And(left, negation());
        }
        return left;
    }

    private QueryExpr negation() {
        boolean not = false;
        while (accept("not")) {
            not = !not;
        }
        QueryExpr inner = comparison();
        return not ? new QueryExpr.Not(inner) : inner;
    }

    private QueryExpr comparison() {
        QueryExpr left = sum();
        QueryToken op = peek();
        if (op.is("=") || op.is("==") || op.is("!=") || op.is("<") || op.is("<=") || op.is(">") || op.is(">=")) {
            at++;
            QueryExpr right = sum();
            return new QueryExpr.Compare(op.text().equals("==") ? "=" : op.text(), left, beforeNow(left, right));
        }
        boolean not = op.is("not") && (peek(1).is("like") || peek(1).is("in"));
        at += not ? 1 : 0;
        QueryExpr found =
                accept("like") || accept("=~") || accept("matches") ? like(left) : accept("in") ? in(left) : null;
        return found == null ? left : not ? new QueryExpr.Not(found) : found;
    }

    private QueryExpr beforeNow(QueryExpr left, QueryExpr right) {
        return left.equals(new QueryExpr.Field("@timestamp"))
                        && right instanceof QueryExpr.Arithmetic difference
                        && difference.left().equals(left)
                ? new QueryExpr.Arithmetic(
                        difference.op(), new QueryExpr.Constant(new QueryExpr.Time(nowMillis)), difference.right())
                : right;
    }

    private QueryExpr like(QueryExpr left) {
        QueryToken token = next();
        if (token.type() != Type.REGEX && token.type() != Type.STRING) {
            throw token.error("expected /regular expression/ or \"text\", found " + token.shown());
        }
        try {
            Pattern pattern = Regex.searching(token.type() == Type.REGEX ? token.text() : Pattern.quote(token.text()));
            @Nullable
            PatternSet whole =
                    left.equals(new QueryExpr.Field("@message")) ? new PatternSet(List.of(), List.of(pattern)) : null;
            return new QueryExpr.Like(left, pattern, new QueryExpr.Like.Literal(whole));
        } catch (IllegalArgumentException e) {
            throw token.error(String.valueOf(e.getMessage()));
        }
    }

    private QueryExpr in(QueryExpr left) {
        boolean round = accept("(");
        if (!round) {
            expect("[");
        }
        List<QueryExpr> list = listOf(this::sum);
        expect(round ? ")" : "]");
        return new QueryExpr.In(left, list);
    }

    private QueryExpr sum() {
        QueryExpr left = product();
        while (peek().is("+") || peek().is("-")) {
            left = new QueryExpr.Arithmetic(next().text().charAt(0), left, product());
        }
        return left;
    }

    private QueryExpr product() {
        QueryExpr left = atom();
        while (peek().is("*") || peek().is("/")) {
            left = new QueryExpr.Arithmetic(next().text().charAt(0), left, atom());
        }
        return left;
    }

    private QueryExpr atom() {
        QueryToken token = next();
        return switch (token.type()) {
            case NUMBER -> new QueryExpr.Constant(number(token));
            case DURATION -> new QueryExpr.Constant((double) millis(token));
            case STRING -> new QueryExpr.Constant(token.text());
            case WORD -> peek().is("(") ? function(token) : word(token);
            case SYMBOL, REGEX, END -> {
                if (token.is("(")) {
                    QueryExpr inside = expr();
                    expect(")");
                    yield inside;
                }
                if (token.is("-") && peek().type() != Type.SYMBOL) {
                    yield new QueryExpr.Arithmetic('-', new QueryExpr.Constant(0.0), atom());
                }
                throw token.error("expected a field, a value or a function, found " + token.shown());
            }
        };
    }

    private static QueryExpr word(QueryToken token) {
        return switch (token.text()) {
            case "true" -> new QueryExpr.Constant(true);
            case "false" -> new QueryExpr.Constant(false);
            default -> new QueryExpr.Field(token.text());
        };
    }

    private QueryExpr function(QueryToken name) {
        expect("(");
        QueryExpr made = switch (name.text().toLowerCase(Locale.ROOT)) {
            case "now" -> new QueryExpr.Constant(new QueryExpr.Time(nowMillis));
            case "bin" -> bin();
            case "ispresent" -> new QueryExpr.IsPresent(expr());
            default -> throw name.error("unknown function " + name.shown() + ", expected now, bin or ispresent");
        };
        expect(")");
        return made;
    }

    private QueryExpr bin() {
        QueryExpr moment = new QueryExpr.Field("@timestamp");
        if (peek().type() != Type.DURATION) {
            moment = expr();
            expect(",");
        }
        QueryToken length = next();
        long millis = length.type() == Type.DURATION ? millis(length) : 0;
        if (millis <= 0) {
            throw length.error("expected a duration like 5m, found " + length.shown());
        }
        return new QueryExpr.Bin(moment, millis);
    }

    private static double number(QueryToken token) {
        try {
            return Double.parseDouble(token.text());
        } catch (NumberFormatException e) {
            throw token.error("expected a number, found " + token.shown());
        }
    }

    private static long millis(QueryToken token) {
        try {
            return PromDuration.parseMillis(token.text());
        } catch (IllegalArgumentException e) {
            throw token.error(String.valueOf(e.getMessage()));
        }
    }

    private String name() {
        QueryToken token = next();
        if (token.type() != Type.WORD) {
            throw token.error("expected a name, found " + token.shown());
        }
        return token.text();
    }

    /** What was read since, without blanks but after commas. */
    private String text(int from) {
        StringBuilder out = new StringBuilder();
        for (QueryToken token : tokens.subList(from, at)) {
            boolean quoted = token.type() == Type.STRING;
            out.append(quoted ? "\"" + token.text() + "\"" : token.text()).append(token.is(",") ? " " : "");
        }
        return out.toString();
    }

    private QueryToken peek() {
        return tokens.get(at);
    }

    private QueryToken peek(int further) {
        return tokens.get(Math.min(at + further, tokens.size() - 1));
    }

    private QueryToken next() {
        QueryToken token = tokens.get(at);
        at += token.type() == Type.END ? 0 : 1;
        return token;
    }

    private boolean accept(String symbolOrWord) {
        boolean is = peek().is(symbolOrWord);
        at += is ? 1 : 0;
        return is;
    }

    private void expect(String symbol) {
        if (!accept(symbol)) {
            throw peek().error("expected " + symbol + ", found " + peek().shown());
        }
    }
}
