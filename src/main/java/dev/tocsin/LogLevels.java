package dev.tocsin;

import dev.tocsin.config.LogSettings;
import java.util.logging.Level;

/** Our levels and those of {@code java.util.logging}, which is what writes. */
final class LogLevels {
    private LogLevels() {}

    /** As {@link System.Logger.Level} maps them. */
    static Level of(LogSettings.Level level) {
        return switch (level) {
            case ERROR -> Level.SEVERE;
            case WARNING -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
            case TRACE -> Level.FINER;
        };
    }

    /** ERROR, WARNING, INFO, DEBUG or TRACE. */
    static String nameOf(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARNING";
        }
        if (value >= Level.CONFIG.intValue()) {
            return "INFO";
        }
        return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }
}
