package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Regex;
import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.pointer.JsonPointer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an answer over HTTP is worth. Immutable. */
final class HttpJudge {
    private final ProbeSpec.Http spec;
    private final Clock clock;

    HttpJudge(ProbeSpec.Http spec, Clock clock) {
        this.spec = spec;
        this.clock = clock;
    }

    /** @param certificate null without TLS */
    ProbeResult judge(int status, HttpHeaders headers, Buffer body, @Nullable X509Certificate certificate) {
        String problem = problem(status, headers, body);
        ProbeResult result = problem != null ? ProbeResult.failed(problem) : ProbeResult.ok("HTTP " + status);
        return certificate == null
                ? result
                : CertificateTerm.judge(result, certificate, spec.certificateDays(), clock.wallMillis());
    }

    private @Nullable String problem(int status, HttpHeaders headers, Buffer body) {
        boolean wanted = spec.statuses().isEmpty()
                ? status >= 200 && status <= 299
                : spec.statuses().contains(status);
        if (!wanted) {
            return "HTTP " + status + (body.length() == 0 ? "" : ": " + body.toString(StandardCharsets.UTF_8));
        }
        for (Map.Entry<String, Regex> header : spec.answerHeaders().entrySet()) {
            String value = headers.get(header.getKey());
            if (value == null || !header.getValue().matches(value)) {
                return "the header " + header.getKey() + " is " + (value == null ? "missing" : "\"" + value + "\"")
                        + ", not " + header.getValue();
            }
        }
        if (body.length() > spec.maxBody()) {
            return "the answer is longer than " + spec.maxBody() + " bytes; raise max-body, or ask with method: HEAD";
        }
        return body(body);
    }

    private @Nullable String body(Buffer body) {
        String text = body.toString(StandardCharsets.UTF_8);
        if (!text.contains(spec.contains())) {
            return "no \"" + spec.contains() + "\" in: " + text;
        }
        if (spec.matches() != null && !spec.matches().matcher(text).find()) {
            return "nothing like " + spec.matches() + " in: " + text;
        }
        if (spec.json().isEmpty()) {
            return null;
        }
        Object json;
        try {
            json = Json.decodeValue(body);
        } catch (DecodeException e) {
            return "no JSON: " + text;
        }
        for (Map.Entry<String, String> expected : spec.json().entrySet()) {
            Object found = JsonPointer.from(expected.getKey()).queryJson(json);
            if (!expected.getValue().equals(String.valueOf(found))) {
                return expected.getKey() + " is " + found + ", not " + expected.getValue();
            }
        }
        return null;
    }
}
