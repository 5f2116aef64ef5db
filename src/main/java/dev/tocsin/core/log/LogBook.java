package dev.tocsin.core.log;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the events of logs. Answers come from the thread that reads, within a part of a second where files can
 * be read at all. Any thread.
 */
public interface LogBook {
    /**
     * The last events, the newest first.
     *
     * @param category null for all, as is {@code source}
     * @param limit most that are given
     */
    CompletionStage<List<LogLine>> recent(@Nullable String category, @Nullable String source, int limit);

    /**
     * @param hours 1 to 24
     * @param limit most shapes
     */
    CompletionStage<LogAnalysis> analysis(int hours, int limit);
}
