package dev.tocsin.watch.log;

import dev.tocsin.core.StateInMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Real files, followed with time driven by hand. */
final class TailRig implements LogTail.Findings {
    static final long SECOND = 1_000;

    final Path folder;
    final List<String> events = new ArrayList<>();
    final Map<LogProblem, Long> problems = new EnumMap<>(LogProblem.class);
    final StateInMemory state = new StateInMemory();
    private final String glob;
    private final boolean fromStart;
    private LogTail tail;
    long nowMillis = 1_795_255_200_000L;

    TailRig(Path folder, String glob, boolean fromStart) {
        this.folder = folder;
        this.glob = glob;
        this.fromStart = fromStart;
        restart();
    }

    static LogSource source(String name, String glob, boolean fromStart) {
        return new LogSource(
                name, List.of(glob), List.of(), fromStart, 1 << 10, ZoneOffset.UTC, null, List.of(), List.of());
    }

    /** Another process begins, and knows what this one remembered. */
    void restart() {
        if (tail != null) {
            tail.close();
        }
        tail = new LogTail(new LogSettings(List.of(source("app", folder + "/" + glob, fromStart))), state, this);
    }

    void append(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void rename(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to));
    }

    /** As many passes as it takes for nothing to be left, an event that might go on included. */
    List<String> pass() {
        events.clear();
        int quiet = 0;
        while (quiet < 8) {
            nowMillis += SECOND / 4;
            int before = events.size();
            quiet = tail.pass(nowMillis) || events.size() > before ? 0 : quiet + 1;
            tail.remember(nowMillis);
        }
        return List.copyOf(events);
    }

    /** One pass, and what was handed on is remembered. */
    List<String> passOnce() {
        events.clear();
        nowMillis += SECOND;
        tail.pass(nowMillis);
        tail.remember(nowMillis);
        return List.copyOf(events);
    }

    int fileCount() {
        return tail.fileCount();
    }

    long problems(LogProblem problem) {
        return problems.getOrDefault(problem, 0L);
    }

    @Override
    public void event(TailedFile file, byte[] bytes, int from, int to, int lines) {
        events.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void count(LogProblem problem, long count, String place) {
        if (count > 0) {
            problems.merge(problem, count, Long::sum);
        }
    }
}
