package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tocsin.config.CheckFiles;
import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.DashboardFiles;
import dev.tocsin.config.QualityFiles;
import dev.tocsin.config.Settings;
import dev.tocsin.promql.Promql;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Every example of the documentation, run or checked against a server with the shipped configuration. How, is said by the
 * words after the fence:
 *
 * <pre>
 * sh                    run by bash, from the top of the page down, in a folder with conf/
 * json answer           what the sh before it prints, sooner or later; … stands for anything
 * text answer           the same
 * sh build              what has been built or installed is needed: its classes, files and options are there
 * text synopsis         the commands and options that there are
 * yaml rules [FILE]     holds for check rules; written to FILE for the sh after it
 * yaml alertmanager     holds for check alertmanager
 * yaml dashboard, yaml settings, yaml checks, yaml quality, yaml postgres, promql
 * sql                   run by the tests of watch.postgres
 * </pre>
 */
class DocumentationExamplesTest {
    /** What the settings beside the example allow. */
    private static final Set<List<String>> ALLOWED = Set.of(List.of("/usr/bin/systemctl", "restart", "shop"));

    private static final Path BASE = Path.of(System.getProperty("tocsin.basedir", "."));
    private static final Path PAGES = BASE.resolve("src/main/resources/docs");
    private static final Pattern BENCHMARK = Pattern.compile("-Dbenchmark\\.main=([\\w.]+)");
    private static final Pattern LOAD_TEST = Pattern.compile("\\bload-tests/[\\w/.]*\\w");

    /** For what must come, however slow the machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static Tocsin server;

    private final List<String> broken = new ArrayList<>();

    /** @param line of its fence, from 1 */
    private record Example(String page, int line, String kind, String text) {
        String place() {
            return "src/main/resources/docs/" + page + ".md:" + line + " (" + kind + ")";
        }

        boolean isAnswer() {
            return kind.endsWith(" answer");
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path conf = folder.resolve("conf");
        try (Stream<Path> shipped = Files.walk(BASE.resolve("conf"))) {
            for (Path file : shipped.toList()) {
                Files.copy(file, conf.resolve(BASE.resolve("conf").relativize(file)));
            }
        }
        Files.writeString(folder.resolve(".curlrc"), "silent\nshow-error\nfail-with-body\n");
        ConfigFolder configuration = ConfigFolder.of(conf);
        Settings settings = Settings.read(
                configuration.settings(), Map.of(), List.of("http.port=0", "ingest.udp.port=0", "storage.uri=none"));
        server = Tocsin.start(configuration, settings, folder.resolve("data"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    @ParameterizedTest
    @FieldSource("dev.tocsin.web.Documentation#NAMES")
    void everyExampleHolds(String page) throws Exception {
        List<Example> examples = examples(page);
        for (int i = 0; i < examples.size(); i++) {
            Example answer = i + 1 < examples.size() && examples.get(i + 1).isAnswer() ? examples.get(i + 1) : null;
            check(examples.get(i), answer);
        }

        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("dev.tocsin.web.Documentation#NAMES")
    void everyBenchmarkAndLoadTestThatIsNamedIsThere(String page) throws Exception {
        String text = Files.readString(PAGES.resolve(page + ".md"));

        assertThat(BENCHMARK.matcher(text).results().map(each -> each.group(1))).allSatisfy(Class::forName);
        assertThat(LOAD_TEST.matcher(text).results().map(each -> each.group()))
                .allSatisfy(file -> assertThat(BASE.resolve(file)).exists());
    }

    private void check(Example example, Example answer) throws Exception {
        String[] kind = example.kind.split(" ");
        String text = example.text;
        switch (example.kind) {
            case "sh" -> run(example, answer);
            case "sh build", "json answer", "text answer", "sql" -> {}
            case "text synopsis" -> text.lines().forEach(line -> synopsis(example, line));
            case "yaml alertmanager" -> accepted(example, "check", "alertmanager", file(text));
            case "yaml dashboard" -> parsed(example, () -> DashboardFiles.parse("dashboard", text));
            case "yaml postgres" ->
                accepted(
                        example,
                        "check",
                        "config",
                        "--conf",
                        file("postgres.yaml", text).getParent().toString());
            case "yaml settings" ->
                accepted(
                        example,
                        "check",
                        "config",
                        "--conf",
                        file("tocsin.yaml", text).getParent().toString());
            case "yaml checks" ->
                parsed(
                        example,
                        () -> CheckFiles.parseAll(
                                List.of(new ConfigText("checks.yaml", text)), System.getenv(), ALLOWED));
            case "yaml quality" ->
                parsed(
                        example,
                        () -> QualityFiles.parseAll(
                                List.of(new ConfigText("quality.yaml", text)), System.getenv(), Set.of("shop")));
            case "promql" -> text.lines().forEach(line -> parsed(example, () -> Promql.parse(line)));
            default -> {
                if (kind.length < 2 || !kind[0].equals("yaml") || !kind[1].equals("rules")) {
                    broken.add(example.place() + ": nobody knows how to check this");
                    return;
                }
                accepted(example, "check", "rules", file(text));
                if (kind.length == 3) {
                    Files.writeString(folder.resolve(kind[2]), text);
                }
            }
        }
    }

    private interface Reading {
        Object read() throws ConfigException;
    }

    private void parsed(Example example, Reading reading) {
        try {
            reading.read();
        } catch (ConfigException | RuntimeException e) {
            broken.add(example.place() + ": " + e.getMessage());
        }
    }

    private String file(String text) throws IOException {
        return file("example.yaml", text).toString();
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(Files.createTempDirectory(folder, "example").resolve(name), text);
    }

    private void accepted(Example example, String... command) {
        StringWriter said = new StringWriter();
        int exit = commandLine()
                .setOut(new PrintWriter(said))
                .setErr(new PrintWriter(said))
                .execute(command);
        if (exit != 0) {
            broken.add(example.place() + ": " + said);
        }
    }

    private static CommandLine commandLine() {
        return Main.commandLine(
                new RunCommand((conf, settings, data) -> fail("nothing is to be run"), new ProcessSignals()));
    }

    private void synopsis(Example example, String line) {
        String[] words = line.replaceAll("[\\[\\]…|]", " ").trim().split("\\s+");
        CommandSpec spec = commandLine().getCommandSpec();
        for (String word : List.of(words).subList(3, words.length)) {
            CommandLine command = spec.subcommands().get(word);
            if (command != null) {
                spec = command.getCommandSpec();
            } else if (word.startsWith("-") ? spec.findOption(word) == null : word.matches("[a-z]+")) {
                broken.add(example.place() + ": there is no " + word + " in " + line);
            }
        }
    }

    private void run(Example example, Example answer) throws Exception {
        String script = "set -euo pipefail\n" + onThePortsOfTheTest(example.text);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Shell shell = Shell.run(folder, script, answer == null ? null : pattern(answer.text), deadline);
            if (shell.answered()) {
                return;
            }
            if (answer == null || System.nanoTime() > deadline) {
                broken.add((answer == null ? example : answer).place() + ": what came was " + shell);
                return;
            }
            Thread.sleep(100);
        }
    }

    private static String onThePortsOfTheTest(String text) {
        return text.replaceAll("(127\\.0\\.0\\.1|localhost)[: ]8080", "$1:" + server.httpPort())
                .replaceAll("127\\.0\\.0\\.1 8125", "127.0.0.1 " + server.udpPort());
    }

    /** White space is free, and … stands for anything. */
    private static Pattern pattern(String answer) {
        StringBuilder regex = new StringBuilder();
        for (Matcher part = Pattern.compile("…|\\s+|[^…\\s]+").matcher(answer.trim()); part.find(); ) {
            String text = part.group();
            regex.append(text.equals("…") ? ".*?" : text.isBlank() ? "\\s*" : Pattern.quote(text));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static List<Example> examples(String page) throws IOException {
        Node document = Parser.builder()
                .includeSourceSpans(IncludeSourceSpans.BLOCKS)
                .build()
                .parse(Files.readString(PAGES.resolve(page + ".md")));
        List<Example> examples = new ArrayList<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(FencedCodeBlock fence) {
                int line = fence.getSourceSpans().getFirst().getLineIndex() + 1;
                examples.add(new Example(page, line, fence.getInfo(), fence.getLiteral()));
            }
        });
        return examples;
    }
}
