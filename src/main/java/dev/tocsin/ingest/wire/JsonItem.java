package dev.tocsin.ingest.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One item of {@link JsonSamples} while it is read: its texts go to the batch at once, its rows at its end, when all its
 * keys are known. Used again for each item. Confined to the reader's thread.
 */
final class JsonItem {
    private static final double MAX_SECONDS = 1e12;
    private static final int FIRST_VALUES = 16;

    /** The keys of an item; the bit that {@link #seen} holds for each is {@code 1 << ordinal()}. */
    private enum Key {
        NAME,
        TYPE,
        VALUES,
        LABELS,
        RATE,
        TIME,
        UNKNOWN;

        static Key of(String text) {
            return switch (text) {
                case "name" -> NAME;
                case "type" -> TYPE;
                case "value", "values" -> VALUES;
                case "labels" -> LABELS;
                case "rate" -> RATE;
                case "time" -> TIME;
                default -> UNKNOWN;
            };
        }
    }

    private final JsonParser parser;
    private final WireCounts counts;
    private final JsonSamples.Rejections rejections;

    /** The item that each row of the current batch came from. */
    private int[] itemOfRow = new int[1_024];

    private int item;
    private SampleBatch batch;
    private int itemStart;
    private int seen;
    private @Nullable Rejection problem;
    private @Nullable Kind kind;
    private int nameStart;
    private int nameEnd;
    private int labelsStart;
    private int labelsEnd;
    private double rate;
    private long timeMillis;
    private int valueCount;
    /** NaN where the value is no number. */
    private double[] numbers = new double[FIRST_VALUES];
    /** Where the value stands as text; empty where it is certain that nobody needs it. */
    private int[] textStart = new int[FIRST_VALUES];

    private int[] textEnd = new int[FIRST_VALUES];

    @SuppressWarnings("NullAway.Init") // the batch is set by start, before anything is read
    JsonItem(JsonParser parser, WireCounts counts, JsonSamples.Rejections rejections) {
        this.parser = parser;
        this.counts = counts;
        this.rejections = rejections;
    }

    int itemOf(int row) {
        return itemOfRow[row];
    }

    /**
     * @param number its position, from 0
     * @param into where its rows go
     */
    void start(int number, SampleBatch into) {
        item = number;
        batch = into;
        int start = batch.length;
        itemStart = start;
        seen = 0;
        problem = null;
        kind = null;
        nameStart = start;
        nameEnd = start;
        labelsStart = start;
        labelsEnd = start;
        rate = 1;
        timeMillis = SampleBatch.NOW;
        valueCount = 0;
    }

    /** Reads from behind the item's opening brace to its closing one. */
    void read() throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            readKey(Key.of(parser.currentName()));
        }
        finish();
    }

    private void readKey(Key key) throws IOException {
        JsonToken token = parser.nextToken();
        int bit = 1 << key.ordinal();
        if (key == Key.UNKNOWN) {
            counts.skip(WireCounts.SkippedField.OTHER);
            parser.skipChildren();
            return;
        }
        if ((seen & bit) != 0) {
            fail(Rejection.MALFORMED);
        }
        seen |= bit;
        switch (key) {
            case NAME -> {
                nameStart = batch.length;
                if (token == JsonToken.VALUE_STRING) {
                    appendText();
                } else {
                    skip(Rejection.MALFORMED);
                }
                nameEnd = batch.length;
            }
            case TYPE -> {
                kind = token == JsonToken.VALUE_STRING ? kind() : null;
                if (kind == null) {
                    skip(Rejection.UNKNOWN_TYPE);
                }
            }
            case VALUES -> {
                if (token == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        readValue();
                    }
                } else {
                    readValue();
                }
            }
            case LABELS -> readLabels(token);
            case RATE -> {
                rate = number(token, 1);
                if (!(rate >= DogStatsdParser.LEAST_RATE && rate <= 1)) {
                    skip(Rejection.BAD_RATE);
                }
            }
            case TIME -> {
                if (token != JsonToken.VALUE_NULL) {
                    double seconds = number(token, 0);
                    if (seconds >= 0 && seconds <= MAX_SECONDS) {
                        timeMillis = Math.round(seconds * 1_000);
                    } else {
                        skip(Rejection.BAD_TIMESTAMP);
                    }
                }
            }
            case UNKNOWN -> throw new AssertionError("handled above");
        }
    }

    /** A number, what a null stands for, or NaN. */
    private double number(JsonToken token, double ifNull) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return ifNull;
        }
        return token.isNumeric() ? parser.getDoubleValue() : Double.NaN;
    }

    private void readValue() throws IOException {
        if (valueCount == JsonSamples.MAX_VALUES) {
            skip(Rejection.TOO_LARGE);
            return;
        }
        if (valueCount == numbers.length) {
            int more = Math.min(JsonSamples.MAX_VALUES, 2 * valueCount);
            numbers = Arrays.copyOf(numbers, more);
            textStart = Arrays.copyOf(textStart, more);
            textEnd = Arrays.copyOf(textEnd, more);
        }
        JsonToken token = parser.currentToken();
        boolean numeric = token.isNumeric();
        textStart[valueCount] = batch.length;
        if ((numeric || token == JsonToken.VALUE_STRING) && (kind == null || kind == Kind.SET)) {
            appendText();
        }
        textEnd[valueCount] = batch.length;
        numbers[valueCount++] = numeric ? parser.getDoubleValue() : Double.NaN;
        parser.skipChildren();
    }

    private void readLabels(JsonToken token) throws IOException {
        labelsStart = batch.length;
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int start = batch.length;
                if (start > labelsStart) {
                    batch.appendByte(batch.pairSeparator);
                }
                int nameFrom = batch.length;
                appendText();
                boolean unnamed = batch.length == nameFrom;
                batch.appendByte(batch.valueSeparator);
                int valueFrom = batch.length;
                JsonToken value = parser.nextToken();
                if (value.isScalarValue()) {
                    if (value != JsonToken.VALUE_NULL) {
                        appendText();
                    }
                } else {
                    skip(Rejection.MALFORMED);
                }
                if (batch.length == valueFrom) {
                    batch.length = start;
                } else if (unnamed) {
                    fail(Rejection.MALFORMED);
                }
            }
        } else if (token != JsonToken.VALUE_NULL) {
            skip(Rejection.MALFORMED);
        }
        labelsEnd = batch.length;
    }

    private void finish() {
        if (problem == null) {
            if (nameEnd == nameStart) {
                problem = Rejection.EMPTY_NAME;
            } else if (kind == null) {
                problem = Rejection.UNKNOWN_TYPE;
            } else if (valueCount == 0) {
                problem = Rejection.BAD_VALUE;
            }
        }
        Kind known = kind;
        if (problem != null || known == null) {
            reject(problem == null ? Rejection.MALFORMED : problem);
            batch.length = itemStart;
            return;
        }
        for (int i = 0; i < valueCount; i++) {
            double value = known == Kind.SET ? 0 : known == Kind.COUNTER ? numbers[i] / rate : numbers[i];
            boolean empty = known == Kind.SET && textEnd[i] == textStart[i];
            if (empty || !(Math.abs(value) <= Double.MAX_VALUE)) {
                reject(Rejection.BAD_VALUE);
            } else {
                addRow(known, value, i);
            }
        }
    }

    private void addRow(Kind known, double value, int i) {
        int row = batch.add(known, nameStart, nameEnd, labelsStart, labelsEnd, value);
        if (known == Kind.DISTRIBUTION && rate != 1) {
            batch.weigh(row, 1 / rate);
        }
        if (known == Kind.SET) {
            batch.setMember(row, textStart[i], textEnd[i]);
        }
        if (timeMillis != SampleBatch.NOW) {
            batch.setTimeMillis(row, timeMillis);
        }
        if (row == itemOfRow.length) {
            itemOfRow = Arrays.copyOf(itemOfRow, 2 * row);
        }
        itemOfRow[row] = item;
    }

    void reject(Rejection reason) {
        counts.reject(reason, batch.bytes, itemStart, batch.length);
        rejections.rejected(item, reason);
    }

    /** Rejects the item, unless it is already, and passes over the current value. */
    private void skip(Rejection reason) throws IOException {
        fail(reason);
        parser.skipChildren();
    }

    private void fail(Rejection reason) {
        if (problem == null) {
            problem = reason;
        }
    }

    private @Nullable Kind kind() throws IOException {
        return JsonKind.of(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    }

    /** Appends the current token's text in UTF-8, the batch's separators replaced, as long as the item is not too large. */
    private void appendText() throws IOException {
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int to = from + parser.getTextLength();
        if (batch.length - itemStart + (to - from) * 3L > JsonSamples.MAX_ITEM_BYTES) {
            fail(Rejection.TOO_LARGE);
            return;
        }
        batch.ensureBytes((to - from) * 3);
        batch.length = Utf8.encode(chars, from, to, batch);
    }
}
