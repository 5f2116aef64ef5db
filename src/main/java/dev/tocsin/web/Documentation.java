package dev.tocsin.web;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jspecify.annotations.Nullable;

/**
 * The documentation as pages of their own, made of Markdown (CommonMark with tables): an index at {@code /docs}, pages at
 * {@code /docs/NAME}. They need no script but the one that chooses the theme. Headings have anchors; links to
 * {@code NAME.md}, which work where the sources are read, lead to {@code /docs/NAME}. Made when first asked for, off the
 * event loop, since it takes longer than the server's start should. Safe from any thread.
 */
public final class Documentation {
    /** In the order in which they are read. */
    public static final List<String> NAMES = List.of(
            "start",
            "ingest",
            "names",
            "watch",
            "scrape",
            "logs",
            "postgresql",
            "quality",
            "rules",
            "alerting",
            "runbooks",
            "dashboards",
            "operation",
            "api",
            "limits",
            "measured");

    private static final List<Extension> EXTENSIONS =
            List.of(TablesExtension.create(), HeadingAnchorExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
    private static final HtmlRenderer HTML =
            HtmlRenderer.builder().extensions(EXTENSIONS).escapeHtml(true).build();

    private static final Pattern SECTION = Pattern.compile("<h2 id=\"([^\"]+)\">(.*?)</h2>");

    private static final String FRAME = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>%s · Tocsin</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="dark light">
            <link rel="icon" href="/favicon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/css/tokens.css">
            <link rel="stylesheet" href="/css/base.css">
            <link rel="stylesheet" href="/css/docs.css">
            <script src="/js/theme-first.js"></script>
            </head>
            <body class="docs">
            <a class="skip" href="#text">Skip to content</a>
            <header><a href="/"><img src="/favicon.svg" alt="">Tocsin</a><a href="/docs">Documentation</a></header>
            <nav aria-label="Documentation"><ul>%s</ul></nav>
            <main id="text" tabindex="-1">%s</main>
            </body>
            </html>
            """;

    private static final String INDEX = "";

    private final ClassLoader loader;
    private final String folder;
    private @Nullable PageFiles made;

    /** @param folder on the class path, with a {@code NAME.md} for each of {@link #NAMES} */
    public Documentation(ClassLoader loader, String folder) {
        this.loader = loader;
        this.folder = folder;
    }

    public void mount(Router router) {
        for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.HEAD)) {
            router.route(method, "/docs").handler(ctx -> serve(ctx, INDEX));
            router.route(method, "/docs/:name").handler(ctx -> serve(ctx, String.valueOf(ctx.pathParam("name"))));
        }
    }

    private void serve(RoutingContext ctx, String name) {
        if (!name.equals(INDEX) && !NAMES.contains(name)) {
            Replies.error(
                    ctx,
                    ApiError.Type.NOT_FOUND,
                    "there is no page " + name + "; there is /docs, and under it " + String.join(" ", NAMES));
            return;
        }
        ctx.vertx()
                .executeBlocking(() -> file(name), false)
                .onSuccess(file -> PageHandler.send(ctx.request(), file))
                .onFailure(ctx::fail);
    }

    private synchronized PageFiles.PageFile file(String name) {
        if (made == null) {
            made = PageFiles.of(pages());
        }
        return Objects.requireNonNull(made.find("/" + name + ".html"));
    }

    private Map<String, byte[]> pages() {
        Map<String, Page> read = new LinkedHashMap<>();
        for (String name : NAMES) {
            read.put(name, Page.of(name, PARSER.parse(source(name + ".md"))));
        }
        Map<String, byte[]> pages = new LinkedHashMap<>();
        pages.put(INDEX + ".html", html("Documentation", navigation(read, INDEX), index(read)));
        read.forEach((name, page) ->
                pages.put(name + ".html", html(page.title, navigation(read, name), body(HTML.render(page.document)))));
        return pages;
    }

    /** @param title and summary: the first heading and the first paragraph, as HTML without their tags */
    private record Page(String title, String summary, Node document) {
        static Page of(String name, Node document) {
            Node title = document.getFirstChild();
            if (!(title instanceof Heading) || !(title.getNext() instanceof Paragraph summary)) {
                throw new IllegalStateException(name + ".md begins with a heading and a paragraph");
            }
            document.accept(new AbstractVisitor() {
                @Override
                public void visit(Link link) {
                    link.setDestination(link.getDestination().replaceFirst("^(\\w+)\\.md(?=#|$)", "/docs/$1"));
                    visitChildren(link);
                }
            });
            return new Page(withoutTag(HTML.render(title)), withoutTag(HTML.render(summary)), document);
        }

        private static String withoutTag(String html) {
            return html.substring(html.indexOf('>') + 1, html.lastIndexOf("</"));
        }
    }

    private String source(String file) {
        String path = folder + "/" + file;
        try (InputStream in = loader.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }

    private static String index(Map<String, Page> pages) {
        StringBuilder out = new StringBuilder("<h1>Documentation</h1><dl>");
        pages.forEach((name, page) -> out.append("<dt>")
                .append(link(name, page, ""))
                .append("</dt><dd>")
                .append(page.summary)
                .append("</dd>"));
        return out.append("</dl>").toString();
    }

    /** @param current the page's own name; empty for the index */
    private static String navigation(Map<String, Page> pages, String current) {
        StringBuilder out = new StringBuilder();
        pages.forEach((name, page) -> out.append("<li>")
                .append(link(name, page, name.equals(current) ? " aria-current=\"page\"" : ""))
                .append("</li>"));
        return out.toString();
    }

    private static String link(String name, Page page, String attributes) {
        return "<a href=\"/docs/" + name + "\"" + attributes + ">" + page.title + "</a>";
    }

    /** What is wide scrolls by itself, by keyboard, too; under the title and the summary stand the sections. */
    private static String body(String html) {
        String wide = html.replace("<table>", "<div class=\"table-wrap\" tabindex=\"0\"><table>")
                .replace("</table>", "</table></div>")
                .replace("<pre>", "<pre tabindex=\"0\">");
        List<MatchResult> sections = SECTION.matcher(wide).results().toList();
        if (sections.size() < 2) {
            return wide;
        }
        StringBuilder contents = new StringBuilder("<ul class=\"contents\">");
        for (MatchResult section : sections) {
            contents.append("<li><a href=\"#")
                    .append(section.group(1))
                    .append("\">")
                    .append(section.group(2))
                    .append("</a></li>");
        }
        int afterSummary = wide.indexOf("</p>") + "</p>".length();
        return wide.substring(0, afterSummary) + contents.append("</ul>") + wide.substring(afterSummary);
    }

    private static byte[] html(String title, String navigation, String body) {
        return FRAME.formatted(title, navigation, body).getBytes(StandardCharsets.UTF_8);
    }
}
