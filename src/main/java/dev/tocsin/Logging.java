package dev.tocsin;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.LogSettings;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sets up {@code java.util.logging}, behind which {@link System.Logger} and SLF4J write. Process-wide. */
final class Logging {
    private static final long MAX_FILE_BYTES = 10_000_000;
    private static final int KEPT_FILES = 5;

    /** Held here, as the log manager would let it go with its level. */
    private static final Logger OURS = Logger.getLogger("dev.tocsin");

    private Logging() {}

    /** @throws ConfigException where the log file can't be written */
    static synchronized void configure(LogSettings settings) throws ConfigException {
        Formatter formatter = switch (settings.format()) {
            case TEXT -> new ConsoleFormatter();
            case JSON -> new JsonFormatter();
        };
        Handler handler = settings.file().isEmpty() ? new ConsoleHandler() : fileHandler(settings.file(), formatter);
        handler.setFormatter(formatter);
        handler.setLevel(Level.ALL);

        LogManager.getLogManager().reset();
        Level level = LogLevels.of(settings.level());
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        // Debugging is about our own code: Netty alone would log every packet.
        root.setLevel(level.intValue() < Level.INFO.intValue() ? Level.INFO : level);
        OURS.setLevel(level);
    }

    /** For commands, whose output is what they say themselves: what went wrong, and no more. */
    static synchronized void warningsOnly() {
        LogManager.getLogManager().reset();
        Handler handler = new ConsoleHandler();
        handler.setFormatter(new ConsoleFormatter());
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(Level.WARNING);
        OURS.setLevel(Level.WARNING);
    }

    private static Handler fileHandler(String file, Formatter formatter) throws ConfigException {
        try {
            return new RotatingFileHandler(Path.of(file), MAX_FILE_BYTES, KEPT_FILES, formatter);
        } catch (IOException | InvalidPathException e) {
            throw new ConfigException("log.file", 0, "", "can't write \"" + file + "\": " + e);
        }
    }
}
