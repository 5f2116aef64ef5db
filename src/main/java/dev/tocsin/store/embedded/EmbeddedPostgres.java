package dev.tocsin.store.embedded;

import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.store.Backoff;
import dev.tocsin.store.embedded.PostgresBinaries.UnsupportedPlatformException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server that is started with this process, ends with it, and is started again when it dies. It listens on
 * a free port of the loopback address and takes only its own password, which is kept beside its data. All of it happens
 * on a thread of its own; {@link #address} and {@link #problem} may be asked from any thread and never wait.
 *
 * <pre>
 *   DATA/postgresql/binaries-18.6/   unpacked once
 *                   password         only its owner can read it
 *                   cluster/         the server's own; fsync is on
 * </pre>
 *
 * <p>When this process is killed the kernel stops the server; where it can't ({@link Launch}), the next start on the same
 * folder does. The caller holds the lock of the data folder.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EmbeddedPostgres.class.getName());

    private static final String USER = "tocsin";
    private static final String DATABASE = "postgres";
    private static final String PROCESS_FILE = "postmaster.pid";
    private static final long FIRST_RETRY_MILLIS = 500;
    private static final long LONGEST_RETRY_MILLIS = 30_000;
    private static final long POLL_MILLIS = 25;

    /** Of the five seconds that a stop may take. */
    private static final long STOP_MILLIS = 2_000;

    /** Beside PostgreSQL's own defaults: reached from here only, few connections, no replicas, small questions. */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=20",
            "shared_buffers=64MB",
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_wal_size=512MB",
            "max_parallel_workers_per_gather=0",
            "jit=off",
            "log_checkpoints=off",
            "log_line_prefix=");

    private final Path folder;
    private final boolean anew;
    private final Backoff backoff;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable ServerAddress address;
    private volatile @Nullable String problem = "PostgreSQL is starting";
    private volatile @Nullable Process server;

    private EmbeddedPostgres(Path folder, RandomGenerator random) {
        this.folder = folder;
        anew = !Files.isDirectory(folder.resolve("cluster"));
        backoff = new Backoff(FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS, random);
        // A platform thread that lives as long as the server: the kernel takes the end of the thread that started it
        // for the end of its parent.
        thread = Thread.ofPlatform().daemon().name("postgres").unstarted(this::supervise);
    }

    /**
     * Begins to start one, and returns at once.
     *
     * @param data its {@code postgresql} folder is used, made when needed
     */
    public static EmbeddedPostgres start(Path data, RandomGenerator random) {
        EmbeddedPostgres postgres =
                new EmbeddedPostgres(data.resolve("postgresql").toAbsolutePath(), random);
        postgres.thread.start();
        return postgres;
    }

    /**
     * Where the one listens that another process runs on this data folder.
     *
     * @return null where it does not run, or not yet
     */
    public static @Nullable ServerAddress running(Path data) throws IOException {
        Path folder = data.resolve("postgresql");
        Path file = folder.resolve("cluster").resolve(PROCESS_FILE);
        if (!Files.exists(file)) {
            return null;
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 8 || !lines.get(7).strip().equals("ready")) {
            return null;
        }
        int port = Integer.parseInt(lines.get(3).strip());
        String password = Files.readString(folder.resolve("password")).strip();
        return new ServerAddress("127.0.0.1", port, DATABASE, USER, password);
    }

    /** Where it listens; null while it does not. */
    public @Nullable ServerAddress address() {
        return address;
    }

    /** Whether there was none when this was started: it has what was stored since, and nothing else. */
    public boolean isNew() {
        return anew;
    }

    /** Why it does not run, for people; null while it runs. */
    public @Nullable String problem() {
        return problem;
    }

    /** The server's process; null while none runs. */
    @Nullable
    Process process() {
        return server;
    }

    private void supervise() {
        while (stopping.getCount() > 0) {
            try {
                run();
            } catch (UnsupportedPlatformException e) {
                problem = e.getMessage();
                LOG.log(Level.ERROR, "no history: " + e.getMessage());
                return;
            } catch (IOException | RuntimeException e) {
                problem = String.valueOf(e.getMessage());
                LOG.log(Level.WARNING, "PostgreSQL does not start: " + e.getMessage());
            } catch (InterruptedException e) {
                return;
            } finally {
                address = null;
                server = null;
            }
            awaitRetry();
        }
    }

    private void awaitRetry() {
        try {
            if (stopping.await(backoff.next(), TimeUnit.MILLISECONDS)) {
                LOG.log(Level.DEBUG, "PostgreSQL has stopped");
            }
        } catch (InterruptedException e) {
            stopping.countDown();
        }
    }

    private void run() throws IOException, InterruptedException {
        Launch launch = Launch.forThisMachine();
        Files.createDirectories(folder);
        PostgresBinaries binaries = PostgresBinaries.unpack(folder);
        Path cluster = folder.resolve("cluster");
        int ended = Leftover.end(cluster, launch);
        if (ended > 0) {
            LOG.log(Level.WARNING, "ended " + ended + " processes of a PostgreSQL that was left behind");
        }
        String password = cluster(launch, binaries, cluster);
        int port = freePort();
        Process process = launch.server(
                        command(binaries.program("postgres"), cluster, port).toArray(String[]::new))
                .start();
        process.getOutputStream().close();
        server = process;
        Thread.ofVirtual().name("postgres-log").start(() -> log(process));
        if (stopping.getCount() == 0) {
            stopNow(process);
        }
        if (awaitReady(process, cluster)) {
            backoff.reset();
            problem = null;
            address = new ServerAddress("127.0.0.1", port, DATABASE, USER, password);
            LOG.log(Level.INFO, "PostgreSQL {0} runs in {1}", PostgresBinaries.VERSION, folder);
        }
        int exit = process.waitFor();
        address = null;
        if (stopping.getCount() > 0) {
            throw new IOException("it ended with " + exit + "; is started again");
        }
    }

    private static List<String> command(String program, Path cluster, int port) {
        List<String> command = new ArrayList<>(List.of(program, "-D", cluster.toString(), "-c", "port=" + port));
        for (String setting : SETTINGS) {
            command.add("-c");
            command.add(setting);
        }
        return command;
    }

    /** Its password. A cluster that was not made to its end is made anew. */
    private String cluster(Launch launch, PostgresBinaries binaries, Path cluster)
            throws IOException, InterruptedException {
        Path password = folder.resolve("password");
        if (Files.isDirectory(cluster)) {
            String major = Files.readString(cluster.resolve("PG_VERSION")).strip();
            if (!major.equals(PostgresBinaries.MAJOR)) {
                throw new UnsupportedPlatformException(cluster + " was made by PostgreSQL " + major + ", and this is "
                        + PostgresBinaries.MAJOR + ": upgrade it with pg_upgrade, or move it away");
            }
            return Files.readString(password).strip();
        }
        Path partial = folder.resolve("cluster.partial");
        Folders.delete(partial);
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        Files.deleteIfExists(password);
        Files.createFile(password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, secret + "\n");
        Process initdb = launch.program(
                        binaries.program("initdb"),
                        "-D",
                        partial.toString(),
                        "-U",
                        USER,
                        "-A",
                        "scram-sha-256",
                        "--pwfile=" + password,
                        "-E",
                        "UTF8",
                        "--locale=C",
                        "--no-instructions")
                .start();
        String said = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (initdb.waitFor() != 0) {
            throw new IOException("initdb failed: " + lastLine(said));
        }
        Files.move(partial, cluster, StandardCopyOption.ATOMIC_MOVE);
        return secret;
    }

    private static String lastLine(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "no message" : lines.getLast();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The server writes its state into the eighth line of its process file. False where it ended instead. */
    static boolean awaitReady(Process process, Path cluster) throws IOException, InterruptedException {
        Path file = cluster.resolve(PROCESS_FILE);
        while (process.isAlive()) {
            if (Files.exists(file)) {
                List<String> lines = Files.readAllLines(file);
                if (lines.size() >= 8 && lines.get(7).strip().equals("ready")) {
                    return true;
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    private static void log(Process process) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                boolean grave = line.contains("FATAL:") || line.contains("PANIC:");
                LOG.log(grave ? Level.WARNING : Level.DEBUG, "PostgreSQL: " + line);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "PostgreSQL's log ended: " + e.getMessage());
        }
    }

    /** Stops the server: open transactions are rolled back, all that was committed stays. Waits two seconds at most. */
    @Override
    public void close() {
        stopping.countDown();
        Process running = server;
        if (running != null) {
            stopNow(running);
        }
        try {
            if (!thread.join(Duration.ofMillis(STOP_MILLIS))) {
                LOG.log(Level.WARNING, "PostgreSQL did not stop in time; it is ended at the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stopNow(Process process) {
        try {
            new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start().waitFor();
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
