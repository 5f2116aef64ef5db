package dev.tocsin.page;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A window for each test. All tests of a run share one Chromium and, where they look at it, one server with the demo
 * load: both are started by the first that asks, and end with the run. Confined to the test's thread.
 */
final class Browsing implements BeforeEachCallback, AfterEachCallback {
    static final Path SCREENSHOTS = Path.of(System.getProperty("tocsin.basedir", "."), "target", "screenshots");
    private static final ExtensionContext.Namespace RUN = ExtensionContext.Namespace.create(Browsing.class);

    private final List<String> complaints = new ArrayList<>();
    private ExtensionContext.@Nullable Store run;
    private @Nullable Chromium chromium;
    private @Nullable BrowserContext context;
    private @Nullable Page page;

    /** What is closed when the run ends. */
    private record Shared<T extends AutoCloseable>(T it) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            it.close();
        }
    }

    /** The Chromium of the run; without one the test is left out, but in CI, where it fails. */
    static Chromium chromium(ExtensionContext test) {
        Path executable = Chromium.find().orElse(null);
        if (executable == null && "true".equals(System.getenv("CI"))) {
            fail("no Chromium is installed, and CI must look at the page in one");
        }
        assumeTrue(executable != null, "no Chromium is installed (apt-get install chromium)");
        return shared(test.getRoot().getStore(RUN), "chromium", () -> Chromium.launch(executable));
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        run = test.getRoot().getStore(RUN);
        chromium = chromium(test);
        look(1280, 800, ColorScheme.DARK);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        if (context != null) {
            context.close();
        }
    }

    /** Goes on in a new window, of which this is the size in CSS pixels; the one before is closed. */
    Page look(int width, int height, ColorScheme scheme) {
        if (context != null) {
            context.close();
        }
        if (chromium == null) {
            throw new IllegalStateException("no window is open before the test");
        }
        Page opened = chromium.look(width, height, scheme, complaints);
        context = opened.context();
        page = opened;
        return opened;
    }

    Page page() {
        if (page == null) {
            throw new IllegalStateException("no window is open before the test");
        }
        return page;
    }

    /** The server with the demo load. */
    ServedPage demo() {
        if (run == null) {
            throw new IllegalStateException("nothing is shared before the test");
        }
        return shared(run, "demo", ServedPage::open);
    }

    /** Opens a page of the demo server, such as {@code /#/alerts}; what it asks of any other host is a complaint. */
    void go(String path) {
        go(demo(), path);
    }

    /** The same of another server. */
    void go(ServedPage served, String path) {
        URI server = served.url();
        page().onRequest(request -> {
            if (!request.url().startsWith(server.toString())) {
                complaints.add("asks another host: " + request.url());
            }
        });
        page().navigate(server + path);
    }

    /** What the console and the scripts said of errors, over all windows of the test. */
    List<String> complaints() {
        return complaints;
    }

    /** Writes what is seen to {@code target/screenshots/NAME.png}. */
    void screenshot(String name) {
        page().screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    /** Columns of pixels that stand out of the window. */
    int overflow() {
        Object columns = page().evaluate(
                        "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)");
        return ((Number) columns).intValue();
    }

    @SuppressWarnings("unchecked") // each name is asked for with one type
    private static <T extends AutoCloseable> T shared(ExtensionContext.Store run, String name, Callable<T> start) {
        Shared<T> shared = run.computeIfAbsent(
                name,
                missing -> {
                    try {
                        return new Shared<>(start.call());
                    } catch (Exception e) {
                        throw new IllegalStateException(name + " did not start", e);
                    }
                },
                Shared.class);
        return shared.it();
    }
}
