package dev.tocsin.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.Serial;

/**
 * A request to Alertmanager's API that is not done, as Alertmanager tells it: a JSON string where the request was
 * understood, {@code {"code":…,"message":…}} where its form is not that of the API's specification.
 */
final class AlertmanagerRefusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** Codes of go-openapi's validation, which Alertmanager answers with. */
    static final int WRONG_TYPE = 601;

    static final int REQUIRED = 602;
    static final int TOO_FEW_ITEMS = 612;

    private final int status;
    private final String json;

    private AlertmanagerRefusal(int status, String message, Object body) {
        super(message, null, false, false);
        this.status = status;
        this.json = Json.encode(body);
    }

    static AlertmanagerRefusal of(int status, String message) {
        return new AlertmanagerRefusal(status, message, message);
    }

    /** A value of the wrong form. */
    static AlertmanagerRefusal invalid(int code, String message) {
        return inForm(422, code, message);
    }

    /** A body that can't be read. */
    static AlertmanagerRefusal unreadable(String what, String reason) {
        return inForm(400, 400, "parsing " + what + " body from \"\" failed, because " + reason);
    }

    static AlertmanagerRefusal inForm(int status, int code, String message) {
        return new AlertmanagerRefusal(
                status, message, new JsonObject().put("code", code).put("message", message));
    }

    void answer(RoutingContext ctx) {
        Replies.send(ctx, status, Replies.JSON, Buffer.buffer(json));
    }
}
