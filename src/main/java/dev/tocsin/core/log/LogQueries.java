package dev.tocsin.core.log;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Queries over log files as they are: no index, no storage. Any thread; {@link Prepared#run} blocks for long. */
public interface LogQueries {
    /**
     * @param text the pipeline: {@code filter … | stats … by … | sort … | limit …}
     * @param fromMillis of the events, {@code toMillis} too: both included
     * @param sources only these; all where empty
     * @param maxBytes most that are read
     */
    record Asked(String text, long fromMillis, long toMillis, List<String> sources, long maxBytes) {}

    /**
     * How far a query came.
     *
     * @param totalBytes of the files that it looks at
     */
    record Progress(int files, int totalFiles, long bytes, long totalBytes, long events, long matched) {}

    /**
     * @param rows by column: null, String, Double, Boolean, or an Instant for a time
     * @param incomplete why something is missing; null where nothing is
     */
    record Answer(
            List<String> columns,
            List<List<@Nullable Object>> rows,
            Progress progress,
            @Nullable String incomplete) {}

    /** A query that was understood. */
    interface Prepared {
        /**
         * Reads the files. Once.
         *
         * @param isOver asked often; what was found until then is the answer
         * @param progress told now and then, on the calling thread
         * @throws RefusedException where it would need more memory than it may
         */
        Answer run(BooleanSupplier isOver, Consumer<Progress> progress);
    }

    /** @throws RefusedException where the text is no query; the message says where and what was expected */
    Prepared prepare(Asked asked);

    /** What can't be answered, and why. */
    final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        public RefusedException(String message) {
            super(message, null, false, false);
        }

        /** Never null. */
        public String text() {
            return String.valueOf(getMessage());
        }
    }
}
