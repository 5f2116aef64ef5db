package dev.tocsin;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.Settings;
import dev.tocsin.core.Niceness;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * {@code run}: starts the server in the foreground. SIGTERM and SIGINT stop it, with exit code 0 when it was done in
 * time; SIGHUP reloads, and what fails then is logged and changes nothing.
 */
@Command(name = "run", description = "Run the server until SIGTERM.")
final class RunCommand implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger(RunCommand.class.getName());

    /** Within the five seconds that are promised, JVM exit included. */
    private static final Duration STOP_WITHIN = Duration.ofMillis(4_500);

    private final ServerStarter starter;
    private final ProcessSignals signals;

    @Option(
            names = "--conf",
            paramLabel = "DIR",
            description =
                    "Folder of tocsin.yaml, rules/, alertmanager.yaml, dashboards/ and logs/. Default: ./conf where"
                            + " there is one, else the one inside the program.")
    private @Nullable Path conf;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where what must outlive the process is kept. Default: ${DEFAULT-VALUE}.",
            defaultValue = "data")
    private Path data = Path.of("data");

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set one key of tocsin.yaml, like --set http.port=8081; repeatable. Stronger than TOCSIN_…"
                    + " variables, which are stronger than the file.")
    private List<String> assignments = new ArrayList<>();

    @Option(names = "--demo", description = "Send a demo load: a few services, and an incident every few minutes.")
    private boolean demo;

    RunCommand(ServerStarter starter, ProcessSignals signals) {
        this.starter = starter;
        this.signals = signals;
    }

    @Override
    public Integer call() throws Exception {
        ConfigFolder folder = ConfigFolder.resolve(conf);
        List<String> all = new ArrayList<>(assignments);
        if (demo) {
            all.add("demo=true");
        }
        Settings settings = Settings.read(folder.settings(), System.getenv(), all);
        signals.listen();
        ServerStarter.Server server = starter.start(folder, settings, data);
        Niceness.lowerVirtualMachine();
        while (signals.next() == ProcessSignals.Request.RELOAD) {
            reload(server);
        }
        return stop(server);
    }

    private static void reload(ServerStarter.Server server) {
        try {
            server.reload();
        } catch (ConfigException e) {
            LOG.log(Level.ERROR, "not reloaded, all goes on as before: " + e.getMessage());
        } catch (Exception e) {
            LOG.log(Level.ERROR, "not reloaded", e);
        }
    }

    private static int stop(ServerStarter.Server server) throws InterruptedException {
        FutureTask<Boolean> stop = new FutureTask<>(() -> {
            server.stop();
            return true;
        });
        Thread.ofPlatform().daemon().name("stop").start(stop);
        try {
            stop.get(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return ExitCode.OK;
        } catch (ExecutionException e) {
            LOG.log(Level.ERROR, "did not stop cleanly", e.getCause());
        } catch (TimeoutException e) {
            LOG.log(Level.ERROR, "did not stop within " + STOP_WITHIN.toMillis() + " ms; what was due may be unsent");
        }
        return ExitCode.SOFTWARE;
    }
}
