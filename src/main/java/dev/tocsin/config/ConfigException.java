package dev.tocsin.config;

/** A configuration that cannot be used: where, and what to do. The message reads {@code FILE:LINE: KEY: reason}. */
public final class ConfigException extends Exception {
    private final String file;
    private final int line;

    /**
     * @param line from 1; 0 where the whole file is meant
     * @param key dotted path of the offending key, empty for none
     */
    public ConfigException(String file, int line, String key, String reason) {
        super(file + (line > 0 ? ":" + line : "") + ": " + (key.isEmpty() ? "" : key + ": ") + reason);
        this.file = file;
        this.line = line;
    }

    public String file() {
        return file;
    }

    public int line() {
        return line;
    }
}
