package dev.tocsin.web;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * First in line for every request: security headers, who may come in, and bodies that are too long by their own
 * account. Safe from any thread.
 */
final class RequestGuard implements Handler<RoutingContext> {
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /** What a load balancer, kubelet or Influx client asks, which has no token and learns nothing but yes or no. */
    private static final Set<String> OPEN_PATHS = Set.of("/livez", "/readyz", "/-/healthy", "/-/ready", "/ping");

    private static final Set<HttpMethod> SAFE_METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Auth auth;
    private final long maxBodyBytes;

    RequestGuard(Auth auth, long maxBodyBytes) {
        this.auth = auth;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        putSecurityHeaders(ctx.response(), request.path());
        if (!OPEN_PATHS.contains(request.path())
                && !AcknowledgePage.isAt(request.path())
                && !auth.admits(credentials(request))) {
            ctx.response().putHeader("WWW-Authenticate", "Basic realm=\"tocsin\", charset=\"UTF-8\"");
            Replies.error(
                    ctx,
                    ApiError.Type.UNAUTHORIZED,
                    "a token is needed: Authorization: Bearer TOKEN, or the token as Basic password");
            return;
        }
        if (!SAFE_METHODS.contains(request.method()) && isFromAnotherSite(request)) {
            Replies.error(ctx, ApiError.Type.FORBIDDEN, "a page of another site may not change anything here");
            return;
        }
        if (declaredLength(request) > maxBodyBytes) {
            ctx.fail(413);
            return;
        }
        ctx.next();
    }

    /** The header, or for clients of InfluxDB 1.x, which know no header, the password among the parameters. */
    private static @Nullable String credentials(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null && "/write".equals(request.path())) {
            String password = request.getParam("p");
            return password == null ? null : "Bearer " + password;
        }
        return header;
    }

    private static void putSecurityHeaders(HttpServerResponse response, @Nullable String path) {
        response.putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (path != null && path.startsWith("/api/")) {
            response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        }
    }

    /** Browsers say where a request comes from; other clients say nothing and are let through. */
    private static boolean isFromAnotherSite(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null && (site.equals("cross-site") || site.equals("same-site"));
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length.trim());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
