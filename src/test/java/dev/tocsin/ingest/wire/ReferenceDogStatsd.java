package dev.tocsin.ingest.wire;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The grammar of {@link DogStatsdParser}, written down the slow and obvious way: a String is cut at separators, the
 * pieces are looked at, and numbers are read by {@link Double#parseDouble}. What the fast parser is compared with.
 */
final class ReferenceDogStatsd {
    /** A row of a {@link SampleBatch}; every byte is a character. Columns that a kind has no use for are as the batch's. */
    record Row(
            Kind kind,
            String name,
            String tags,
            double value,
            double weight,
            boolean relative,
            String member,
            long timeMillis) {}

    private static final Set<String> TYPES = Set.of("c", "g", "ms", "h", "d", "s");

    /** What the newest datagram held. */
    final List<Row> rows = new ArrayList<>();

    int samples;

    /** Of all datagrams. */
    final Map<Rejection, Long> rejected = new EnumMap<>(Rejection.class);

    final Map<WireCounts.SkippedField, Long> skipped = new EnumMap<>(WireCounts.SkippedField.class);

    private final boolean signsAreRelative;

    ReferenceDogStatsd(SignedGauges signedGauges) {
        signsAreRelative = signedGauges == SignedGauges.RELATIVE;
    }

    void read(byte[] bytes, int from, int to) {
        rows.clear();
        samples = 0;
        String datagram = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        for (String line : datagram.split("\n", -1)) {
            String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (!text.isEmpty()) {
                line(text);
            }
        }
    }

    private void line(String line) {
        if (line.startsWith("_e{") || line.startsWith("_sc|")) {
            byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
            if (AnnotationParser.parse(bytes, 0, bytes.length, 0) == null) {
                reject(Rejection.MALFORMED);
            } else {
                samples++;
            }
            return;
        }
        int colon = line.indexOf(':');
        if (colon < 0 || line.substring(0, colon).contains("|")) {
            reject(Rejection.MALFORMED);
        } else if (colon == 0) {
            reject(Rejection.EMPTY_NAME);
        } else {
            element(line.substring(0, colon), line.substring(colon + 1));
        }
    }

    /** @param text values, type, fields, and whatever elements follow */
    private void element(String name, String text) {
        int pipe = text.indexOf('|');
        if (pipe < 0) {
            reject(Rejection.MALFORMED);
            return;
        }
        String values = text.substring(0, pipe);
        String rest = text.substring(pipe + 1);
        String type = upToPipeOrColon(rest);
        if (!TYPES.contains(type)) {
            reject(Rejection.UNKNOWN_TYPE);
            return;
        }
        rest = rest.substring(type.length());
        double rate = 1;
        String tags = "";
        long timeMillis = SampleBatch.NOW;
        while (rest.startsWith("|")) {
            rest = rest.substring(1);
            String field;
            if (rest.startsWith("@")) {
                field = upToPipeOrColon(rest);
                String number = field.substring(1);
                rate = isNumber(number) ? Double.parseDouble(number) : 0;
                if (rate < DogStatsdParser.LEAST_RATE || rate > 1) {
                    reject(Rejection.BAD_RATE);
                    return;
                }
            } else if (rest.startsWith("T")) {
                field = upToPipe(rest);
                String digits = field.substring(1);
                if (digits.isEmpty() || digits.length() > 12 || digitsEnd(digits, 0) < digits.length()) {
                    reject(Rejection.BAD_TIMESTAMP);
                    return;
                }
                timeMillis = Long.parseLong(digits) * 1000;
            } else {
                field = upToPipe(rest);
                if (field.startsWith("#")) {
                    tags = field.substring(1);
                } else {
                    skipped.merge(skippedField(field), 1L, Long::sum);
                }
            }
            rest = rest.substring(field.length());
        }
        values(name, values, type, rate, tags, timeMillis);
        if (rest.startsWith(":")) {
            element(name, rest.substring(1));
        }
    }

    private void values(String name, String values, String type, double rate, String tags, long timeMillis) {
        if (type.equals("s")) {
            if (values.isEmpty()) {
                reject(Rejection.BAD_VALUE);
            } else {
                take(new Row(Kind.SET, name, tags, 0, 1, false, values, timeMillis));
            }
            return;
        }
        for (String text : values.split(":", -1)) {
            double value = isNumber(text) ? Double.parseDouble(text) : Double.NaN;
            boolean signed = text.startsWith("+") || text.startsWith("-");
            Row row = switch (type) {
                case "c" -> new Row(Kind.COUNTER, name, tags, value / rate, 1, false, "", timeMillis);
                case "g" -> new Row(Kind.GAUGE, name, tags, value, 1, signsAreRelative && signed, "", timeMillis);
                default -> new Row(Kind.DISTRIBUTION, name, tags, value, 1 / rate, false, "", timeMillis);
            };
            if (Double.isFinite(row.value)) {
                take(row);
            } else {
                reject(Rejection.BAD_VALUE);
            }
        }
    }

    /** {@code [+-]? ( digits+ ( "." digits* )? | "." digits+ ) ( [eE] [+-]? digits+ )?} and nothing else. */
    private static boolean isNumber(String text) {
        int start = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
        int p = digitsEnd(text, start);
        int digits = p - start;
        if (text.startsWith(".", p)) {
            int fraction = p + 1;
            p = digitsEnd(text, fraction);
            digits += p - fraction;
        }
        if (digits == 0) {
            return false;
        }
        if (text.startsWith("e", p) || text.startsWith("E", p)) {
            p++;
            if (text.startsWith("+", p) || text.startsWith("-", p)) {
                p++;
            }
            int exponent = p;
            p = digitsEnd(text, exponent);
            if (p == exponent) {
                return false;
            }
        }
        return p == text.length();
    }

    private static int digitsEnd(String text, int from) {
        int p = from;
        while (p < text.length() && text.charAt(p) >= '0' && text.charAt(p) <= '9') {
            p++;
        }
        return p;
    }

    private static String upToPipe(String text) {
        int pipe = text.indexOf('|');
        return pipe < 0 ? text : text.substring(0, pipe);
    }

    private static String upToPipeOrColon(String text) {
        String piece = upToPipe(text);
        int colon = piece.indexOf(':');
        return colon < 0 ? piece : piece.substring(0, colon);
    }

    private static WireCounts.SkippedField skippedField(String field) {
        if (field.startsWith("c:")) {
            return WireCounts.SkippedField.CONTAINER;
        }
        if (field.startsWith("e:")) {
            return WireCounts.SkippedField.EXTERNAL_DATA;
        }
        return field.startsWith("card:") ? WireCounts.SkippedField.CARDINALITY : WireCounts.SkippedField.OTHER;
    }

    private void take(Row row) {
        samples++;
        rows.add(row);
    }

    private void reject(Rejection reason) {
        samples++;
        rejected.merge(reason, 1L, Long::sum);
    }
}
