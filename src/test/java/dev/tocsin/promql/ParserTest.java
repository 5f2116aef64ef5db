package dev.tocsin.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
            1                                            | 1
            -1                                           | -1
            1_000.5e3                                    | 1000500
            .5                                           | 0.5
            0x1F                                         | 31
            0x_1_F                                       | 31
            017                                          | 15
            089                                          | 89
            iNf                                          | Inf
            NaN                                          | NaN
            5m                                           | 5m
            90s                                          | 1m30s
            1h30m * 2                                    | 1h30m * 2
            'it''s'                                      | error
            'a\\'b"'                                     | "a'b\\""
            `raw \\n`                                    | "raw \\\\n"
            "\\x41\\u00e9\\101\\xff"                     | "AéA\\xff"
            up                                           | up
            :up:rate5m                                   | :up:rate5m
            up{job="x",}                                 | up{job="x"}
            {__name__=~"a.*",b!="",c!~'d'}               | {__name__=~"a.*",b!="",c!~"d"}
            {"http.server", "le.vel"="x"}                | {"http.server","le.vel"="x"}
            {"up"}                                       | up
            {job="x"}                                    | {job="x"}
            sum                                          | sum
            sum{by="x"}                                  | sum{by="x"}
            and and or                                   | and and or
            x[5m]                                        | x[5m]
            x[300]                                       | x[5m]
            x[5m] offset 1w                              | x[5m] offset 1w
            x offset -90 @ 1.5                           | x @ 1.500 offset -1m30s
            x @ -1m                                      | x @ -60.000
            x @ start() offset 5m                        | x @ start() offset 5m
            x[1h:5m] @ end()                             | x[1h:5m] @ end()
            (x)[1h:]                                     | (x)[1h:]
            rate(x[1m])[5m:10s] offset 1m                | rate(x[1m])[5m:10s] offset 1m
            SUM(x) BY (a, b,)                            | sum by (a, b) (x)
            sum without() (x)                            | sum without () (x)
            sum by () (x)                                | sum(x)
            topk by ("a.b") (5, x)                       | topk by ("a.b") (5, x)
            count_values("v", x)                         | count_values("v", x)
            a + b * c ^ d ^ e - f                        | a + b * c ^ d ^ e - f
            -a ^ 2                                       | -a ^ 2
            - - a                                        | --a
            +a                                           | +a
            2 ^ -1                                       | 2 ^ -1
            a == bool b                                  | a == bool b
            a and on() b                                 | a and on () b
            a / ignoring(x) group_left b                 | a / ignoring (x) group_left () b
            a > on(x) group_right(y,z) b                 | a > on (x) group_right (y, z) b
            a atan2 b                                    | a atan2 b
            a + on() 1                                   | a + 1
            time() # the end                             | time()
            label_join(x, "d", ",", "a", "b")            | label_join(x, "d", ",", "a", "b")
            hour()                                       | hour()
            round(x, 5)                                  | round(x, 5)
            sum(sum) by (sum)                            | sum by (sum) (sum)
            foo{on="x",bool="y",le="0.5"}                | foo{on="x",bool="y",le="0.5"}
            start                                        | start
            offset                                       | offset
            """)
    void printsCanonicalTextThatParsesToItself(String text, String canonical) {
        if (canonical.equals("error")) {
            assertThatExceptionOfType(PromqlException.class).isThrownBy(() -> Promql.parse(text));
            return;
        }
        String printed = Promql.parse(text).toString();
        assertThat(printed).isEqualTo(canonical);
        assertThat(Promql.parse(printed)).hasToString(printed);
    }

    @Test
    void laysLongExpressionsOutOverLines() {
        Expr expr =
                Promql.parse("sum by (job, instance) (rate(http_requests_total{job=\"api-server\",code=~\"5..\"}[5m]"
                        + " offset 1h)) / on (job) group_left () (max_over_time(sum(x)[1h:5m]) > bool 5) or vector(0)");
        assertThat(Promql.pretty(expr)).isEqualTo("""
                            sum by (job, instance) (rate(http_requests_total{job="api-server",code=~"5.."}[5m] offset 1h))
                          / on (job) group_left ()
                            (max_over_time(sum(x)[1h:5m]) > bool 5)
                        or
                          vector(0)""");
        assertThat(Promql.parse(Promql.pretty(expr))).hasToString(expr.toString());
        String topk = "topk by (job) (3, " + "-(".repeat(30) + "abs(x{a=\"bcdefghijklmnopqrstuvwxyz\"})"
                + ")".repeat(30) + ")";
        assertThat(Promql.parse(Promql.pretty(Promql.parse(topk)))).hasToString(topk);
        assertThat(Promql.pretty(Promql.parse("up==0"))).isEqualTo("up == 0");
    }

    @Test
    void powerBindsTighterThanASignAndFromTheRight() {
        Expr.Unary minus = (Expr.Unary) Promql.parse("-a ^ b ^ c");
        Expr.Binary outer = (Expr.Binary) minus.expr();
        assertThat(outer.left()).hasToString("a");
        assertThat(outer.right()).hasToString("b ^ c");
    }

    @Test
    void otherOperatorsAssociateFromTheLeft() {
        Expr.Binary minus = (Expr.Binary) Promql.parse("a - b - c");
        assertThat(minus.left()).hasToString("a - b");
        Expr.Binary or = (Expr.Binary) Promql.parse("a or b and c unless d");
        assertThat(or.right()).hasToString("b and c unless d");
    }

    @Test
    void aSignBindsTighterThanMultiplication() {
        Expr.Binary times = (Expr.Binary) Promql.parse("-a * b");
        assertThat(times.left()).isInstanceOf(Expr.Unary.class);
    }

    @Test
    void knowsWhereItsPartsStand() {
        Expr.Binary or = (Expr.Binary) Promql.parse("up ==\n  rate(x[5m])");
        assertThat(or.right().span()).isEqualTo(new Span(8, 19, 2, 3));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
            (                              | 1:2: parse error: unexpected end of input, expected an expression
            sum(rate(x[5m])                | 1:16: parse error: unexpected end of input, expected ",", ")" or an operator
            a b                            | 1:3: parse error: unexpected identifier "b", expected an operator or the end of the expression
            a +                            | 1:4: parse error: unexpected end of input, expected an expression
            x{job}                         | 1:6: parse error: unexpected "}", expected a label matching operator, one of = != =~ !~
            x{job="a" env="b"}             | 1:11: parse error: unexpected identifier "env", expected "," or "}"
            x{job=5}                       | 1:7: parse error: unexpected character inside braces: '5'
            x[5]m                          | 1:5: parse error: unexpected identifier "m", expected an operator or the end of the expression
            x[5m                           | 1:5: parse error: unexpected end of input, expected "]" or ":"
            x[0s]                          | 1:3: parse error: duration must be greater than 0
            x[5x]                          | 1:3: parse error: bad number or duration syntax: "5x", expected something like 12.5 or 1h30m
            x[5s1m]                        | 1:3: parse error: not a valid duration string: "5s1m", expected something like 30s, 5m or 1h30m
            "abc                           | 1:1: parse error: unterminated quoted string, expected a closing "
            "\\q"                          | 1:2: parse error: unknown escape sequence '\\q'
            x{a=~"("}                      | 1:6: parse error: invalid regular expression (: missing closing )
            {}                             | 1:1: parse error: vector selector must contain at least one non-empty matcher, expected one like {job="x"}
            {a=""}                         | 1:1: parse error: vector selector must contain at least one non-empty matcher, expected one like {job="x"}
            x{__name__="y"}                | 1:1: parse error: metric name must not be set twice: "x" or "y"
            x{__name__=~"y"}               | 1:1: parse error: metric name must not be set twice: "x" or "y"
            x{"y"}                         | 1:3: parse error: metric name must not be set twice: "x" or "y"
            1 == 1                         | 1:1: parse error: comparisons between scalars must use BOOL modifier, expected == bool
            1 + bool 1                     | 1:1: parse error: bool modifier can only be used on comparison operators
            1 and 1                        | 1:1: parse error: set operator "and" not allowed in binary scalar expression, expected instant vectors
            x and on(a) group_left y       | 1:1: parse error: no grouping allowed for "and" operation
            x + on(a) group_left(a) y      | 1:1: parse error: label "a" must not occur in ON and GROUP clause at once
            x + on(a) 1                    | 1:1: parse error: vector matching only allowed between instant vectors
            x[5m] + 1                      | 1:1: parse error: binary expression must contain only scalar and instant vector types, got range vector
            -x[5m]                         | 1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"
            rate(x)                        | 1:6: parse error: expected type range vector in call to function "rate", got instant vector
            rate()                         | 1:1: parse error: expected 1 argument(s) in call to "rate", got 0
            round(x, 1, 2)                 | 1:1: parse error: expected at most 2 argument(s) in call to "round", got 3
            label_join(x, "a")             | 1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 2
            sum()                          | 1:1: parse error: no arguments for aggregate expression provided
            sum(x, y)                      | 1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2
            topk("a", x)                   | 1:6: parse error: expected type scalar in aggregation parameter, got string
            sum(1)                         | 1:5: parse error: expected type instant vector in aggregation expression, got scalar
            sum(x,)                        | 1:7: parse error: trailing commas not allowed in function call args
            time()[5m:]                    | 1:1: parse error: subquery is only allowed on instant vector, got scalar instead
            x offset 5m offset 1m          | 1:13: parse error: offset may not be set multiple times
            x @ 1 @ 2                      | 1:7: parse error: @ <timestamp> may not be set multiple times
            sum(x) offset 5m               | 1:8: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery
            sum(x)[5m]                     | 1:7: parse error: ranges only allowed for vector selectors, expected [5m:] here
            x offset 5m [5m]               | 1:13: parse error: no offset modifiers allowed before range, expected the range right after the selector
            histogram_quantil(0.9, x)      | 1:1: parse error: unknown function with name "histogram_quantil", did you mean histogram_quantile?
            summ(x)                        | 1:1: parse error: unknown function with name "summ", did you mean sum?
            rate(x[5m]) offest 5m          | 1:13: parse error: unexpected identifier "offest", expected an operator or the end of the expression, did you mean offset?
            sum bye (job) (x)              | 1:5: parse error: unexpected identifier "bye", expected an operator or the end of the expression, did you mean by?
            (x unles y)                    | 1:4: parse error: unexpected identifier "unles", expected ")" or an operator, did you mean unless?
            sum(x ignorign (job) y)        | 1:7: parse error: unexpected identifier "ignorign", expected ",", ")" or an operator, did you mean ignoring?
            frobnicate(x)                  | 1:1: parse error: unknown function with name "frobnicate"
            limitk(1, x)                   | 1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions
            mad_over_time(x[5m])           | 1:1: parse error: function "mad_over_time" is not enabled: it is experimental in Prometheus, expected a stable one
            on                             | 1:1: parse error: unexpected identifier "on", expected an expression
            1e309                          | 1:1: parse error: number out of range: "1e309", expected at most 1.8e308, or Inf
            a = b                          | 1:3: parse error: unexpected "=", expected an operator or the end of the expression
            a ! b                          | 1:3: parse error: unexpected character after "!": ' ', expected "!=" or "!~"
            a $ b                          | 1:3: parse error: unexpected character: '$'
            """)
    void saysWhereWhatWasFoundAndWhatWasExpected(String text, String message) {
        assertThatExceptionOfType(PromqlException.class)
                .isThrownBy(() -> Promql.parse(text))
                .withMessage(message)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(PromqlException.Kind.PARSE));
    }

    @Test
    void namesTheLineOfAnErrorInATextOfSeveral() {
        assertThatExceptionOfType(PromqlException.class)
                .isThrownBy(() -> Promql.parse("sum by (job) (\n  rate(x[5m]\n)"))
                .satisfies(e -> {
                    assertThat(e.line()).isEqualTo(3);
                    assertThat(e.column()).isEqualTo(2);
                    assertThat(e.position()).isEqualTo(29);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "-", "abs(", "sum(", "x[5m:1m] + (", "1 - ", "1 ^ "})
    void refusesTenThousandLevelsOfNesting(String level) {
        assertThatExceptionOfType(PromqlException.class)
                .isThrownBy(() -> Promql.parse(level.repeat(10_000) + "x"))
                .withMessageContaining("nested too deeply, expected at most 128 levels");
    }

    @Test
    void takesNestingUpToTheBoundOnASmallStack() throws InterruptedException {
        String[] texts = {
            "(".repeat(120) + "x" + ")".repeat(120),
            "x" + " + x".repeat(500),
            "x" + " ^ x".repeat(100),
            "-(".repeat(60) + "x" + ")".repeat(60),
            "abs(".repeat(120) + "x" + ")".repeat(120),
            "sum(".repeat(120) + "x" + ")".repeat(120),
            "max_over_time(".repeat(120) + "x" + "[1m:1m])".repeat(120),
            "label_replace(".repeat(120) + "x" + ",'a','b','c','d')".repeat(120),
            "histogram_quantile(0.9, ".repeat(120) + "x" + ")".repeat(120)
        };
        Throwable[] thrown = new Throwable[1];
        Thread small = new Thread(
                null,
                () -> {
                    for (String text : texts) {
                        Expr expr = Promql.parse(text);
                        assertThat(Promql.parse(expr.toString())).hasToString(expr.toString());
                        new Evaluator(new MemorySource(), QueryLimits.DEFAULT).instant(expr, 0, QueryOptions.DEFAULT);
                    }
                },
                "small stack",
                512 * 1024);
        small.setUncaughtExceptionHandler((t, e) -> thrown[0] = e);
        small.start();
        small.join();
        assertThat(thrown[0]).isNull();
    }

    @Test
    void refusesATextThatIsTooLong() {
        assertThatExceptionOfType(PromqlException.class)
                .isThrownBy(() -> Promql.parse("1" + " ".repeat(Promql.MAX_LENGTH)))
                .withMessageContaining("expected at most 262144");
    }

    @Test
    void readsSelectorsForTheHttpApi() {
        assertThat(Promql.parseSelector("up{job=\"x\"}")).hasToString("[job=\"x\", __name__=\"up\"]");
        assertThatExceptionOfType(PromqlException.class)
                .isThrownBy(() -> Promql.parseSelector("up offset 5m"))
                .withMessageContaining("expected a series selector");
    }
}
