package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    @TempDir
    Path conf;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> calls = new ArrayList<>();
    private final ProcessSignals signals = new ProcessSignals();
    private Settings started = Settings.DEFAULTS;

    /** A server that does nothing but say what was asked of it. */
    private class Recorder implements ServerStarter.Server {
        @Override
        public void reload() throws ConfigException {
            calls.add("reload");
            if (calls.size() == 2) {
                throw new ConfigException("a.yaml", 1, "", "broken");
            }
        }

        @Override
        public void stop() {
            calls.add("stop");
        }
    }

    @BeforeEach
    void aFolderOfOurs() throws Exception {
        Files.writeString(conf.resolve("tocsin.yaml"), "http:\n  port: 8081\n");
    }

    private int execute(String... args) {
        ServerStarter starter = (folder, settings, data) -> {
            calls.add("start " + folder.name().equals(conf.toString()) + " " + data);
            started = settings;
            return new Recorder();
        };
        CommandLine line = Main.commandLine(new RunCommand(starter, signals));
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @Test
    void runStartsWhatTheFolderAndTheCommandLineSay() {
        signals.add(ProcessSignals.Request.STOP);

        int exit = execute(
                "run", "--conf", conf.toString(), "--data", "d", "--set", "tick=2s", "--set", "http.port=0", "--demo");

        assertThat(exit).isZero();
        assertThat(calls).containsExactly("start true d", "stop");
        assertThat(started.tick()).hasSeconds(2);
        assertThat(started.http().port()).isZero();
        assertThat(started.demo()).isTrue();
    }

    @Test
    void hangupReloadsAndAFailedReloadChangesNothing() {
        for (ProcessSignals.Request request :
                List.of(ProcessSignals.Request.RELOAD, ProcessSignals.Request.RELOAD, ProcessSignals.Request.STOP)) {
            signals.add(request);
        }

        assertThat(execute("run", "--conf", conf.toString())).isZero();
        assertThat(calls).containsExactly("start true data", "reload", "reload", "stop");
    }

    @Test
    @Timeout(60)
    void signalsOfTheSystemArrive() throws Exception {
        assumeFalse(isHangupIgnored(), "SIGHUP is ignored here, as under nohup, and Java leaves it so");
        ProcessSignals own = new ProcessSignals();
        own.listen();

        long pid = ProcessHandle.current().pid();
        new ProcessBuilder("sh", "-c", "kill -HUP " + pid).start().waitFor();
        assertThat(own.next()).isEqualTo(ProcessSignals.Request.RELOAD);
        new ProcessBuilder("sh", "-c", "kill -TERM " + pid).start().waitFor();
        assertThat(own.next()).isEqualTo(ProcessSignals.Request.STOP);
    }

    private static boolean isHangupIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) != 0);
    }

    @Test
    void anErrorOfConfigurationIsOneLineAndNothingIsStarted() throws Exception {
        Files.writeString(conf.resolve("tocsin.yaml"), "http:\n  port: many\n");

        assertThat(execute("run", "--conf", conf.toString())).isEqualTo(1);
        assertThat(err)
                .hasToString(
                        conf + "/tocsin.yaml:2: http.port: expected a whole number from 0 to 65535, found \"many\"\n");
        assertThat(calls).isEmpty();
    }

    @Test
    void checkConfigSaysSuccess() {
        assertThat(execute("check", "config", "--conf", conf.toString())).isZero();
        assertThat(out.toString()).startsWith(conf + ": SUCCESS");
    }

    @Test
    void checkConfigNamesFileLineAndKey() throws Exception {
        Files.writeString(conf.resolve("tocsin.yaml"), "\nhttp: {prot: 1}\n");

        assertThat(execute("check", "config", "--conf", conf.toString())).isEqualTo(1);
        assertThat(err).hasToString(conf + "/tocsin.yaml:2: http.prot: unknown setting; did you mean \"http.port\"?\n");
    }

    @Test
    void checkRulesSaysHowManyRulesItFoundOrWhatIsWrong() throws Exception {
        Path good = Files.writeString(
                conf.resolve("good.yaml"), "groups: [{name: a, rules: [{alert: Busy, expr: cpu > 95}]}]\n");
        Path bad = Files.writeString(
                conf.resolve("bad.yaml"), "groups:\n- name: a\n  rules:\n  - {alert: Busy, expr: 'cpu >'}\n");

        assertThat(execute("check", "rules", good.toString())).isZero();
        assertThat(out).hasToString(good + ": SUCCESS: 1 rule found\n");
        assertThat(execute("check", "rules", good.toString(), bad.toString())).isEqualTo(1);
        assertThat(out.toString()).contains(bad + ": FAILED\n", bad + ":4: ");
    }

    @Test
    void checkAlertmanagerSaysHowManyReceiversItFoundOrWhatIsWrong() throws Exception {
        Path good = Files.writeString(conf.resolve("good.yaml"), "route: {receiver: me}\nreceivers: [{name: me}]\n");
        Path bad = Files.writeString(conf.resolve("bad.yaml"), "route: {receiver: me}\nreceivers: [{name: you}]\n");

        assertThat(execute("check", "alertmanager", good.toString())).isZero();
        assertThat(out).hasToString(good + ": SUCCESS: 1 receivers found\n");
        assertThat(execute("check", "alertmanager", bad.toString())).isEqualTo(1);
        assertThat(out.toString()).contains(bad + ": FAILED\n", bad + ":1: ");
    }

    @Test
    void testRulesRunsUnitTestsAndSaysWhetherAllHold() throws Exception {
        String tests =
                "tests: [{interval: 1m, promql_expr_test: [{expr: 1 + 1, eval_time: 0, exp_samples: [{value: N}]}]}]";
        Path good = Files.writeString(conf.resolve("good.yaml"), tests.replace("N", "2"));
        Path bad = Files.writeString(conf.resolve("bad.yaml"), tests.replace("N", "3"));

        assertThat(execute("test", "rules", good.toString())).isZero();
        assertThat(out).hasToString("Unit Testing:  " + good + "\n  SUCCESS\n\n");
        assertThat(execute("test", "rules", good.toString(), bad.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("  FAILED:\n    expr: \"1 + 1\", time: 0s,\n", "exp: {} 3E+00");
    }

    @Test
    void aFileThatIsNotThereFails() {
        assertThat(execute("check", "rules", "gone.yaml")).isEqualTo(1);
        assertThat(out.toString()).contains("gone.yaml: FAILED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "check", "frobnicate", "run --port 1", "run --set", "check rules", "test", "test rules"})
    void aCommandLineThatIsNotUnderstoodIsToldSo(String args) {
        assertThat(execute(args.isEmpty() ? new String[0] : args.split(" "))).isEqualTo(2);
        assertThat(err.toString()).containsAnyOf("Usage: tocsin", "Did you mean: tocsin");
        assertThat(calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "check",
                "check config",
                "check rules",
                "check alertmanager",
                "test",
                "test rules",
                "backtest"
            })
    void everyCommandHasVersionAndHelp(String command) {
        assertThat(execute((command + " --version").split(" "))).isZero();
        assertThat(out.toString()).startsWith("tocsin ");
        assertThat(execute((command + " --help").split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: tocsin " + command);
    }

    @Test
    void versionAndHelp() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("tocsin ");
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("Usage: tocsin", "run", "check");
    }
}
