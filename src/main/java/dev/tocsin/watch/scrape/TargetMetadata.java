package dev.tocsin.watch.scrape;

import dev.tocsin.core.KeyHash;
import dev.tocsin.core.SeriesSource.MetricMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one target says of its metrics: type, help, unit. Read anew only where a scrape's lines about metrics are not
 * those of the scrape before. Confined to one thread, but for {@link #byName}.
 */
final class TargetMetadata {
    /** Beyond, a target's metrics are scraped all the same, only not told of. */
    static final int MOST_METRICS = 10_000;

    private long[] hashes = new long[32];
    private int count;
    private int line;
    private boolean changed;
    private volatile Map<String, MetricMetadata> byName = Map.of();

    /** Any thread. */
    Map<String, MetricMetadata> byName() {
        return byName;
    }

    void begin() {
        line = 0;
        changed = false;
    }

    /** Takes note of the line that the parser has read. */
    void see(ExpositionParser.Line kind, byte[] bytes, ExpositionParser at) {
        long hash = KeyHash.text(bytes, at.nameStart, at.textEnd, KeyHash.SEED + kind.ordinal());
        if (line == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * line);
        }
        changed |= line >= count || hashes[line] != hash;
        hashes[line++] = hash;
    }

    /** @return whether {@link #read} is to be called */
    boolean end() {
        changed |= line != count;
        count = line;
        return changed;
    }

    /** @param parser at the beginning of what was just seen */
    void read(byte[] bytes, ExpositionParser parser) throws ScrapeException {
        Map<String, MetricMetadata> read = new LinkedHashMap<>();
        for (ExpositionParser.Line kind = parser.next(); kind != ExpositionParser.Line.END; kind = parser.next()) {
            if (kind == ExpositionParser.Line.SERIES) {
                continue;
            }
            String name =
                    new String(bytes, parser.nameStart, parser.nameEnd - parser.nameStart, StandardCharsets.US_ASCII);
            String text = SeriesText.text(bytes, parser.textStart, parser.textEnd, parser::errorOfLine);
            MetricMetadata before = read.get(name);
            if (before == null && read.size() == MOST_METRICS) {
                continue;
            }
            MetricMetadata known = before == null ? new MetricMetadata(name, "unknown", "", "") : before;
            read.put(
                    name,
                    switch (kind) {
                        case TYPE -> new MetricMetadata(name, word(text), known.help(), known.unit());
                        case HELP -> new MetricMetadata(name, known.type(), text, known.unit());
                        default -> new MetricMetadata(name, known.type(), known.help(), text);
                    });
        }
        byName = java.util.Collections.unmodifiableMap(read);
    }

    private static String word(String type) {
        return type.equals("untyped") ? "unknown" : type;
    }
}
