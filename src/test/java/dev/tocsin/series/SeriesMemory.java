package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.SampleBatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Bytes of heap per series, and which classes hold them: {@code scalars} (counters) that had one sample, before and
 * after a tick wrote it into the history; or {@code distributions} that had 20 samples in a minute of one-second ticks.
 *
 * <pre>
 *   SeriesMemory scalars|distributions [SERIES]
 *   SeriesMemory changing [SERIES [MINUTES]]     each counter every ten seconds: what the process takes, history and all
 * </pre>
 *
 * Measured as what is in use after garbage collection, less what an empty table of the same limits uses.
 */
public final class SeriesMemory {
    private static final int CLASSES_SHOWN = 12;
    private static final int SAMPLES_A_MINUTE = 20;
    private static final int ROWS = 64;

    private final ManualClock clock = new ManualClock(TableRig.START);
    private final SeriesTable table;
    private final Shard shard;
    private final SampleBatch batch = SampleBatch.dogStatsd(ROWS, 8_192);
    private final int series;
    private final Kind kind;
    private final Map<String, Long> before;
    private long tick = TableRig.START;

    private SeriesMemory(Kind kind, int series) throws JMException {
        this.kind = kind;
        this.series = series;
        table = new SeriesTable(
                SeriesLimits.defaults().withSeries(2_000_000, 2_000_000), TimelineSettings.defaults(), clock);
        shard = table.openShard("memory");
        before = classes();
    }

    public static void main(String[] args) throws JMException {
        System.out.println("""
                All heap that series take after a garbage collection, less what an empty table takes: keys as sent,
                columns of both intervals, look-up tables, labels, series objects, and from the first tick on history.
                Keys are service.requests with one tag of about nine bytes, as host:h123456; values are whole.""");
        boolean changing = args.length > 0 && args[0].equals("changing");
        boolean scalars = args.length == 0 || args[0].equals("scalars") || changing;
        int series = args.length > 1 ? Integer.parseInt(args[1]) : scalars ? 1_000_000 : 100_000;
        SeriesMemory memory = new SeriesMemory(scalars ? Kind.COUNTER : Kind.DISTRIBUTION, series);
        if (changing) {
            memory.changing(args.length > 2 ? Integer.parseInt(args[2]) : 60);
        } else if (scalars) {
            memory.scalars();
        } else {
            memory.distributions();
        }
    }

    private void scalars() throws JMException {
        push(0, series);
        report("one sample each, before the first tick");
        close();
        report("after the tick that wrote it");
        for (int i = 0; i < 60; i++) {
            close();
        }
        report("after a minute without a sample");
    }

    /** Each has a sample every ten seconds, a tenth of them each second, for so many minutes of the table's own time. */
    private void changing(int minutes) {
        int tenth = series / 10;
        for (int second = 0; second < minutes * 60; second++) {
            push(second % 10 * tenth, (second % 10 + 1) * tenth);
            close();
            if (second % 300 == 299) {
                System.out.printf(
                        Locale.ROOT,
                        "after %d min: %,d live, %,d MB of history, its reach halved %d times; heap %,d MB used, %s%n",
                        (second + 1) / 60,
                        table.statistics().live().get(kind),
                        table.statistics().historyBytes() >> 20,
                        table.statistics().historyHalvings(),
                        Runtime.getRuntime().totalMemory()
                                        - Runtime.getRuntime().freeMemory()
                                >> 20,
                        residentMemory());
            }
        }
    }

    private static String residentMemory() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM"))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private void distributions() throws JMException {
        // Each second a third of them has one sample, so that each has 20 in a minute.
        for (int second = 0; second < 60; second++) {
            int third = second % (60 / SAMPLES_A_MINUTE);
            push(third * (series / 3), third == 2 ? series : (third + 1) * (series / 3));
            close();
        }
        report(SAMPLES_A_MINUTE + " samples each in a minute");
    }

    private void push(int from, int to) {
        for (int i = from; i < to; i++) {
            int nameStart = batch.length;
            batch.append("service.requests");
            int tagsStart = batch.length;
            batch.append("host:h" + i);
            double value = kind == Kind.COUNTER ? 1 : 1 + (i * 31L + tick / 1_000 * 7919L) % 1_000;
            batch.add(kind, nameStart, tagsStart, tagsStart, batch.length, value);
            if (batch.size() == ROWS || i == to - 1) {
                shard.accept(batch, clock.wallMillis());
                batch.reset();
            }
        }
    }

    private void close() {
        tick += 1_000;
        clock.advance(Duration.ofSeconds(1));
        table.close(tick, List.of(shard.flip(tick)));
    }

    private void report(String when) throws JMException {
        Map<String, Long> now = classes();
        List<Map.Entry<String, Long>> grown = new ArrayList<>();
        long all = 0;
        for (Map.Entry<String, Long> entry : now.entrySet()) {
            long more = entry.getValue() - before.getOrDefault(entry.getKey(), 0L);
            all += more;
            grown.add(Map.entry(entry.getKey(), more));
        }
        grown.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
        System.out.printf(
                Locale.ROOT,
                "%n%,d %ss, %s: %.0f bytes per series (%d live)%n",
                series,
                kind.name().toLowerCase(Locale.ROOT),
                when,
                (double) all / series,
                table.statistics().live().get(kind));
        for (Map.Entry<String, Long> entry : grown.subList(0, Math.min(CLASSES_SHOWN, grown.size()))) {
            System.out.printf(Locale.ROOT, "  %8.1f  %s%n", (double) entry.getValue() / series, entry.getKey());
        }
    }

    /** Bytes in use by class, after a garbage collection. */
    private static Map<String, Long> classes() throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {null},
                        new String[] {String[].class.getName()});
        Map<String, Long> bytes = new HashMap<>();
        for (String line : histogram.lines().toList()) {
            String[] words = line.trim().split("\\s+");
            // What a collector fills gaps with belongs to nobody.
            if (words.length >= 4 && words[0].endsWith(":") && !words[3].contains("FillerElement")) {
                bytes.merge(words[3], Long.valueOf(words[2]), Long::sum);
            }
        }
        return bytes;
    }
}
