package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The documentation as it is served. */
class DocumentationTest {
    private static final Pattern LINK = Pattern.compile("href=\"([^\"]*)\"");
    private static final Pattern ANCHOR = Pattern.compile("id=\"([^\"]*)\"");
    private static final List<String> NAMES = Documentation.NAMES;

    private static TestServer server;

    @BeforeAll
    static void start() {
        ClassLoader loader = DocumentationTest.class.getClassLoader();
        server = TestServer.serving(
                HttpSettings.DEFAULT, List.of(new Documentation(loader, "docs")::mount), PageFiles.load(loader, "web"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void eachPageIsHtmlOfThePagesLookUnderTheStrictPolicy(String name) {
        HttpResponse<String> response = server.get("/docs/" + name);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self'; style-src 'self'");
        assertThat(response.body())
                .contains("/css/tokens.css", "/js/theme-first.js", "aria-current=\"page\"", "<h1 id=")
                .doesNotContainPattern("style=|<script>|<style| on[a-z]+=\"");
    }

    @Test
    void theIndexNamesEveryPage() {
        String index = server.get("/docs").body();

        for (String name : NAMES) {
            assertThat(index).contains("<dt><a href=\"/docs/" + name + "\">");
        }
        assertThat(server.get("/docs/").body()).isEqualTo(index);
    }

    @Test
    void aPageThatThereIsNotIsNotFound() {
        HttpResponse<String> response =
                server.send(server.request("/docs/nothing").header("Accept", "text/html"));

        assertThat(response.statusCode()).isEqualTo(404);
    }

    @Test
    void everyLinkLeadsSomewhereAndEveryAnchorIsThere() {
        Map<String, String> pages =
                new TreeMap<>(Map.of("/docs", server.get("/docs").body()));
        for (String name : NAMES) {
            pages.put("/docs/" + name, server.get("/docs/" + name).body());
        }
        List<String> broken = new ArrayList<>();
        pages.forEach((path, html) -> {
            for (String link : new TreeSet<>(all(LINK, html))) {
                if (!leads(path, link, pages)) {
                    broken.add(path + " links to " + link);
                }
            }
        });

        assertThat(broken).isEmpty();
    }

    private static boolean leads(String from, String link, Map<String, String> pages) {
        if (link.startsWith("http")) {
            return true;
        }
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        String html = path.isEmpty() ? pages.get(from) : pages.get(path);
        if (html == null) {
            return hash < 0 && server.get(link).statusCode() == 200;
        }
        return hash < 0 || all(ANCHOR, html).contains(link.substring(hash + 1));
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult each) -> each.group(1))
                .toList();
    }
}
