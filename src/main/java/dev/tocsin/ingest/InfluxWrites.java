package dev.tocsin.ingest;

import dev.tocsin.core.Rejection;
import dev.tocsin.ingest.wire.InfluxParser;
import dev.tocsin.ingest.wire.InfluxPrecision;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /write} (InfluxDB 1.x), {@code POST /api/v2/write} (2.x) and {@code /ping}: line protocol, as telegraf and
 * InfluxDB's client libraries send it; gzip accepted, the content type not looked at. {@link InfluxParser} says what a
 * line becomes. Of the parameters only {@code precision} counts: db, rp, org and bucket are taken and not looked at,
 * since there is one database here; who may write, the server's own authorisation decides.
 *
 * <p>A body is read as it arrives: lines are taken one by one, whatever comes after them. So where a body is refused in
 * the middle (413, 503) or the connection breaks, the lines before are in; sent again, they are the same gauges.
 *
 * <p>Answers 204 where every line was taken, otherwise 400 with InfluxDB's words, also where part was: {@code partial
 * write: … dropped=N} counts unreadable lines and refused samples. A time stamp outside the hot window is {@code points
 * beyond retention policy}. 413, 415 and 503 refuse the body, or with 503 some of its samples for
 * want of room; 500 means that samples were lost inside.
 */
public final class InfluxWrites {
    /** What is claimed to be here: its protocol is what is answered. */
    static final String VERSION = "1.8.10";

    private static final int SLICE_BYTES = 64 << 10;
    private static final int MAX_ERROR_HEADER = 1_024;

    private enum Api {
        V1("/write"),
        V2("/api/v2/write");

        final String path;

        Api(String path) {
            this.path = path;
        }
    }

    private final HttpLoops loops;
    private final ThreadLocal<InfluxLoop> here;

    public InfluxWrites(HttpLoops loops) {
        this.loops = loops;
        here = ThreadLocal.withInitial(() -> new InfluxLoop(loops.open("influx")));
    }

    /** Adds the routes. No body handler may stand before them. */
    public void mount(Router router) {
        for (Api api : Api.values()) {
            router.post(api.path)
                    .handler(routing -> handle(routing, api))
                    .failureHandler(routing -> failed(routing, api));
        }
        router.get("/ping").handler(InfluxWrites::ping);
        router.head("/ping").handler(InfluxWrites::ping);
    }

    private static void ping(RoutingContext routing) {
        HttpServerResponse response = routing.response().putHeader("X-Influxdb-Version", VERSION);
        String verbose = routing.request().getParam("verbose");
        if (verbose == null || verbose.equals("false") || verbose.equals("0")) {
            response.setStatusCode(204).end();
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(new JsonObject().put("version", VERSION).toBuffer());
        }
    }

    private void handle(RoutingContext routing, Api api) {
        HttpServerRequest request = routing.request();
        InfluxPrecision precision = precision(request.getParam("precision"));
        if (precision == null) {
            here.get().loop().rejectBody(Rejection.MALFORMED);
            answer(routing, api, 400, "invalid precision; valid precision units are ns, us, ms, s, m and h");
            return;
        }
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        boolean gzip = "gzip".equalsIgnoreCase(encoding);
        if (!gzip && encoding != null && !encoding.isBlank() && !"identity".equalsIgnoreCase(encoding)) {
            here.get().loop().rejectBody(Rejection.MALFORMED);
            answer(routing, api, 415, "content encoding must be gzip or none, not " + encoding);
            return;
        }
        InfluxBody body = new InfluxBody(here.get(), precision, new InfluxAnswer(), loops.budget());
        if (gzip) {
            CollectedBody packed = new CollectedBody(loops.budget());
            RequestBody.take(request, loops.settings().maxBodyBytes(), packed)
                    .onSuccess(whole -> unpack(routing, api, packed, body))
                    .onFailure(cause -> refuse(routing, api, cause));
        } else {
            RequestBody.take(request, loops.settings().maxBodyBytes(), body)
                    .onSuccess(whole -> end(routing, api, body))
                    .onFailure(cause -> refuse(routing, api, cause));
        }
    }

    private static @Nullable InfluxPrecision precision(@Nullable String unit) {
        return switch (unit) {
            case null -> InfluxPrecision.NANOSECONDS;
            case "", "n", "ns" -> InfluxPrecision.NANOSECONDS;
            case "u", "us", "µ", "µs" -> InfluxPrecision.MICROSECONDS;
            case "ms" -> InfluxPrecision.MILLISECONDS;
            case "s" -> InfluxPrecision.SECONDS;
            case "m" -> InfluxPrecision.MINUTES;
            case "h" -> InfluxPrecision.HOURS;
            default -> null;
        };
    }

    private void unpack(RoutingContext routing, Api api, CollectedBody packed, InfluxBody body) {
        try {
            InputStream in = packed.read(true, loops.settings().maxInflatedBytes());
            readSlice(routing, api, packed, in, body, new byte[SLICE_BYTES]);
        } catch (IOException e) {
            brokenOff(routing, api, packed, body, e);
        }
    }

    /** Reads some milliseconds' worth, then lets the loop do other work before the next slice. */
    private void readSlice(
            RoutingContext routing, Api api, CollectedBody packed, InputStream in, InfluxBody body, byte[] slice) {
        int length;
        try {
            length = in.readNBytes(slice, 0, slice.length);
        } catch (IOException e) {
            brokenOff(routing, api, packed, body, e);
            return;
        }
        if (!body.take(slice, length)) {
            packed.release();
            body.release();
            refuse(routing, api, new RequestBody.RefusedException(503, "too many bodies are being read; try again"));
        } else if (length == slice.length) {
            routing.vertx().runOnContext(v -> readSlice(routing, api, packed, in, body, slice));
        } else {
            packed.release();
            end(routing, api, body);
        }
    }

    /** The compressed body is broken, or holds too much; the slices before were taken. */
    private void brokenOff(RoutingContext routing, Api api, CollectedBody packed, InfluxBody body, IOException cause) {
        packed.release();
        body.release();
        boolean tooLarge = cause instanceof BoundedInputStream.TooLargeException;
        here.get().loop().rejectBody(tooLarge ? Rejection.TOO_LARGE : Rejection.MALFORMED);
        answer(routing, api, tooLarge ? 413 : 400, "the body cannot be read: " + cause.getMessage());
    }

    private static void end(RoutingContext routing, Api api, InfluxBody body) {
        body.end();
        body.release();
        String error = body.answer().error();
        if (error != null) {
            answer(routing, api, body.answer().status(), error);
        } else if (!routing.response().closed() && !routing.response().ended()) {
            routing.response()
                    .setStatusCode(204)
                    .putHeader("X-Influxdb-Version", VERSION)
                    .end();
        }
    }

    private void refuse(RoutingContext routing, Api api, Throwable cause) {
        if (cause instanceof RequestBody.RefusedException refused) {
            if (refused.status() == 503) {
                here.get().loop().dropBody();
            } else {
                here.get().loop().rejectBody(Rejection.TOO_LARGE);
            }
            answer(routing, api, refused.status(), String.valueOf(refused.getMessage()));
        }
    }

    /** Refused before it came here: the body is too large by its own account. */
    private void failed(RoutingContext routing, Api api) {
        if (routing.statusCode() != 413 || routing.response().ended()) {
            routing.next();
            return;
        }
        // Takes the same way as one that turns out to be too large, so that the sender gets to see the answer.
        InfluxBody nothing =
                new InfluxBody(here.get(), InfluxPrecision.NANOSECONDS, new InfluxAnswer(), loops.budget());
        RequestBody.take(routing.request(), loops.settings().maxBodyBytes(), nothing)
                .onFailure(cause -> refuse(routing, api, cause));
    }

    private static void answer(RoutingContext routing, Api api, int status, String error) {
        if (routing.response().closed() || routing.response().ended()) {
            return;
        }
        HttpServerResponse response = routing.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader("X-Influxdb-Version", VERSION);
        if (api == Api.V1) {
            response.putHeader("X-Influxdb-Error", headerText(error))
                    .end(new JsonObject().put("error", error).toBuffer());
        } else {
            String code = code(status);
            response.putHeader("X-Platform-Error-Code", code)
                    .end(new JsonObject()
                            .put("code", code)
                            .put("message", error)
                            .toBuffer());
        }
    }

    private static String code(int status) {
        return switch (status) {
            case 413 -> "request too large";
            case 503 -> "unavailable";
            case 500 -> "internal error";
            default -> "invalid";
        };
    }

    /** Printable ASCII only, and not too long. */
    private static String headerText(String text) {
        String start = text.substring(0, Math.min(text.length(), MAX_ERROR_HEADER));
        return start.replaceAll("[^\\x20-\\x7e]", " ");
    }
}
