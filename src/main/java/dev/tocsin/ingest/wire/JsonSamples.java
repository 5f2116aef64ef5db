package dev.tocsin.ingest.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One JSON body, read piece by piece into batches ({@link SampleBatch#anyText}), so that a large one neither needs
 * much memory nor holds its thread for long. One reader per body, confined to one thread.
 *
 * <pre>
 *   {"samples":[{"name":"api.latency","type":"distribution","value":320,
 *                "labels":{"route":"/login"},"rate":0.5,"time":1732165200.5}, …]}
 * </pre>
 *
 * {@code type} is counter, gauge, distribution or set, or DogStatsD's letter. {@code value} is a number; for a set a
 * number or a text. {@code values} is a list of them. Labels are texts, numbers or booleans; null or empty is no
 * label. {@code rate} (default 1) and {@code time} (seconds since the epoch, with a fraction) may be left out or null.
 * Keys may come in any order; one that stands twice makes the item malformed. Unknown keys are skipped and counted.
 *
 * <p><b>What a sample is.</b> Each value is one, accepted or rejected on its own. An item that cannot be read is one
 * rejected sample. Where the text is no JSON any more, the item that it broke in is one rejected sample, and what
 * follows is unread ({@link #error()}).
 *
 * <p><b>Bounds.</b> {@value #MAX_VALUES} values and {@value #MAX_ITEM_BYTES} bytes of names, labels and members an
 * item (three bytes counted for a character), else it is {@link Rejection#TOO_LARGE}; a single text beyond
 * {@value #MAX_TEXT_CHARS} characters ends the reading.
 */
public final class JsonSamples implements AutoCloseable {
    /** Is told of every rejected sample, in order. */
    @FunctionalInterface
    public interface Rejections {
        /** @param item position in {@code samples}, from 0 */
        void rejected(int item, Rejection reason);
    }

    public static final int MAX_VALUES = 10_000;
    public static final int MAX_ITEM_BYTES = 64 << 10;
    public static final int MAX_TEXT_CHARS = 256 << 10;

    private static final double MAX_SECONDS = 1e12;
    private static final int FIRST_VALUES = 16;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MAX_TEXT_CHARS)
                    .maxNestingDepth(100)
                    .build())
            .build();

    private enum State {
        BEFORE_SAMPLES,
        IN_SAMPLES,
        AFTER_SAMPLES
    }

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
    private final Rejections rejections;
    private State state = State.BEFORE_SAMPLES;
    private int item = -1;
    private @Nullable String error;
    private @Nullable IOException streamFailure;

    /** The item that each row of the current batch came from. */
    private int[] itemOfRow = new int[1_024];

    // The item being read.
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

    private JsonSamples(JsonParser parser, WireCounts counts, Rejections rejections) {
        this.parser = parser;
        this.counts = counts;
        this.rejections = rejections;
    }

    /**
     * @param body read as far as {@link #read} gets; closed by {@link #close()}
     * @param counts confined to this thread; every rejection is counted there
     * @throws IOException where the stream cannot be read at all
     */
    public static JsonSamples of(InputStream body, WireCounts counts, Rejections rejections) throws IOException {
        return new JsonSamples(JSON.createParser(body), counts, rejections);
    }

    /**
     * Adds the samples of further items to an empty batch, until it has {@code enoughRows} or {@code enoughBytes}, as
     * many items were read, or the body ends.
     *
     * @return whether there may be more
     */
    public boolean read(SampleBatch batch, int enoughRows, int enoughBytes) {
        try {
            if (state == State.BEFORE_SAMPLES) {
                findSamples();
            }
            // Items that are rejected leave no row behind, but reading them takes time too.
            int enoughItems = item + enoughRows;
            while (state == State.IN_SAMPLES
                    && batch.size() < enoughRows
                    && batch.length < enoughBytes
                    && item < enoughItems) {
                readNext(batch);
            }
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
            error = "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": " + e.getOriginalMessage();
        } catch (IOException e) {
            error = "the body cannot be read: " + e.getMessage();
            streamFailure = e;
        }
        if (error != null && state != State.AFTER_SAMPLES) {
            state = State.AFTER_SAMPLES;
            item = Math.max(item, 0);
            reject(batch, Rejection.MALFORMED);
        }
        return state == State.IN_SAMPLES;
    }

    /** Where the row of the last batch stood in {@code samples}, from 0. */
    public int itemOf(int row) {
        return itemOfRow[row];
    }

    /** What is wrong with the text as JSON and where, or null. Everything before that place was taken. */
    public @Nullable String error() {
        return error;
    }

    /** What the body's stream failed with, or null; then {@link #error()} says it too. */
    public @Nullable IOException streamFailure() {
        return streamFailure;
    }

    /** Ends the reading, and closes the body. */
    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            // Everything that was wanted of the body has been read.
            streamFailure = e;
        }
    }

    private void findSamples() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals("samples");
                token = parser.nextToken();
                if (found && token == JsonToken.START_ARRAY) {
                    state = State.IN_SAMPLES;
                    return;
                }
                parser.skipChildren();
            }
        }
        error = "expected an object with a list \"samples\"";
    }

    private void readNext(SampleBatch batch) throws IOException {
        item++;
        startItem(batch.length);
        JsonToken token = parser.nextToken();
        if (token == JsonToken.END_ARRAY) {
            state = State.AFTER_SAMPLES;
            readRest();
        } else if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                readKey(batch, Key.of(parser.currentName()));
            }
            finishItem(batch);
        } else {
            // A text is read lazily: where it breaks, it must break here and not count as the next item.
            parser.finishToken();
            parser.skipChildren();
            reject(batch, Rejection.MALFORMED);
        }
    }

    /** Reads on to the end, only to tell where the text is broken. */
    private void readRest() throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            parser.nextToken();
            parser.skipChildren();
        }
        if (parser.nextToken() != null) {
            error = "expected nothing after the object";
        }
    }

    private void startItem(int start) {
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

    private void readKey(SampleBatch batch, Key key) throws IOException {
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
                    appendText(batch);
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
                        readValue(batch);
                    }
                } else {
                    readValue(batch);
                }
            }
            case LABELS -> readLabels(batch, token);
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

    private void readValue(SampleBatch batch) throws IOException {
        if (valueCount == MAX_VALUES) {
            skip(Rejection.TOO_LARGE);
            return;
        }
        if (valueCount == numbers.length) {
            int more = Math.min(MAX_VALUES, 2 * valueCount);
            numbers = Arrays.copyOf(numbers, more);
            textStart = Arrays.copyOf(textStart, more);
            textEnd = Arrays.copyOf(textEnd, more);
        }
        JsonToken token = parser.currentToken();
        boolean numeric = token.isNumeric();
        textStart[valueCount] = batch.length;
        if ((numeric || token == JsonToken.VALUE_STRING) && (kind == null || kind == Kind.SET)) {
            appendText(batch);
        }
        textEnd[valueCount] = batch.length;
        numbers[valueCount++] = numeric ? parser.getDoubleValue() : Double.NaN;
        parser.skipChildren();
    }

    private void readLabels(SampleBatch batch, JsonToken token) throws IOException {
        labelsStart = batch.length;
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int start = batch.length;
                if (start > labelsStart) {
                    batch.appendByte(batch.pairSeparator);
                }
                int nameFrom = batch.length;
                appendText(batch);
                boolean unnamed = batch.length == nameFrom;
                batch.appendByte(batch.valueSeparator);
                int valueFrom = batch.length;
                JsonToken value = parser.nextToken();
                if (value.isScalarValue()) {
                    if (value != JsonToken.VALUE_NULL) {
                        appendText(batch);
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

    private void finishItem(SampleBatch batch) {
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
            reject(batch, problem == null ? Rejection.MALFORMED : problem);
            batch.length = itemStart;
            return;
        }
        for (int i = 0; i < valueCount; i++) {
            double value = known == Kind.SET ? 0 : known == Kind.COUNTER ? numbers[i] / rate : numbers[i];
            boolean empty = known == Kind.SET && textEnd[i] == textStart[i];
            if (empty || !(Math.abs(value) <= Double.MAX_VALUE)) {
                reject(batch, Rejection.BAD_VALUE);
            } else {
                addRow(batch, known, value, i);
            }
        }
    }

    private void addRow(SampleBatch batch, Kind known, double value, int i) {
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

    private void reject(SampleBatch batch, Rejection reason) {
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
    private void appendText(SampleBatch batch) throws IOException {
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int to = from + parser.getTextLength();
        if (batch.length - itemStart + (to - from) * 3L > MAX_ITEM_BYTES) {
            fail(Rejection.TOO_LARGE);
            return;
        }
        batch.ensureBytes((to - from) * 3);
        batch.length = Utf8.encode(chars, from, to, batch);
    }
}
