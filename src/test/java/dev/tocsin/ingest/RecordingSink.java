package dev.tocsin.ingest;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.SampleSink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * A sink that keeps every row as text: {@code counter hits 2.0 #env:prod}, {@code distribution t 3.0 x2.0},
 * {@code set users {al}}; separators of the batch are shown as ',' and ':'. Refuses names that begin with "refused".
 * Safe from any thread.
 */
final class RecordingSink implements SampleSink {
    /** For what must come, however slow the machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<String> rows = new ArrayList<>();
    private Thread thread;

    @Override
    public synchronized void accept(SampleBatch batch, long nowMillis) {
        thread = Thread.currentThread();
        for (int row = 0; row < batch.size(); row++) {
            if (text(batch, batch.nameStart(row), batch.nameEnd(row)).startsWith("refused")) {
                batch.reject(row, Rejection.KIND_CONFLICT);
            } else {
                rows.add(describe(batch, row));
            }
        }
        notifyAll();
    }

    synchronized List<String> rows() {
        return List.copyOf(rows);
    }

    synchronized Thread thread() {
        return thread;
    }

    /** Waits until so many rows are there, and returns them. */
    synchronized List<String> await(int count) throws InterruptedException {
        if (!arrive(count, PATIENCE)) {
            throw new AssertionError("only " + rows.size() + " of " + count + " rows came, the last: "
                    + rows.subList(Math.max(0, rows.size() - 20), rows.size()));
        }
        return List.copyOf(rows);
    }

    /** Waits until the rows are as they should be, and returns them. */
    synchronized List<String> awaitThat(Predicate<List<String>> condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.test(rows)) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("what was waited for did not come, the last of " + rows.size() + " rows: "
                        + rows.subList(Math.max(0, rows.size() - 20), rows.size()));
            }
            wait(millis);
        }
        return List.copyOf(rows);
    }

    /** Whether so many rows are there within the time. */
    synchronized boolean arrive(int count, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (rows.size() < count) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }

    private static String describe(SampleBatch batch, int row) {
        StringBuilder out = new StringBuilder(batch.kind(row).name().toLowerCase(Locale.ROOT));
        out.append(' ').append(text(batch, batch.nameStart(row), batch.nameEnd(row)));
        if (batch.kind(row) == Kind.SET) {
            out.append(" {")
                    .append(text(batch, batch.memberStart(row), batch.memberEnd(row)))
                    .append('}');
        } else {
            out.append(batch.adjusts(row) ? " += " : " ").append(batch.value(row));
        }
        if (batch.weight(row) != 1) {
            out.append(" x").append(batch.weight(row));
        }
        if (batch.tagsEnd(row) > batch.tagsStart(row)) {
            out.append(" #").append(text(batch, batch.tagsStart(row), batch.tagsEnd(row)));
        }
        if (batch.timeMillis(row) != SampleBatch.NOW) {
            out.append(" @").append(batch.timeMillis(row));
        }
        return out.toString();
    }

    private static String text(SampleBatch batch, int from, int to) {
        return new String(batch.bytes, from, to - from, StandardCharsets.UTF_8)
                .replace((char) batch.pairSeparator, ',')
                .replace((char) batch.valueSeparator, ':');
    }
}
