package dev.tocsin.ingest.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import java.io.IOException;
import java.io.InputStream;
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

    private final JsonParser parser;
    private final JsonItem reading;
    private State state = State.BEFORE_SAMPLES;
    private int item = -1;
    private @Nullable String error;
    private @Nullable IOException streamFailure;

    private JsonSamples(JsonParser parser, WireCounts counts, Rejections rejections) {
        this.parser = parser;
        reading = new JsonItem(parser, counts, rejections);
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
            if (item < 0) {
                reading.start(++item, batch);
            }
            reading.reject(Rejection.MALFORMED);
        }
        return state == State.IN_SAMPLES;
    }

    /** Where the row of the last batch stood in {@code samples}, from 0. */
    public int itemOf(int row) {
        return reading.itemOf(row);
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
        reading.start(item, batch);
        JsonToken token = parser.nextToken();
        if (token == JsonToken.END_ARRAY) {
            state = State.AFTER_SAMPLES;
            readRest();
        } else if (token == JsonToken.START_OBJECT) {
            reading.read();
        } else {
            // A text is read lazily: where it breaks, it must break here and not count as the next item.
            parser.finishToken();
            parser.skipChildren();
            reading.reject(Rejection.MALFORMED);
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
}
