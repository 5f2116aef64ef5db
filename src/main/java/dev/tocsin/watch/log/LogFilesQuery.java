package dev.tocsin.watch.log;

import dev.tocsin.core.Clock;
import dev.tocsin.core.log.LogQueries;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries by reading the files of the configured sources, and no others, from their first byte to what is their
 * last when it comes to them. An event that names no time has that of the one before it in its file, or else when the file
 * was last written. Bytes are counted as they are unpacked. Safe from any thread.
 */
public final class LogFilesQuery implements LogQueries {
    private static final int READ_BYTES = 256 << 10;
    private static final long PROGRESS_NANOS = 250_000_000;

    private final Supplier<LogSettings> settings;
    private final Clock clock;

    /** @param settings in force now */
    public LogFilesQuery(Supplier<LogSettings> settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Prepared prepare(Asked asked) {
        long nowMillis = clock.wallMillis();
        QueryPlan plan = new QueryPlan(QueryParser.parse(asked.text(), nowMillis));
        List<LogSource> all = settings.get().sources();
        List<String> names = all.stream().map(LogSource::name).toList();
        for (String name : asked.sources()) {
            if (!names.contains(name)) {
                throw new RefusedException(
                        "there is no source \"" + name + "\"; configured are: " + String.join(", ", names));
            }
        }
        if (all.isEmpty()) {
            throw new RefusedException("no log files are configured: see logs/*.yaml in the configuration folder");
        }
        List<LogSource> sources = all.stream()
                .filter(each -> asked.sources().isEmpty() || asked.sources().contains(each.name()))
                .toList();
        return (isOver, progress) -> new Run(asked, plan, sources, nowMillis, isOver, progress).run();
    }

    /** A file that is to be read. */
    private record Reading(LogSource source, Path path, FileId.Entry entry) {}

    /** One run. */
    private final class Run implements QueryExpr.Row {
        private final Asked asked;
        private final QueryPlan plan;
        private final List<LogSource> sources;
        private final long nowMillis;
        private final BooleanSupplier isOver;
        private final Consumer<Progress> progress;
        private final LogEvent event = new LogEvent();
        private final byte[] buffer = new byte[READ_BYTES];
        private List<Reading> files = List.of();
        private long totalBytes;
        private int filesRead;
        private long bytes;
        private long events;
        private boolean enough;
        private @Nullable String incomplete;
        private long toldNanos = clock.monotonicNanos();

        /** That the event at hand stands in. */
        private @Nullable Reading file;

        private LogTimes times = new LogTimes(ZoneOffset.UTC);
        private long timeMillis;
        private long timeBefore;

        Run(
                Asked asked,
                QueryPlan plan,
                List<LogSource> sources,
                long nowMillis,
                BooleanSupplier isOver,
                Consumer<Progress> progress) {
            this.asked = asked;
            this.plan = plan;
            this.sources = sources;
            this.nowMillis = nowMillis;
            this.isOver = isOver;
            this.progress = progress;
        }

        Answer run() {
            files = files();
            totalBytes = files.stream().mapToLong(each -> each.entry.size()).sum();
            for (Reading each : files) {
                if (enough || isStopped()) {
                    break;
                }
                try {
                    read(each);
                } catch (IOException e) {
                    incomplete = each.path + " could not be read: " + e.getMessage();
                }
                filesRead++;
            }
            return new Answer(plan.columnNames(), plan.answer(), progressNow(), incomplete);
        }

        private List<Reading> files() {
            List<Reading> found = new ArrayList<>();
            Set<FileId> seen = new HashSet<>();
            for (LogSource source : sources) {
                for (Path path : new LogGlob(source.files(), source.exclude(), true).paths()) {
                    try {
                        FileId.Entry entry = FileId.of(path);
                        if (entry.regular() && entry.modifiedMillis() >= asked.fromMillis() && seen.add(entry.id())) {
                            found.add(new Reading(source, path, entry));
                        }
                    } catch (IOException e) {
                        // It went since its folder was read, or is a link to nothing.
                    }
                }
            }
            return found;
        }

        private boolean isStopped() {
            if (isOver.getAsBoolean()) {
                incomplete = "the time is up";
            } else if (bytes >= asked.maxBytes()) {
                incomplete = "as many bytes were read as may be: " + asked.maxBytes();
            } else {
                return false;
            }
            return true;
        }

        private void read(Reading next) throws IOException {
            file = next;
            times = new LogTimes(next.source.zone());
            timeBefore = next.entry.modifiedMillis();
            EventReader reader = new EventReader(next.source, 0, (text, from, to, lines) -> take(text, from, to));
            try (InputStream in = open(next.path)) {
                // What is written meanwhile would have no end.
                long left = LogGlob.isGzip(next.path) ? Long.MAX_VALUE : Files.size(next.path);
                while (!enough && left > 0 && !isStopped()) {
                    int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                    if (count <= 0) {
                        break;
                    }
                    left -= count;
                    bytes += count;
                    reader.feed(buffer, 0, count);
                    tell();
                }
            }
            reader.end();
        }

        private static InputStream open(Path path) throws IOException {
            InputStream in = Files.newInputStream(path);
            try {
                return LogGlob.isGzip(path) ? new GZIPInputStream(in, READ_BYTES) : in;
            } catch (IOException e) {
                in.close();
                throw e;
            }
        }

        private void tell() {
            long nanos = clock.monotonicNanos();
            if (nanos - toldNanos >= PROGRESS_NANOS) {
                toldNanos = nanos;
                progress.accept(progressNow());
            }
        }

        private Progress progressNow() {
            return new Progress(filesRead, files.size(), bytes, Math.max(totalBytes, bytes), events, plan.matched());
        }

        private void take(byte[] text, int from, int to) {
            if (enough) {
                return;
            }
            events++;
            event.set(text, from, to);
            timeMillis = LogTimes.NONE;
            boolean bounded = asked.fromMillis() > Long.MIN_VALUE || asked.toMillis() < Long.MAX_VALUE;
            if (!bounded || time() >= asked.fromMillis() && time() <= asked.toMillis()) {
                enough = !plan.add(this);
            }
        }

        private long time() {
            if (timeMillis == LogTimes.NONE) {
                long told = times.of(event, nowMillis);
                timeBefore = told == LogTimes.NONE ? timeBefore : told;
                timeMillis = timeBefore;
            }
            return timeMillis;
        }

        @Override
        public @Nullable Object get(String name) {
            return switch (name) {
                case "@timestamp" -> new QueryExpr.Time(time());
                case "@message" -> event.text();
                case "@source" -> file == null ? null : file.source.name();
                case "@file", "@logStream" -> file == null ? null : file.path.toString();
                default -> field(event.fields(), name);
            };
        }

        private static @Nullable Object field(Map<String, Object> fields, String name) {
            Object value = fields.get(name);
            return value instanceof JsonFields.Number number ? (Object) Double.valueOf(number.text()) : value;
        }

        @Override
        public LogEvent event() {
            return event;
        }
    }
}
