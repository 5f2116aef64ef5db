package dev.tocsin.watch.check;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command once: an argument vector without a shell, in a session of its own, with nothing to read. What it prints
 * is kept up to 64 KiB; the rest is read and dropped. When its time is over, everything that it began and that is still in
 * its process group is ended; when it is over, too, unless that is to be kept. Blocks for the time-out and a moment at most; one use, one thread.
 */
final class CommandRun {
    static final int MAX_OUTPUT = 64 << 10;

    private static final Path SETSID = Path.of("/usr/bin/setsid");
    /** Becomes another user, without a shell. */
    private static final String RUNUSER = "/usr/sbin/runuser";

    private static final String OWN_USER = System.getProperty("user.name", "");

    /** For the last of what a command printed, once it is over. */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private final List<String> arguments;
    private final Map<String, String> environment;

    private final String user;
    private final Leftover leftover;

    /** What becomes of processes that a command began, and that are still there when it has ended in time. */
    enum Leftover {
        END,
        /** They are what it was run for: a service that was restarted. */
        KEEP
    }

    /**
     * @param environment besides PATH and a plain locale, and HOME where it runs as the server: nothing else of the
     *     server's own, which may hold secrets
     * @param user whom it runs as; empty: the server's own, as is its name
     */
    CommandRun(List<String> arguments, Map<String, String> environment, String user, Leftover leftover) {
        this.arguments = arguments;
        this.environment = environment;
        this.leftover = leftover;
        this.user = user.equals(OWN_USER) ? "" : user;
    }

    /**
     * How it ended.
     *
     * @param exitCode −1 where its time was over
     * @param output of both streams, as UTF-8
     */
    record Outcome(int exitCode, String output) {
        boolean timedOut() {
            return exitCode < 0;
        }
    }

    /** @throws IOException where it can't be started, or not as that user */
    Outcome run(Duration timeout) throws IOException, InterruptedException {
        boolean hasGroup = ProcessGroup.canEnd() && SETSID.toFile().canExecute();
        List<String> vector = new ArrayList<>(arguments);
        if (!user.isEmpty()) {
            if (!OWN_USER.equals("root")) {
                throw new IOException("only root can run it as " + user + "; the server runs as " + OWN_USER);
            }
            vector.addAll(0, List.of(RUNUSER, "-u", user, "--"));
        }
        if (hasGroup) {
            vector.addFirst(SETSID.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(vector)
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().putAll(surroundings());
        Process process = builder.start();
        Output output = new Output(process.getInputStream());
        Thread reader = Thread.ofVirtual().start(output);
        boolean ended;
        try {
            ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (ended) {
                reader.join(LAST_WORDS);
            }
        } catch (InterruptedException e) {
            end(process, hasGroup);
            throw e;
        }
        if (!ended || leftover == Leftover.END) {
            end(process, hasGroup);
        }
        reader.join(LAST_WORDS);
        return new Outcome(ended ? process.exitValue() : -1, output.text());
    }

    private Map<String, String> surroundings() {
        Map<String, String> all = new HashMap<>();
        all.put("PATH", System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
        if (user.isEmpty()) {
            all.put("HOME", System.getProperty("user.home", "/"));
        }
        all.put("LC_ALL", "C.UTF-8");
        all.putAll(environment);
        return all;
    }

    private static void end(Process process, boolean hasGroup) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        if (hasGroup) {
            ProcessGroup.end(process.pid());
        }
        process.destroyForcibly();
    }

    /** Reads to the end, and keeps the beginning. */
    private static final class Output implements Runnable {
        private final InputStream in;
        private final byte[] kept = new byte[MAX_OUTPUT];
        private int length;

        Output(InputStream in) {
            this.in = in;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[8_192];
            try (in) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    keep(buffer, n);
                }
            } catch (IOException ended) {
                // what came is kept
            }
        }

        private synchronized void keep(byte[] buffer, int n) {
            int taken = Math.min(n, kept.length - length);
            System.arraycopy(buffer, 0, kept, length, taken);
            length += taken;
        }

        synchronized String text() {
            return new String(kept, 0, length, StandardCharsets.UTF_8);
        }
    }
}
