package dev.tocsin.config;

/**
 * The journal under {@code --data}: {@code journal.*}.
 *
 * @param maxBytes what its files may take; past it the oldest minutes go
 */
public record JournalSettings(long maxBytes) {
    private static final long LEAST = 16L << 20;
    private static final long MOST = 1L << 44;

    public static final JournalSettings DEFAULTS = new JournalSettings(4L << 30);

    public JournalSettings {
        Allowed.range("journal.max-bytes", maxBytes, LEAST, MOST);
    }

    static JournalSettings read(Layers in) throws ConfigException {
        return new JournalSettings(in.read("journal.max-bytes", DEFAULTS.maxBytes, Allowed.bytes(LEAST, MOST)));
    }
}
