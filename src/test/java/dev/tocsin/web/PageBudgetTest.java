package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.web.PageFiles.PageFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page costs to fetch. */
class PageBudgetTest {
    private static final Path WEB =
            Path.of(System.getProperty("tocsin.basedir", "."), "src", "main", "resources", "web");
    private static final int MOST_SCRIPT_BYTES = 200 << 10;

    /** Every script of every view, as it is sent to a browser: compressed. */
    @Test
    void allScriptsTogetherStayUnder200KiB() throws Exception {
        PageFiles files = PageFiles.load(PageBudgetTest.class.getClassLoader(), "web");
        int bytes = 0;
        try (Stream<Path> all = Files.walk(WEB)) {
            for (Path script : all.filter(p -> p.toString().endsWith(".js")).toList()) {
                PageFile file = Objects.requireNonNull(files.find("/" + WEB.relativize(script)), script::toString);
                bytes += file.gzip() == null ? file.bytes().length : file.gzip().length;
            }
        }
        assertThat(bytes).isBetween(1, MOST_SCRIPT_BYTES);
    }
}
