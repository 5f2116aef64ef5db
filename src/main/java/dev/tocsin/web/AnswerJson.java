package dev.tocsin.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.promql.QueryMemory;
import dev.tocsin.promql.QueryResult;
import dev.tocsin.promql.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers in Prometheus' JSON, streamed into a bounded buffer. Stateless; called on a query's own thread, as an answer
 * can be long.
 */
final class AnswerJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** A bucket (lower, upper], between explicit bounds. */
    private static final int CLOSED_RIGHT = 0;
    /** [lower, upper), as HdrHistogram has them. */
    private static final int CLOSED_LEFT = 1;
    /** [lower, upper], of the bucket that holds zero alone. */
    private static final int CLOSED_BOTH = 3;

    private AnswerJson() {}

    /** Writes the value of {@code data}. */
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] success(int maxBytes, Body data, List<String> warnings, List<String> infos) {
        return success(maxBytes, QueryMemory.Source.UNBOUNDED, data, warnings, infos);
    }

    static byte[] success(
            int maxBytes, QueryMemory.Source memory, Body data, List<String> warnings, List<String> infos) {
        return write(maxBytes, memory, json -> {
            json.writeStartObject();
            json.writeStringField("status", "success");
            json.writeFieldName("data");
            data.write(json);
            writeTexts(json, "warnings", warnings);
            writeTexts(json, "infos", infos);
            json.writeEndObject();
        });
    }

    /** An answer that is the value itself, with nothing around it. */
    static byte[] bare(int maxBytes, Body value) {
        return write(maxBytes, QueryMemory.Source.UNBOUNDED, value);
    }

    private static byte[] write(int maxBytes, QueryMemory.Source memory, Body value) {
        ByteArrayOutputStream out = new AnswerBuffer(maxBytes, memory);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            // Closing what is open would write on into a buffer that is full.
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            value.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void writeTexts(JsonGenerator json, String field, List<String> texts) throws IOException {
        if (!texts.isEmpty()) {
            json.writeArrayFieldStart(field);
            for (String text : texts) {
                json.writeString(text);
            }
            json.writeEndArray();
        }
    }

    /**
     * @param memory what the JSON is taken from
     * @param limit most series that are told
     * @param warnings those of the result, and more
     */
    static byte[] result(
            int maxBytes, QueryMemory.Source memory, QueryResult result, int limit, List<String> warnings) {
        return success(maxBytes, memory, json -> writeResult(json, result.value(), limit), warnings, result.infos());
    }

    private static void writeResult(JsonGenerator json, Value value, int limit) throws IOException {
        json.writeStartObject();
        switch (value) {
            case Value.ScalarValue scalar -> {
                json.writeStringField("resultType", "scalar");
                json.writeFieldName("result");
                writePoint(json, scalar.timeMillis(), scalar.value());
            }
            case Value.StringValue string -> {
                json.writeStringField("resultType", "string");
                json.writeArrayFieldStart("result");
                json.writeNumber(PromFloat.seconds(string.timeMillis()));
                json.writeString(string.value());
                json.writeEndArray();
            }
            case Value.VectorValue vector -> {
                json.writeStringField("resultType", "vector");
                json.writeArrayFieldStart("result");
                for (Value.VectorSample sample : vector.samples()
                        .subList(0, Math.min(limit, vector.samples().size()))) {
                    writeSample(json, sample);
                }
                json.writeEndArray();
            }
            case Value.MatrixValue matrix -> {
                json.writeStringField("resultType", "matrix");
                json.writeArrayFieldStart("result");
                for (Value.MatrixSeries series : matrix.series()
                        .subList(0, Math.min(limit, matrix.series().size()))) {
                    writeSeries(json, series);
                }
                json.writeEndArray();
            }
        }
        json.writeEndObject();
    }

    private static void writeSample(JsonGenerator json, Value.VectorSample sample) throws IOException {
        json.writeStartObject();
        json.writeFieldName("metric");
        writeLabels(json, sample.labels());
        Distribution distribution = sample.distribution();
        if (distribution == null) {
            json.writeFieldName("value");
            writePoint(json, sample.timeMillis(), sample.value());
        } else {
            json.writeFieldName("histogram");
            writePoint(json, sample.timeMillis(), distribution);
        }
        json.writeEndObject();
    }

    private static void writeSeries(JsonGenerator json, Value.MatrixSeries series) throws IOException {
        json.writeStartObject();
        json.writeFieldName("metric");
        writeLabels(json, series.labels());
        Points points = series.points();
        writePoints(json, "values", points, false);
        writePoints(json, "histograms", points, true);
        json.writeEndObject();
    }

    /** The points of one sort; nothing at all where there are none. */
    private static void writePoints(JsonGenerator json, String field, Points points, boolean distributions)
            throws IOException {
        boolean open = false;
        for (int i = 0; i < points.size; i++) {
            @Nullable Distribution distribution = points.distribution[i];
            if ((distribution != null) != distributions) {
                continue;
            }
            if (!open) {
                json.writeArrayFieldStart(field);
                open = true;
            }
            if (distribution == null) {
                writePoint(json, points.timeMillis[i], points.value[i]);
            } else {
                writePoint(json, points.timeMillis[i], distribution);
            }
        }
        if (open) {
            json.writeEndArray();
        }
    }

    static void writeLabels(JsonGenerator json, Labels labels) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < labels.size(); i++) {
            json.writeStringField(labels.nameAt(i), labels.valueAt(i));
        }
        json.writeEndObject();
    }

    private static void writePoint(JsonGenerator json, long timeMillis, double value) throws IOException {
        json.writeStartArray();
        json.writeNumber(PromFloat.seconds(timeMillis));
        json.writeString(PromFloat.format(value));
        json.writeEndArray();
    }

    private static int boundaryRule(Distribution d, int i) {
        if (d.layout().isExplicit()) {
            return CLOSED_RIGHT;
        }
        return d.bucketIndex(i) == 0 ? CLOSED_BOTH : CLOSED_LEFT;
    }

    private static void writePoint(JsonGenerator json, long timeMillis, Distribution d) throws IOException {
        json.writeStartArray();
        json.writeNumber(PromFloat.seconds(timeMillis));
        json.writeStartObject();
        json.writeStringField("count", PromFloat.format(d.count()));
        json.writeStringField("sum", PromFloat.format(d.sum()));
        if (d.bucketCount() > 0) {
            json.writeArrayFieldStart("buckets");
            for (int i = 0; i < d.bucketCount(); i++) {
                json.writeStartArray();
                json.writeNumber(boundaryRule(d, i));
                json.writeString(PromFloat.format(d.bucketLower(i)));
                json.writeString(PromFloat.format(d.bucketUpper(i)));
                json.writeString(PromFloat.format(d.bucketValue(i)));
                json.writeEndArray();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndArray();
    }
}
