package dev.tocsin;

import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.Settings;
import dev.tocsin.core.Clock;
import dev.tocsin.web.StatusApi;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.function.Function;

/** The configuration in force, and how another takes its place. Any thread. */
final class LiveConfiguration {
    private static final System.Logger LOG = System.getLogger(LiveConfiguration.class.getName());

    private final ConfigFolder folder;
    private final Settings settings;
    private final Function<Configuration, Future<Void>> taking;
    private final Clock clock;
    private volatile Configuration now;
    private volatile boolean isFoldersOwn = true;
    private volatile long readMillis;

    /** @param taking puts a configuration in force; where that fails, the one before it still is */
    LiveConfiguration(
            ConfigFolder folder,
            Settings settings,
            Configuration first,
            Function<Configuration, Future<Void>> taking,
            Clock clock) {
        this.folder = folder;
        this.settings = settings;
        this.taking = taking;
        this.clock = clock;
        now = first;
        readMillis = clock.wallMillis();
    }

    Configuration now() {
        return now;
    }

    /** Whether what is in force is what the folder held at the last reload, and when it was read. */
    StatusApi.ConfigStatus status() {
        return new StatusApi.ConfigStatus(isFoldersOwn, readMillis);
    }

    /** Takes what is in the folder now. Blocks. Synchronized, so that two reloads don't mix. */
    synchronized void reload() throws Exception {
        isFoldersOwn = false;
        Configuration next = Configuration.read(folder, settings);
        Deployments.await(taking.apply(next));
        now = next;
        readMillis = clock.wallMillis();
        isFoldersOwn = true;
        LOG.log(Level.INFO, "reloaded {0}", next.folder());
    }
}
