package dev.tocsin.config;

import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.ExprType;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.watch.quality.Source;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/** Reads where a value is asked: the keys {@code sql} and {@code server}, {@code query}, {@code files}, {@code sample}. */
final class SourceReader {
    private static final Set<String> KEYS = Set.of("sql", "server", "query");
    private static final int MOST_SQL_CHARS = 64 << 10;
    private static final Duration FURTHEST_SAMPLE = Duration.ofDays(30);
    /** A sample is looked for as far back as its age may be, and as much again, and more. */
    private static final int AGES = 4;

    private static final Duration NEAREST_SAMPLE = Duration.ofHours(1);

    private final String server;
    private final Set<String> servers;

    /**
     * @param server asked where a source names none; may be empty
     * @param servers names that there are
     */
    SourceReader(String server, Set<String> servers) {
        this.server = server;
        this.servers = servers;
    }

    /** All keys of a source, and these. */
    static Set<String> with(String... others) {
        Set<String> keys = new HashSet<>(KEYS);
        keys.addAll(List.of(others));
        return keys;
    }

    /** A number. */
    Source read(YamlNode node, CheckKeys keys) throws ConfigException {
        return oneOf(node, keys, "sql", "query").equals("sql")
                ? sql(keys)
                : new Source.Query(keys.required("query", "", SourceReader::promql), "");
    }

    /** Keys: the first column, or the values of a label. */
    Source readKeys(YamlNode node, CheckKeys keys) throws ConfigException {
        if (oneOf(node, keys, "sql", "query").equals("sql")) {
            if (keys.has("label")) {
                throw keys.error("label", "only a query has labels; the keys of sql are its first column");
            }
            return sql(keys);
        }
        return new Source.Query(
                keys.required("query", "", SourceReader::promql),
                keys.required("label", "a query for keys", YamlNode::asString));
    }

    /** A time. */
    Source readNewest(YamlNode node, CheckKeys keys, Duration mostAge) throws ConfigException {
        return switch (oneOf(node, keys, "sql", "query", "files", "sample")) {
            case "sql" -> sql(keys);
            case "query" -> new Source.Query(keys.required("query", "", SourceReader::promql), "");
            case "files" -> keys.required("files", "", SourceReader::files);
            default -> keys.required("sample", "", sample -> newestSample(sample, mostAge));
        };
    }

    private static String oneOf(YamlNode node, CheckKeys keys, String... ways) throws ConfigException {
        List<String> there = new ArrayList<>();
        for (String way : ways) {
            if (keys.has(way)) {
                there.add(way);
            }
        }
        if (there.size() != 1) {
            throw node.error("needs one of " + String.join(", ", ways) + "; "
                    + (there.isEmpty() ? "none of them is there" : String.join(" and ", there) + " are there"));
        }
        return there.getFirst();
    }

    private Source sql(CheckKeys keys) throws ConfigException {
        String asked = keys.text("server", server);
        if (asked.isBlank()) {
            throw keys.error("sql", "needs server: a name of postgres.yaml, here or at the data set");
        }
        if (!servers.contains(asked)) {
            throw keys.error(
                    keys.has("server") ? "server" : "sql",
                    "no server of postgres.yaml is called \"" + asked + "\"; " + Suggestion.of(asked, servers));
        }
        String text = keys.text("sql", "").strip();
        if (text.isEmpty() || text.length() > MOST_SQL_CHARS) {
            throw keys.error("sql", "expected a statement of up to " + MOST_SQL_CHARS + " characters");
        }
        return new Source.Sql(asked, text.endsWith(";") ? text.substring(0, text.length() - 1) : text);
    }

    private static String promql(YamlNode node) throws ConfigException {
        try {
            ExprType type = Promql.parse(node.asString()).type();
            if (type != ExprType.VECTOR && type != ExprType.SCALAR) {
                throw node.error("expected an instant vector or a scalar, found " + type.words());
            }
        } catch (PromqlException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
        return node.asString();
    }

    private static Source newestSample(YamlNode node, Duration mostAge) throws ConfigException {
        try {
            Promql.parseSelector(node.asString());
        } catch (PromqlException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
        Duration back = mostAge.multipliedBy(AGES);
        back = back.compareTo(NEAREST_SAMPLE) < 0 ? NEAREST_SAMPLE : back;
        back = back.compareTo(FURTHEST_SAMPLE) > 0 ? FURTHEST_SAMPLE : back;
        String window = PromDuration.format(back.toMillis());
        String promql = "max(ts_of_last_over_time(" + node.asString() + "[" + window + "]))";
        return new Source.Query(promql, "");
    }

    private static Source.Files files(YamlNode node) throws ConfigException {
        String text = node.asString();
        int slash = text.lastIndexOf('/');
        String folder = slash <= 0 ? "/" : text.substring(0, slash);
        String glob = text.substring(slash + 1);
        if (!text.startsWith("/") || glob.isEmpty() || folder.contains("*")) {
            throw node.error("expected a whole path whose last part may have * in it, like /data/prices/*.csv; found \""
                    + text + "\"");
        }
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + glob);
            return new Source.Files(Path.of(folder).toString(), glob);
        } catch (PatternSyntaxException | InvalidPathException e) {
            throw node.error("no pattern of files: " + e.getMessage());
        }
    }
}
