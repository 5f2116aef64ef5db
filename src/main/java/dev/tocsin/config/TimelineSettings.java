package dev.tocsin.config;

import java.time.Duration;

/**
 * The history in memory: {@code timeline.*}.
 *
 * @param hotWindow how far back every tick can be read, and how old a client's timestamp may be
 */
public record TimelineSettings(Duration hotWindow) {
    private static final Duration LEAST_WINDOW = Duration.ofMinutes(5);
    private static final Duration LONGEST_WINDOW = Duration.ofHours(2);

    public static final TimelineSettings DEFAULTS = new TimelineSettings(Duration.ofMinutes(15));

    public TimelineSettings {
        Allowed.range("timeline.hot-window", hotWindow, LEAST_WINDOW, LONGEST_WINDOW);
    }

    static TimelineSettings read(Layers in) throws ConfigException {
        return new TimelineSettings(
                in.read("timeline.hot-window", DEFAULTS.hotWindow, Allowed.duration(LEAST_WINDOW, LONGEST_WINDOW)));
    }
}
