package dev.tocsin.watch.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementsTest {
    private static final String SECRET = "h4nter2";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SELECT * FROM users WHERE name = 'O''Brien' AND id = 42      | SELECT * FROM users WHERE name = ? AND id = ?
            SELECT $1, $2::int, t1.c2 FROM t1                            | SELECT $1, $2::int, t1.c2 FROM t1
            ALTER ROLE shop PASSWORD 'secret'                            | ALTER ROLE shop PASSWORD ?
            SELECT E'it\\nis', U&'d\\0061t', B'01', x'1F', n'a'          | SELECT ?, U&?, ?, ?, ?
            SELECT -1.5e-10, .5, 0x1F, 1_000                             | SELECT -?, ?, ?, ?
            SELECT $$a 'b' c$$, $tag$ $$ $tag$, 1                        | SELECT ?, ?, ?
            SELECT "My Table"."It""em" /* a /* nested */ one */ FROM x   | SELECT "My Table"."It""em" FROM x
            SELECT a -- all of it is 'secret'                            | SELECT a
            SELECT 'cut in the mid                                       | SELECT ?
            SELECT $body$cut in the mid                                  | SELECT ?
            SELECT 'ends here?\\' , 'secret'                             | SELECT ?…
            INSERT INTO größen VALUES (1, 'ä')                           | INSERT INTO größen VALUES (?, ?)
            """)
    void everyLiteralIsAQuestionMark(String sql, String shown) {
        assertThat(Statements.masked(sql)).isEqualTo(shown);
    }

    @Test
    void whiteSpaceIsOneSpaceAndWhatIsLongIsCut() {
        assertThat(Statements.masked("  SELECT\n\t a\u0000b  ,\r\n c ")).isEqualTo("SELECT a.b , c");
        assertThat(Statements.masked("SELECT " + "column_of_a_table, ".repeat(100)))
                .hasSize(Statements.MOST_SHOWN + 1)
                .endsWith("…");
        assertThat(Statements.masked("")).isEmpty();
    }

    @Test
    void noLiteralIsEverShownWhereverTheTextIsCut() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> pieces = List.of(
                "SELECT a",
                " ",
                "\n",
                "t.c = ",
                "1",
                ".5",
                "(",
                ")",
                ", ",
                "$1",
                "\"Q\"",
                "\"a\"\"b\"",
                "-- c\n",
                "/* c */",
                "/* 'c */",
                "$$x$$",
                "'x'",
                "E'\\\\x'",
                "'\\'",
                "'it''s'",
                "E'it\\'s'",
                "é",
                "\uD83D\uDE00",
                "::text",
                "'" + SECRET + "'",
                "E'\\'" + SECRET + "'",
                "$a$" + SECRET + "$a$",
                "$a$ $b$" + SECRET + "$b$ $a$",
                "'''" + SECRET + "'''",
                "X'" + SECRET + "'",
                "U&'" + SECRET + "'",
                "'$$" + SECRET + "$$'");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder sql = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                sql.append(pieces.get(random.nextInt(pieces.size()))).append(' ');
            }
            String cut = sql.substring(0, random.nextInt(sql.length() + 1));
            assertThat(Statements.masked(cut)).as("seed %d: %s", seed, cut).doesNotContain(SECRET);
        }
    }
}
