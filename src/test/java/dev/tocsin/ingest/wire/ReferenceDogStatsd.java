package dev.tocsin.ingest.wire;

import dev.tocsin.core.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of {@link DogStatsdParser}, written down the slow and obvious way: Strings, regular expressions, and
 * {@link Double#parseDouble}. What the fast parser is compared with.
 */
final class ReferenceDogStatsd {
    private static final String NUMBER = "[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?";
    private static final Pattern WHOLE_NUMBER = Pattern.compile(NUMBER);
    private static final Pattern TYPE = Pattern.compile("(c|g|ms|h|d|s)(?=[|:]|\\z)");
    private static final Pattern RATE = Pattern.compile("@(" + NUMBER + ")(?=[|:]|\\z)");
    private static final Pattern TIMESTAMP = Pattern.compile("T([0-9]{1,12})(?=[|]|\\z)");
    private static final Pattern OTHER_FIELD = Pattern.compile("[^|]*");

    final List<String> rows = new ArrayList<>();
    final Map<Rejection, Long> rejected = new EnumMap<>(Rejection.class);
    final Map<WireCounts.SkippedField, Long> skipped = new EnumMap<>(WireCounts.SkippedField.class);
    int samples;

    private final boolean relative;

    ReferenceDogStatsd(SignedGauges signedGauges, byte[] datagram) {
        relative = signedGauges == SignedGauges.RELATIVE;
        for (String line : new String(datagram, StandardCharsets.ISO_8859_1).split("\n", -1)) {
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

    private void element(String name, String text) {
        int pipe = text.indexOf('|');
        if (pipe < 0) {
            reject(Rejection.MALFORMED);
            return;
        }
        String values = text.substring(0, pipe);
        String rest = text.substring(pipe + 1);
        Matcher type = TYPE.matcher(rest);
        if (!type.lookingAt()) {
            reject(Rejection.UNKNOWN_TYPE);
            return;
        }
        rest = rest.substring(type.end());
        double rate = 1;
        String tags = "";
        String time = "";
        while (rest.startsWith("|")) {
            rest = rest.substring(1);
            Matcher field;
            if (rest.startsWith("@")) {
                field = RATE.matcher(rest);
                rate = field.lookingAt() ? Double.parseDouble(field.group(1)) : 0;
                if (rate < 1e-9 || rate > 1) {
                    reject(Rejection.BAD_RATE);
                    return;
                }
            } else if (rest.startsWith("T")) {
                field = TIMESTAMP.matcher(rest);
                if (!field.lookingAt()) {
                    reject(Rejection.BAD_TIMESTAMP);
                    return;
                }
                time = " @" + Long.parseLong(field.group(1)) * 1000;
            } else {
                field = OTHER_FIELD.matcher(rest);
                field.lookingAt();
                if (rest.startsWith("#")) {
                    tags = field.end() == 1 ? "" : " " + field.group();
                } else {
                    skipped.merge(skippedField(rest), 1L, Long::sum);
                }
            }
            rest = rest.substring(field.end());
        }
        values(name, values, type.group(1), rate, tags + time);
        if (rest.startsWith(":")) {
            element(name, rest.substring(1));
        }
    }

    private void values(String name, String values, String type, double rate, String end) {
        if (type.equals("s")) {
            if (values.isEmpty()) {
                reject(Rejection.BAD_VALUE);
            } else {
                row("SET " + name + " {" + values + "}" + end);
            }
            return;
        }
        for (String text : values.split(":", -1)) {
            if (!WHOLE_NUMBER.matcher(text).matches()) {
                reject(Rejection.BAD_VALUE);
                continue;
            }
            double value = Double.parseDouble(text);
            boolean adjusts = relative && (text.startsWith("+") || text.startsWith("-"));
            double delta = value / rate;
            if (Double.isInfinite(type.equals("c") ? delta : value)) {
                reject(Rejection.BAD_VALUE);
                continue;
            }
            switch (type) {
                case "c" -> row("COUNTER " + name + " " + delta + end);
                case "g" -> row("GAUGE " + name + (adjusts ? " += " : " ") + value + end);
                default -> row("DISTRIBUTION " + name + " " + value + " x" + 1 / rate + end);
            }
        }
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

    private void row(String row) {
        samples++;
        rows.add(row);
    }

    private void reject(Rejection reason) {
        samples++;
        rejected.merge(reason, 1L, Long::sum);
    }
}
