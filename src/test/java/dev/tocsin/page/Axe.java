package dev.tocsin.page;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** axe-core, run in a page: what keeps people from reading or using it. */
final class Axe {
    private static final String SOURCE = source();

    private Axe() {}

    /** Each fault of the impact serious or critical: its rule, what it asks for, and up to three elements. */
    @SuppressWarnings("unchecked")
    static List<String> faults(Page page) {
        page.evaluate(SOURCE);
        return (List<String>) page.evaluate("""
                async () => (await axe.run(document, {resultTypes: ['violations']})).violations
                  .filter(v => v.impact === 'serious' || v.impact === 'critical')
                  .map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3)
                    .map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | '))
                """);
    }

    private static String source() {
        try (InputStream in = Objects.requireNonNull(Axe.class.getResourceAsStream("/axe.min.js"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
