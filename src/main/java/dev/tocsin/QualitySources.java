package dev.tocsin;

import dev.tocsin.watch.quality.Cell;
import dev.tocsin.watch.quality.FileAges;
import dev.tocsin.watch.quality.Source;
import dev.tocsin.watch.quality.SourceException;
import dev.tocsin.watch.quality.Sources;
import dev.tocsin.watch.quality.SqlAnswers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the quality of data is asked: of servers, of series, of folders. Blocks; safe from any thread. */
final class QualitySources implements Sources {
    private final SqlAnswers servers;
    private final SeriesAnswers series;

    QualitySources(SqlAnswers servers, SeriesAnswers series) {
        this.servers = servers;
        this.series = series;
    }

    @Override
    public List<List<@Nullable Cell>> rows(Source source, int most, long nowMillis, Duration timeout)
            throws SourceException {
        return switch (source) {
            case Source.Sql sql -> servers.rows(sql, most, timeout);
            case Source.Query query -> series.rows(query, nowMillis, timeout);
            case Source.Files files -> FileAges.newest(files);
        };
    }
}
