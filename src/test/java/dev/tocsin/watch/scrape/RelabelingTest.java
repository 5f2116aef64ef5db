package dev.tocsin.watch.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.ScrapeFile;
import dev.tocsin.core.Labels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelabelingTest {
    private static final Labels LABELS = Labels.of("__name__", "m", "a", "foo", "b", "Bar", "c", "foo");

    /** @param entries of relabel_configs, as they stand in the file */
    private static String relabelled(String entries) throws ConfigException {
        String file = "scrape_configs: [{job_name: j, relabel_configs: [" + entries + "]}]";
        List<Relabeling> relabelings = ScrapeFile.parse(new ConfigText("scrape.yaml", file), Path.of("."), Map.of())
                .getFirst()
                .relabelings();
        Labels left = Relabeling.apply(relabelings, LABELS);
        return left == null ? "dropped" : left.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            {source_labels: [a], regex: "f(.*)", target_label: d, replacement: "ch${1}-ch${1}"} => m{a="foo", b="Bar", c="foo", d="choo-choo"}
            {source_labels: [a, b], regex: "foo;B(.*)", target_label: a, replacement: "b${1}m"} => m{a="barm", b="Bar", c="foo"}
            {source_labels: [a], regex: "oo", target_label: d, replacement: x} => m{a="foo", b="Bar", c="foo"}
            {source_labels: [a], target_label: d} => m{a="foo", b="Bar", c="foo", d="foo"}
            {source_labels: [a], regex: "(f).*", target_label: "x_${1}", replacement: "$1$2$$"} => m{a="foo", b="Bar", c="foo", x_f="f$"}
            {source_labels: [a], regex: "(?P<rest>.*)", target_label: d, replacement: "<$rest>"} => m{a="foo", b="Bar", c="foo", d="<foo>"}
            {source_labels: [none], target_label: a} => m{b="Bar", c="foo"}
            {source_labels: [a], regex: "foo", action: keep} => m{a="foo", b="Bar", c="foo"}
            {source_labels: [a], regex: "fo", action: keep} => dropped
            {source_labels: [a, c], separator: "-", regex: "foo-foo", action: drop} => dropped
            {source_labels: [b], target_label: a, action: keepequal} => dropped
            {source_labels: [c], target_label: a, action: keepequal} => m{a="foo", b="Bar", c="foo"}
            {source_labels: [c], target_label: a, action: dropequal} => dropped
            {source_labels: [a], target_label: d, modulus: 1000, action: hashmod} => m{a="foo", b="Bar", c="foo", d="696"}
            {regex: "(a|b)", replacement: "my_$1", action: labelmap} => m{a="foo", b="Bar", c="foo", my_a="foo", my_b="Bar"}
            {regex: "a|b", action: labeldrop} => m{c="foo"}
            {regex: "__name__|a", action: labelkeep} => m{a="foo"}
            {source_labels: [b], target_label: d, action: lowercase} => m{a="foo", b="Bar", c="foo", d="bar"}
            {source_labels: [b], target_label: b, action: uppercase} => m{a="foo", b="BAR", c="foo"}
            {source_labels: [a], target_label: d}, {source_labels: [d], regex: foo, action: drop} => dropped
            """)
    void actionsDoWhatPrometheusDoes(String entries, String expected) throws ConfigException {
        assertThat(relabelled(entries)).isEqualTo(expected);
    }

    @Test
    void targetsGetTheirUrlAndInstanceFromWhatRelabellingLeaves() throws ConfigException {
        String file = """
                scrape_configs:
                  - job_name: probes
                    scrape_interval: 30s
                    metrics_path: /probe
                    params: {module: [http_2xx], target: [a, b]}
                    relabel_configs:
                      - {source_labels: [__address__], target_label: __param_target}
                      - {source_labels: [__address__], target_label: instance}
                      - {target_label: __address__, replacement: "127.0.0.1:9115"}
                      - {source_labels: [__address__], regex: ".*", target_label: __scrape_timeout__, replacement: 5s}
                """;
        ScrapeJob job = ScrapeFile.parse(new ConfigText("scrape.yaml", file), Path.of("."), Map.of())
                .getFirst();

        Target target = Target.of(job, "example.org:80", Labels.of("site", "x"));

        assertThat(target.uri())
                .hasToString("http://127.0.0.1:9115/probe?module=http_2xx&target=example.org%3A80&target=b");
        assertThat(target.labels()).hasToString("{instance=\"example.org:80\", job=\"probes\", site=\"x\"}");
        assertThat(target.timeoutMillis()).isEqualTo(5_000);
        assertThat(target.discovered().get("__param_target")).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({
        "host, http://host:80/metrics, host:80",
        "host:1, http://host:1/metrics, host:1",
        "[::1]:2, http://[::1]:2/metrics, [::1]:2",
    })
    void anAddressWithoutPortGetsThatOfItsScheme(String address, String url, String instance) throws ConfigException {
        ScrapeJob job = ScrapeFile.parse(
                        new ConfigText("scrape.yaml", "scrape_configs: [{job_name: j}]"), Path.of("."), Map.of())
                .getFirst();

        Target target = Target.of(job, address, Labels.EMPTY);

        assertThat(target.uri()).hasToString(url);
        assertThat(target.labels().get("instance")).isEqualTo(instance);
    }

    @Test
    void whatCannotBeATargetSaysWhy() throws ConfigException {
        ScrapeJob job = ScrapeFile.parse(
                        new ConfigText("scrape.yaml", "scrape_configs: [{job_name: j}]"), Path.of("."), Map.of())
                .getFirst();

        assertThat(Target.of(job, "a/b", Labels.EMPTY).problem()).isEqualTo("\"a/b\" is not a valid hostname");
        assertThat(Target.of(job, "a", Labels.of("__scheme__", "ftp")).problem())
                .contains("invalid scheme \"ftp\"");
        assertThat(Target.of(job, "a", Labels.of("__scrape_interval__", "1s")).problem())
                .contains("timeout cannot be greater");
    }
}
