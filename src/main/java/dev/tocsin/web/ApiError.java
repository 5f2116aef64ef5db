package dev.tocsin.web;

import java.io.Serial;

/** A request that cannot be answered: what is told to the client, in Prometheus' words. */
final class ApiError extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** Prometheus' {@code errorType} and the status code that goes with it. */
    enum Type {
        BAD_DATA("bad_data", 400),
        UNAUTHORIZED("unauthorized", 401),
        FORBIDDEN("forbidden", 403),
        NOT_FOUND("not_found", 404),
        METHOD("method_not_allowed", 405),
        CONFLICT("conflict", 409),
        TOO_LARGE("too_large", 413),
        EXECUTION("execution", 422),
        INTERNAL("internal", 500),
        UNAVAILABLE("unavailable", 503),
        TIMEOUT("timeout", 503),
        CANCELED("canceled", 503);

        private final String word;
        private final int status;

        Type(String word, int status) {
            this.word = word;
            this.status = status;
        }

        String word() {
            return word;
        }

        int status() {
            return status;
        }
    }

    private final Type type;

    ApiError(Type type, String message) {
        super(message, null, false, false);
        this.type = type;
    }

    static ApiError badData(String message) {
        return new ApiError(Type.BAD_DATA, message);
    }

    /** Prometheus' words for a parameter that cannot be read. */
    static ApiError badParameter(String name, String reason) {
        return badData("invalid parameter \"" + name + "\": " + reason);
    }

    Type type() {
        return type;
    }

    /** Never null, unlike any throwable's message. */
    String text() {
        String message = getMessage();
        return message == null ? type.word() : message;
    }
}
