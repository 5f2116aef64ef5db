package dev.tocsin.alert;

import java.io.Serial;

/** An answer to an alert that is not taken; the message says why. */
public final class AnswerRefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        /** No such alert is known. */
        UNKNOWN,
        /** There is nothing left to answer. */
        OVER,
        /** As many as allowed stand already. */
        NO_ROOM
    }

    private final Reason reason;

    AnswerRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
