package dev.tocsin.page;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long a page takes until something is seen, over the loopback, in a browser that has never seen it: milliseconds
 * to the first contentful paint, median and worst, and the bytes of script that were sent. {@code [loads]} may be given.
 */
final class FirstPaintBenchmark {
    private static final List<String> PAGES =
            List.of("/#/", "/#/d/host", "/#/latency", "/#/explore?q=host_load1", "/#/alerts", "/#/status");

    private static final String FIRST_PAINT = """
            () => new Promise(done => new PerformanceObserver((list, observer) => {
              observer.disconnect();
              done(list.getEntries()[0].startTime);
            }).observe({type: 'paint', buffered: true}))
            """;

    private static final String SCRIPT_BYTES = """
            () => performance.getEntriesByType('resource').filter(e => e.name.endsWith('.js'))
              .reduce((sum, e) => sum + e.transferSize, 0)
            """;

    private FirstPaintBenchmark() {}

    /** @param args how often each page is loaded; ten times where it is not given */
    public static void main(String[] args) throws Exception {
        int loads = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        Path executable = Chromium.find().orElseThrow();
        try (ServedPage served = ServedPage.open();
                Chromium chromium = Chromium.launch(executable)) {
            for (String path : PAGES) {
                double[] millis = new double[loads];
                long bytes = 0;
                for (int i = 0; i < loads; i++) {
                    Page page = chromium.look(1280, 800, ColorScheme.DARK, new ArrayList<>());
                    page.navigate(served.url() + path);
                    millis[i] = ((Number) page.evaluate(FIRST_PAINT)).doubleValue();
                    page.locator(".live-live").waitFor();
                    bytes = ((Number) page.evaluate(SCRIPT_BYTES)).longValue();
                    page.context().close();
                }
                Arrays.sort(millis);
                System.out.printf(
                        "%-24s median %4.0f ms, worst %4.0f ms, %,d bytes of script%n",
                        path, millis[loads / 2], millis[loads - 1], bytes);
            }
        }
    }
}
