package dev.tocsin.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.TreeSet;

/** What is answered where no handler did: the page, or JSON that says what there is instead. */
final class ErrorReplies {
    private static final System.Logger LOG = System.getLogger(ErrorReplies.class.getName());

    /** For a client that is still sending: time to read the answer before the connection goes. */
    private static final long CLOSE_AFTER_MILLIS = 500;

    private final PageHandler page;
    private final long maxBodyBytes;

    ErrorReplies(PageHandler page, long maxBodyBytes) {
        this.page = page;
        this.maxBodyBytes = maxBodyBytes;
    }

    void mount(Router router) {
        // Vert.x' word for a client that goes away in the middle of its body: nobody is left to be told.
        router.errorHandler(200, ctx -> {});
        router.errorHandler(400, ctx -> Replies.error(ctx, ApiError.Type.BAD_DATA, reason(ctx, "bad request")));
        router.errorHandler(404, ctx -> notFound(router, ctx));
        router.errorHandler(405, ctx -> methodNotAllowed(router, ctx));
        router.errorHandler(413, this::tooLarge);
        router.errorHandler(500, this::failed);
    }

    private void notFound(Router router, RoutingContext ctx) {
        if (page.serve(ctx.request())) {
            return;
        }
        Set<String> known = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            String path = route.getPath();
            if (path != null && path.length() > 1) {
                known.add(path);
            }
        }
        Replies.error(
                ctx,
                ApiError.Type.NOT_FOUND,
                "there is nothing at " + ctx.request().path() + "; there is " + String.join(" ", known));
    }

    private void methodNotAllowed(Router router, RoutingContext ctx) {
        Set<String> allowed = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            String path = route.getPath();
            Set<HttpMethod> methods = route.methods();
            if (path != null && methods != null && isAt(path, ctx.normalizedPath())) {
                methods.forEach(method -> allowed.add(method.name()));
            }
        }
        ctx.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
        Replies.error(
                ctx,
                ApiError.Type.METHOD,
                ctx.request().method() + " is not allowed at " + ctx.request().path() + ", but "
                        + String.join(", ", allowed));
    }

    /** @param template with {@code :name} for any one segment */
    static boolean isAt(String template, String path) {
        String[] expected = template.split("/", -1);
        String[] found = path.split("/", -1);
        if (expected.length != found.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (!expected[i].equals(found[i]) && !expected[i].startsWith(":")) {
                return false;
            }
        }
        return true;
    }

    private void tooLarge(RoutingContext ctx) {
        ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        Replies.error(
                ctx, ApiError.Type.TOO_LARGE, "a request body may have " + maxBodyBytes + " bytes, this one has more");
        // The rest of the body is not read: the connection is of no further use.
        ctx.request().pause();
        ctx.vertx()
                .setTimer(
                        CLOSE_AFTER_MILLIS,
                        timer -> ctx.request().connection().close().onFailure(gone -> {}));
    }

    private void failed(RoutingContext ctx) {
        Throwable failure = ctx.failure();
        if (failure instanceof ApiError e) {
            Replies.error(ctx, e);
            return;
        }
        LOG.log(
                Level.WARNING,
                "request failed: " + ctx.request().method() + " "
                        + ctx.request().path(),
                failure);
        Replies.error(ctx, ApiError.Type.INTERNAL, "internal error; the log says more");
    }

    private static String reason(RoutingContext ctx, String otherwise) {
        Throwable failure = ctx.failure();
        String message = failure == null ? null : failure.getMessage();
        return message == null ? otherwise : message;
    }
}
