package dev.tocsin.alert;

import java.io.Serial;

/** A silence that can't be had as asked for. The message is Alertmanager's where it has one. */
public final class SilenceRefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final boolean unknown;

    SilenceRefusedException(String message, boolean unknown) {
        super(message);
        this.unknown = unknown;
    }

    /** Whether there is no such silence. */
    public boolean isUnknown() {
        return unknown;
    }
}
