package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.store.embedded.TestServer.Binaries;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Series are found in PostgreSQL as in memory, whatever the selector, and a few rows at a time. */
@ParameterizedClass
@EnumSource(Binaries.class)
class StoredCatalogTest extends OverServer {
    private static final List<List<Matcher>> SELECTORS = List.of(
            List.of(),
            List.of(Matcher.equal(Labels.NAME, "hits")),
            List.of(Matcher.equal(Labels.NAME, "took")),
            List.of(Matcher.equal(Labels.NAME, "took_p99")),
            List.of(Matcher.equal(Labels.NAME, "hits_count")),
            List.of(matching(Labels.NAME, Matcher.Op.MATCHES, "took.*|hits")),
            List.of(matching(Labels.NAME, Matcher.Op.NOT_MATCHES, "took.*")),
            List.of(Matcher.equal("route", "/b")),
            List.of(Matcher.equal("route", "")),
            List.of(matching("route", Matcher.Op.MATCHES, "/[ab]"), Matcher.equal("zone", "route")),
            List.of(Matcher.equal(Labels.NAME, "took_p99"), Matcher.equal("route", "/a")),
            List.of(Matcher.equal(Labels.NAME, "hits"), matching("route", Matcher.Op.NOT_EQUAL, "/a")),
            List.of(Matcher.equal("route", "/nowhere")));

    private static Matcher matching(String name, Matcher.Op op, String value) {
        return new Matcher(name, op, value);
    }

    private StoredCatalog catalog;

    @BeforeEach
    void store() throws Exception {
        for (String route : List.of("/a", "/b", "/c")) {
            scene.push(Kind.COUNTER, 1, "__name__", "hits", "route", route);
            scene.push(Kind.DISTRIBUTION, 5, "__name__", "took", "route", route);
            // A value that is also the name of a label.
            scene.push(Kind.GAUGE, 5, "__name__", "depth", "route", route, "zone", "route");
        }
        scene.push(Kind.GAUGE, 5, "__name__", "alone");
        scene.tick();
        History history = scene.history();
        history.step();
        history.finish();
        catalog = new StoredCatalog(scene.database(), 3);
    }

    @Test
    void whatIsFoundIsWhatMemoryFinds() throws Exception {
        SeriesSource memory = scene.table.source();
        for (List<Matcher> selector : SELECTORS) {
            assertThat(catalog.find(selector, 100).stream().map(StoredCatalog.Match::labels))
                    .as("%s", selector)
                    .containsExactlyInAnyOrderElementsOf(memory.select(selector, 0, Long.MAX_VALUE, 100).stream()
                            .map(series -> series.labels())
                            .toList());
        }
    }

    @Test
    void labelsAreStoredAsTheyAre() throws Exception {
        for (String text : List.of("a\"b", "c\\d", "{e,f}", " g ", "NULL", "\\\"", "ü\n\t{}\"\"", "'h'")) {
            scene.push(Kind.GAUGE, 5, "__name__", "odd", "text", text, "zone", text + "2");
        }
        scene.tick();
        History history = scene.history();
        history.step();
        history.finish();

        List<Matcher> odd = List.of(Matcher.equal(Labels.NAME, "odd"));
        assertThat(catalog.find(odd, 100).stream().map(StoredCatalog.Match::labels))
                .hasSize(8)
                .containsExactlyInAnyOrderElementsOf(scene.table.source().select(odd, 0, Long.MAX_VALUE, 100).stream()
                        .map(series -> series.labels())
                        .toList());
    }

    @Test
    void labelsAreThoseOfMemory() throws Exception {
        SeriesSource memory = scene.table.source();
        for (List<Matcher> selector : SELECTORS) {
            SortedSet<String> names = new TreeSet<>();
            catalog.addLabelNames(selector, names);
            assertThat(names).as("%s", selector).isEqualTo(memory.labelNames(selector, 0, Long.MAX_VALUE));
            for (String label : List.of("route", "zone", Labels.NAME, "none")) {
                SortedSet<String> values = new TreeSet<>();
                catalog.addLabelValues(label, selector, values);
                assertThat(values)
                        .as("%s of %s", label, selector)
                        .isEqualTo(memory.labelValues(label, selector, 0, Long.MAX_VALUE));
            }
        }
    }

    @Test
    void moreThanAQueryMayReadAreNotRead() {
        assertThatThrownBy(() -> catalog.find(List.of(), 4)).isInstanceOf(SeriesSource.TooManySeriesException.class);
    }
}
