package dev.tocsin.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tocsin.core.Labels;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No text makes a template do anything but parse and render, or say why it does not. */
class TemplateFuzzTest {
    private static final int MUTATIONS = 200_000;

    private static final List<String> SEEDS = List.of(
            "{{ $labels.instance }} is down for {{ $value | printf \"%.2f\" }}s",
            "{{ if gt $value 1.5 }}a{{ else if eq .A \"x\" }}b{{ else }}c{{ end }}",
            "{{ range $i, $e := .L }}{{ $i }}={{ $e }},{{ break }}{{ else }}none{{ end }}",
            "{{ with $x := index .M \"k\" }}{{ $x }}{{ end }}{{- /* note */ -}} {{ `raw` }}",
            "{{ define \"t\" }}{{ . }}{{ template \"t\" . }}{{ end }}{{ template \"t\" 1 }}",
            "{{ printf \"%-5d|%+08.3f|%q|%x|%[2]v|%*d\" 1 2.5 \"s\" 'c' 5 3 }}{{ len .L }}{{ slice \"abc\" 1 2 }}");

    private static final List<String> PARTS = List.of(
            "{{",
            "}}",
            "{{-",
            "-}}",
            "end",
            "else",
            "range",
            "with",
            "if",
            "define \"x\"",
            "template \"x\" .",
            "(",
            ")",
            "|",
            ".",
            "$",
            "$x",
            ":=",
            "=",
            ",",
            "\"",
            "`",
            "'",
            "/*",
            "*/",
            "0x",
            "1e9",
            "-",
            "nil",
            "printf",
            "%",
            "\\",
            "\n",
            "é",
            "\ud83d\ude00",
            "\ud83d",
            "index",
            "slice",
            "99999999999999999999",
            "break");

    @Test
    void whateverIsWrittenItRendersOrSaysWhyNot() {
        Map<String, Object> variables = Map.of("$labels", Labels.of("instance", "a"), "$value", 2.0);
        Object dot = Map.of("A", "x", "L", List.of(1L, 2L), "M", Map.of("k", "v"));
        int rendered = 0;
        for (int seed = 0; seed < MUTATIONS; seed++) {
            String text = mutated(new Random(seed));
            try {
                Template.parse("t", text, Set.of(), variables.keySet()).render(dot, variables, Map.of());
                rendered++;
            } catch (TemplateException e) {
                assertThat(e.getMessage()).startsWith("template: t:");
                assertThat(e.offset()).isBetween(0, text.length());
            } catch (RuntimeException | Error e) {
                fail("seed " + seed + ": " + text, e);
            }
        }
        assertThat(rendered).isGreaterThan(MUTATIONS / 50);
    }

    private static String mutated(Random random) {
        StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PARTS.get(random.nextInt(PARTS.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(6)));
                case 2 -> text.insert(at, text.substring(0, random.nextInt(text.length() + 1)));
                default -> {
                    if (at < text.length()) {
                        text.setCharAt(at, (char) (32 + random.nextInt(95)));
                    }
                }
            }
            if (text.isEmpty()) {
                text.append(' ');
            }
        }
        return text.toString();
    }
}
