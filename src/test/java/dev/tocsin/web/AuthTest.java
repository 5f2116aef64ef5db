package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuthTest {
    private static final String TOKEN = "correct-horse-battery";

    @Test
    void offLoopbackNeedsTokensOrAnOutspokenNone() {
        assertThatThrownBy(() -> HttpSettings.DEFAULT.withAuth("0.0.0.0", new Auth.Unset()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("http.host: 0.0.0.0 can be reached from other machines: "
                        + "set http.auth.tokens, or say http.auth: none");
        assertThat(HttpSettings.DEFAULT.withAuth("0.0.0.0", new Auth.None()).host())
                .isEqualTo("0.0.0.0");
        assertThat(HttpSettings.DEFAULT
                        .withAuth("10.0.0.1", new Auth.Tokens(List.of(TOKEN)))
                        .host())
                .isEqualTo("10.0.0.1");
    }

    @Test
    void whatIsLoopbackIsToldByTheTextAlone() {
        assertThat(List.of("127.0.0.1", "127.1.2.3", "localhost", "::1")).allMatch(HttpSettings::isLoopback);
        assertThat(List.of("0.0.0.0", "::", "127.evil.example", "128.0.0.1", "localhost.example", "example"))
                .noneMatch(HttpSettings::isLoopback);
    }

    @Test
    void aShortTokenIsNoSecret() {
        assertThatThrownBy(() -> new Auth.Tokens(List.of("short")))
                .hasMessage("http.auth.tokens[0]: a token needs at least 8 characters, this one has 5");
    }

    @Test
    void tokensAreTakenAsBearerOrAsBasicPassword() {
        Auth auth = new Auth.Tokens(List.of("another-token-of-ours", TOKEN));
        assertThat(auth.admits("Bearer " + TOKEN)).isTrue();
        assertThat(auth.admits("bearer " + TOKEN)).isTrue();
        assertThat(auth.admits("Token " + TOKEN)).isTrue();
        assertThat(auth.admits("Basic " + base64("anyone:" + TOKEN))).isTrue();
        assertThat(auth.admits(null)).isFalse();
        assertThat(auth.admits("Bearer")).isFalse();
        assertThat(auth.admits("Bearer wrong-horse-battery!")).isFalse();
        assertThat(auth.admits("Basic " + base64(TOKEN + ":anyone"))).isFalse();
        assertThat(auth.admits("Basic !!!")).isFalse();
        assertThat(auth.admits("Digest " + TOKEN)).isFalse();
    }

    @Test
    void withTokensOnlyTheProbesAreOpen() {
        HttpSettings settings = HttpSettings.DEFAULT.withAuth("127.0.0.1", new Auth.Tokens(List.of(TOKEN)));
        try (TestServer server = TestServer.serving(
                settings,
                List.of(router -> {
                    router.get("/livez").handler(ctx -> Replies.text(ctx, 200, "ok"));
                    router.get("/ping").handler(ctx -> Replies.text(ctx, 200, "ok"));
                    router.post("/write").handler(ctx -> Replies.text(ctx, 200, "ok"));
                    router.get("/api/v1/x").handler(ctx -> Replies.success(ctx, "x"));
                }),
                PageFiles.of(Map.of("index.html", new byte[] {'i'})))) {
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            assertThat(server.get("/ping").statusCode()).isEqualTo(200);
            assertThat(server.get("/api/v1/x").statusCode()).isEqualTo(401);
            assertThat(server.get("/api/v1/x?p=" + TOKEN).statusCode()).isEqualTo(401);
            assertThat(server.post("/write", "text/plain", "").statusCode()).isEqualTo(401);
            assertThat(server.post("/write?u=me&p=wrong", "text/plain", "").statusCode())
                    .isEqualTo(401);
            assertThat(server.post("/write?u=me&p=" + TOKEN, "text/plain", "").statusCode())
                    .isEqualTo(200);
            assertThat(server.get("/").statusCode()).isEqualTo(401);
            assertThat(server.get("/").headers().firstValue("WWW-Authenticate"))
                    .hasValue("Basic realm=\"tocsin\", charset=\"UTF-8\"");
            assertThat(server.send(server.request("/api/v1/x").header("Authorization", "Bearer " + TOKEN))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
