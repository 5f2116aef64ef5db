package dev.tocsin.maintain;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a backup holds, as its {@code manifest.json} says. One without {@code files} was made before there were any.
 *
 * @param madeAt ISO 8601
 * @param schemaVersion of the migration that the database stood at
 * @param files of the data folder itself
 */
public record BackupManifest(
        String madeAt,
        String schemaVersion,
        List<Table> tables,
        List<Sequence> sequences,
        List<KeptFile> journal,
        List<KeptFile> files) {
    private static final int FORMAT = 1;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    /** A whole number or a moment. */
    private static final String END = "\\((-?\\d+|'[0-9:. +-]+')\\)";

    private static final Pattern BOUND = Pattern.compile("FOR VALUES FROM " + END + " TO " + END);
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)*");

    /**
     * @param parent of a partition
     * @param bound of a partition, as in {@code CREATE TABLE … PARTITION OF parent bound}
     */
    public record Table(
            String name, @Nullable String parent, @Nullable String bound, long rows, Content content) {
        /** Whatever a manifest says goes into SQL. */
        public Table {
            require(NAME, name);
            if (parent != null) {
                require(NAME, parent);
                require(BOUND, bound == null ? "" : bound);
            }
        }

        String entry() {
            return "tables/" + name;
        }
    }

    public record Sequence(String name, long last) {
        public Sequence {
            require(NAME, name);
        }
    }

    /** As it is. */
    public record KeptFile(String name, Content content) {
        public KeptFile {
            require(FILE, name);
        }
    }

    /**
     * Of an entry, uncompressed.
     *
     * @param sha256 in hexadecimal
     */
    public record Content(long bytes, String sha256) {}

    public BackupManifest {
        require(VERSION, schemaVersion);
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
        journal = List.copyOf(journal);
        files = List.copyOf(files);
    }

    private static void require(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no " + pattern);
        }
    }

    public long rows() {
        return tables.stream().mapToLong(Table::rows).sum();
    }

    String toJson() {
        JsonArray ofTables = new JsonArray();
        for (Table table : tables) {
            JsonObject json = new JsonObject().put("name", table.name).put("rows", table.rows);
            if (table.parent != null) {
                json.put("parent", table.parent).put("bound", table.bound);
            }
            ofTables.add(put(json, table.content));
        }
        JsonArray ofSequences = new JsonArray();
        sequences.forEach(
                each -> ofSequences.add(new JsonObject().put("name", each.name).put("last", each.last)));
        return new JsonObject()
                .put("format", FORMAT)
                .put("made_at", madeAt)
                .put("schema_version", schemaVersion)
                .put("tables", ofTables)
                .put("sequences", ofSequences)
                .put("journal", array(journal))
                .put("files", array(files))
                .encodePrettily();
    }

    private static JsonArray array(List<KeptFile> files) {
        JsonArray array = new JsonArray();
        files.forEach(each -> array.add(put(new JsonObject().put("name", each.name), each.content)));
        return array;
    }

    private static JsonObject put(JsonObject json, Content content) {
        return json.put("bytes", content.bytes).put("sha256", content.sha256);
    }

    /** @throws IOException where it is no manifest, or one of a later format */
    static BackupManifest read(String text) throws IOException {
        try {
            JsonObject json = new JsonObject(text);
            int format = json.getInteger("format");
            if (format != FORMAT) {
                throw new IOException("the backup has format " + format + ", this version reads " + FORMAT
                        + ": restore it with the version that made it");
            }
            return new BackupManifest(
                    json.getString("made_at"),
                    json.getString("schema_version"),
                    each(json, "tables", BackupManifest::table),
                    each(json, "sequences", of -> new Sequence(of.getString("name"), of.getLong("last"))),
                    each(json, "journal", BackupManifest::file),
                    json.containsKey("files") ? each(json, "files", BackupManifest::file) : List.of());
        } catch (DecodeException | ClassCastException | NullPointerException | IllegalArgumentException e) {
            throw new IOException("the backup's manifest can't be read: " + e.getMessage(), e);
        }
    }

    private static KeptFile file(JsonObject json) {
        return new KeptFile(json.getString("name"), content(json));
    }

    private static <T> List<T> each(JsonObject json, String key, Function<JsonObject, T> reader) {
        List<T> all = new ArrayList<>();
        JsonArray array = json.getJsonArray(key);
        for (int i = 0; i < array.size(); i++) {
            all.add(reader.apply(array.getJsonObject(i)));
        }
        return all;
    }

    private static Table table(JsonObject json) {
        return new Table(
                json.getString("name"),
                json.getString("parent"),
                json.getString("bound"),
                json.getLong("rows"),
                content(json));
    }

    private static Content content(JsonObject json) {
        return new Content(json.getLong("bytes"), json.getString("sha256"));
    }
}
