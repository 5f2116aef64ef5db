package dev.tocsin.web;

import dev.tocsin.web.PageFiles.PageFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page. The browser keeps every file but asks each time whether it is still the one (304 by ETag), so that
 * a page never mixes files of two versions. A path without an extension that a browser navigates to is the page's own
 * to route, and gets {@code index.html}. Safe from any thread.
 */
final class PageHandler {
    private static final String INDEX = "/index.html";

    private final PageFiles files;

    PageHandler(PageFiles files) {
        this.files = files;
    }

    /** @return whether the path was the page's, and has been answered */
    boolean serve(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return false;
        }
        PageFile file = fileFor(request.path(), request.getHeader(HttpHeaders.ACCEPT));
        if (file == null) {
            return false;
        }
        send(request, file);
        return true;
    }

    /** Answers a GET or HEAD request with the file, or with 304 where the client has it. */
    static void send(HttpServerRequest request, PageFile file) {
        boolean gzip = file.gzip() != null && accepts(request.getHeader(HttpHeaders.ACCEPT_ENCODING), "gzip");
        String tag = "\"" + file.tag() + (gzip ? "-gz" : "") + "\"";
        HttpServerResponse response = request.response()
                .putHeader(HttpHeaders.ETAG, tag)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.VARY, "Accept-Encoding");
        if (matches(request.getHeader(HttpHeaders.IF_NONE_MATCH), tag)) {
            response.setStatusCode(304).end().onFailure(gone -> {});
            return;
        }
        byte[] body = gzip && file.gzip() != null ? file.gzip() : file.bytes();
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.contentType())
                .putHeader(HttpHeaders.CONTENT_ENCODING, gzip ? "gzip" : "identity");
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
            response.end().onFailure(gone -> {});
        } else {
            response.end(Buffer.buffer(body)).onFailure(gone -> {});
        }
    }

    private @Nullable PageFile fileFor(@Nullable String path, @Nullable String accept) {
        if (path == null) {
            return null;
        }
        PageFile exact = files.find(path.equals("/") ? INDEX : path);
        if (exact != null) {
            return exact;
        }
        boolean navigation = accept != null && accept.contains("text/html");
        boolean ours = !path.startsWith("/api/")
                && !path.startsWith("/-/")
                && path.indexOf('.', path.lastIndexOf('/') + 1) < 0;
        return navigation && ours ? files.find(INDEX) : null;
    }

    private static boolean matches(@Nullable String ifNoneMatch, String tag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String candidate : ifNoneMatch.split(",")) {
            String known = candidate.trim();
            if (known.equals("*") || known.equals(tag) || known.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a list such as {@code gzip, br;q=0} names the coding and does not refuse it. */
    static boolean accepts(@Nullable String acceptEncoding, String coding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String item : acceptEncoding.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = item.trim().split(";");
            if (parts[0].trim().equals(coding)) {
                return parts.length == 1 || !parts[1].trim().matches("q=0(\\.0*)?");
            }
        }
        return false;
    }
}
