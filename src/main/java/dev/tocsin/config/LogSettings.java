package dev.tocsin.config;

/**
 * What is logged where: {@code log.*}.
 *
 * @param file path; empty: standard error. A file is rotated at 10 MB, five are kept
 */
public record LogSettings(Format format, Level level, String file) {
    public static final LogSettings DEFAULTS = new LogSettings(Format.TEXT, Level.INFO, "");

    /** How a record is written. */
    public enum Format {
        /** One readable line. */
        TEXT,
        /** One JSON object per line. */
        JSON
    }

    /** The least severe that is logged. */
    public enum Level {
        ERROR,
        WARNING,
        INFO,
        DEBUG,
        TRACE
    }

    static LogSettings read(Layers in) throws ConfigException {
        return new LogSettings(
                in.read("log.format", DEFAULTS.format, Allowed.oneOf(Format.class)),
                in.read("log.level", DEFAULTS.level, Allowed.oneOf(Level.class)),
                in.read("log.file", DEFAULTS.file, YamlNode::asString));
    }
}
