package dev.tocsin.watch.log;

import java.util.List;

/** All sources of {@code logs/*.yaml}, each with a name of its own; empty where logs are not watched. */
public record LogSettings(List<LogSource> sources) {
    public static final LogSettings NONE = new LogSettings(List.of());

    public LogSettings {
        sources = List.copyOf(sources);
    }
}
