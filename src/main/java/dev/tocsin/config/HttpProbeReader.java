package dev.tocsin.config;

import dev.tocsin.core.Regex;
import dev.tocsin.watch.check.ProbeSpec;
import io.vertx.core.json.pointer.JsonPointer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads checks of the kind {@code http}. */
final class HttpProbeReader implements ProbeReader {
    private static final Set<String> KEYS = Set.of(
            "url",
            "method",
            "headers",
            "body",
            "status",
            "contains",
            "matches",
            "json",
            "answer-headers",
            "redirects",
            "max-body",
            "certificate-days",
            "verify-certificate");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "OPTIONS");

    private static final int MOST_REDIRECTS = 20;
    private static final int DEFAULT_REDIRECTS = 5;
    private static final int DEFAULT_MAX_BODY = 1 << 20;
    private static final int MOST_MAX_BODY = 16 << 20;
    private static final int MOST_DAYS = 3_650;

    @Override
    public Set<String> keys() {
        return KEYS;
    }

    @Override
    public ProbeSpec read(CheckKeys keys) throws ConfigException {
        URI url = keys.required("url", "a check of the kind http", HttpProbeReader::url);
        boolean isPost = keys.has("body");
        String method = keys.text("method", isPost ? "POST" : "GET");
        if (!METHODS.contains(method)) {
            throw keys.error("method", "\"" + method + "\" is not one of GET, HEAD, POST, PUT, OPTIONS");
        }
        return new ProbeSpec.Http(
                url,
                method,
                keys.map("headers"),
                keys.text("body", ""),
                statuses(keys),
                keys.text("contains", ""),
                keys.has("matches") ? keys.required("matches", "", CheckKeys::pattern) : null,
                keys.read("json", Map.of(), HttpProbeReader::pointers),
                keys.read("answer-headers", Map.of(), HttpProbeReader::headers),
                keys.integer("redirects", DEFAULT_REDIRECTS, 0, MOST_REDIRECTS),
                keys.read("max-body", DEFAULT_MAX_BODY, HttpProbeReader::bodyBytes),
                keys.integer("certificate-days", 0, 0, MOST_DAYS),
                keys.flag("verify-certificate", true));
    }

    private static URI url(YamlNode node) throws ConfigException {
        try {
            URI url = new URI(node.asString());
            boolean overHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (overHttp && url.getHost() != null && url.getUserInfo() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw node.error("expected a URL like https://shop.example/health (a password goes into headers), found \""
                + node.asString() + "\"");
    }

    private static List<Integer> statuses(CheckKeys keys) throws ConfigException {
        List<Integer> statuses = new ArrayList<>();
        for (String text : keys.texts("status")) {
            if (!text.matches("[1-5][0-9][0-9]")) {
                throw keys.error(
                        "status", "expected a status from 100 to 599 or a list of them, found \"" + text + "\"");
            }
            statuses.add(Integer.valueOf(text));
        }
        return statuses;
    }

    private static Map<String, String> pointers(YamlNode node) throws ConfigException {
        Map<String, String> pointers = new LinkedHashMap<>();
        for (Map.Entry<String, YamlNode> entry : node.asMap().entrySet()) {
            try {
                JsonPointer.from(entry.getKey());
            } catch (IllegalArgumentException e) {
                throw entry.getValue()
                        .error("\"" + entry.getKey() + "\" is no JSON pointer; expected one like /checks/0/status");
            }
            pointers.put(entry.getKey(), entry.getValue().asString());
        }
        return pointers;
    }

    private static Map<String, Regex> headers(YamlNode node) throws ConfigException {
        Map<String, Regex> headers = new LinkedHashMap<>();
        for (Map.Entry<String, YamlNode> entry : node.asMap().entrySet()) {
            headers.put(entry.getKey(), CheckKeys.regex(entry.getValue()));
        }
        return headers;
    }

    private static int bodyBytes(YamlNode node) throws ConfigException {
        return Math.toIntExact(Allowed.bytes(1, MOST_MAX_BODY).read(node));
    }
}
