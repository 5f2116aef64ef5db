package dev.tocsin;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.Settings;
import java.nio.file.Path;

/** What {@code run} starts: the whole server, or less in tests of the command line. */
interface ServerStarter {
    /**
     * Starts, and returns when it serves. Everything in the folder is read and checked before anything is bound.
     *
     * @param data where what must outlive the process is kept; made when needed
     * @throws ConfigException naming file and line; nothing was bound
     */
    Server start(ConfigFolder folder, Settings settings, Path data) throws Exception;

    /** A server that was started. Called by the main thread only; both calls block. */
    interface Server {
        /** Takes what is in the folder now. @throws ConfigException the server goes on as it was */
        void reload() throws Exception;

        /** Stops taking, closes the last interval, sends what is due. */
        void stop() throws Exception;
    }
}
