package dev.tocsin.watch.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The fields of a JSON line, levels joined by dots ({@code context.user.id}, {@code tags.0}). What is broken, nested more
 * than {@value #MAX_DEPTH} deep, or beyond {@value #MAX_FIELDS} fields ends the reading: what came before counts. Nulls
 * are no fields. Safe from any thread.
 */
final class JsonFields {
    private static final int MAX_FIELDS = 256;
    private static final int MAX_DEPTH = 16;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(1_000)
                    .maxNumberLength(400)
                    .build())
            // Names of fields come from anywhere: a table of them for the life of the process could only grow.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /** A number as it stands in the line. */
    record Number(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    private JsonFields() {}

    static Map<String, Object> read(byte[] bytes, int from, int to) {
        Map<String, Object> fields = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                readObject(parser, "", fields);
            }
        } catch (IOException e) {
            // Told by the fields that are missing: a line that was cut is still worth what it begins with.
            return fields;
        }
        return fields;
    }

    private static void readObject(JsonParser parser, String prefix, Map<String, Object> fields) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME && fields.size() < MAX_FIELDS) {
            String name = prefix + parser.currentName();
            readValue(parser, parser.nextToken(), name, fields);
        }
    }

    private static void readValue(JsonParser parser, JsonToken token, String name, Map<String, Object> fields)
            throws IOException {
        switch (token) {
            case START_OBJECT -> readObject(parser, name + ".", fields);
            case START_ARRAY -> {
                int index = 0;
                JsonToken item = parser.nextToken();
                while (item != JsonToken.END_ARRAY && item != null && fields.size() < MAX_FIELDS) {
                    readValue(parser, item, name + "." + index++, fields);
                    item = parser.nextToken();
                }
            }
            case VALUE_STRING -> fields.put(name, parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> fields.put(name, new Number(parser.getText()));
            case VALUE_TRUE -> fields.put(name, true);
            case VALUE_FALSE -> fields.put(name, false);
            default -> {}
        }
    }
}
