package dev.tocsin.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.postgres.ServerAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of a test: our own binaries, or those of the machine. Stays at its port when it is stopped and
 * started again.
 */
public final class TestServer implements AutoCloseable {
    private static final String PASSWORD = "0123456789abcdef";

    /** Which binaries. */
    public enum Binaries {
        OURS,
        /** Debian's {@code postgresql}; a test with it is skipped where it is missing, and fails on CI. */
        DEBIAN
    }

    private final Launch launch;
    private final String bin;
    private final Path cluster;
    private final int port;
    private final List<String> options;
    private Process process;

    private TestServer(Launch launch, String bin, Path cluster, int port, List<String> options) {
        this.options = options;
        this.launch = launch;
        this.bin = bin;
        this.cluster = cluster;
        this.port = port;
    }

    /**
     * @param folder empty; of the test
     * @param options of the server's command line, after those that every test has
     */
    public static TestServer start(Binaries binaries, Path folder, String... options) throws Exception {
        return start(Launch.forThisMachine(), binaries, folder, options);
    }

    /** A streaming replica of this one, which answers. */
    public TestServer replica(Path folder) throws Exception {
        Path copy = folder.resolve("cluster");
        run("pg_basebackup", "-D", copy.toString(), "-R", "-X", "stream", "-c", "fast");
        TestServer replica = new TestServer(launch, bin, copy, EmbeddedPostgres.freePort(), options);
        replica.start();
        return replica;
    }

    /** Runs one of PostgreSQL's own clients on this server, to its end. */
    public void run(String client, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(bin + "/" + client));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = launch.program(line.toArray(String[]::new));
        builder.environment()
                .putAll(Map.of(
                        "PGHOST", "127.0.0.1",
                        "PGPORT", Integer.toString(port),
                        "PGUSER", "tocsin",
                        "PGPASSWORD", PASSWORD,
                        "PGDATABASE", "postgres"));
        Process running = builder.start();
        String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor()).as(said).isZero();
    }

    /**
     * One that sees a small disk of its own at a folder, where a tablespace can be made. A test with it is skipped where
     * this machine lets nobody mount one.
     *
     * @param disk empty
     */
    public static TestServer startWithDisk(Binaries binaries, Path folder, Path disk, String size) throws Exception {
        // In a second namespace, where root is nobody again: as root PostgreSQL would not run.
        List<String> mounted = List.of(
                "unshare",
                "-rm",
                "sh",
                "-c",
                "mount -t tmpfs -o size=$0,mode=700 tmpfs $1 && shift && exec unshare -U setpriv --pdeathsig INT -- \"$@\"",
                size,
                disk.toString());
        List<String> trial = new ArrayList<>(mounted);
        trial.add("true");
        Process mount = new ProcessBuilder(trial).redirectErrorStream(true).start();
        String said = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(mount.waitFor() == 0, "this machine lets us mount no small disk: " + said);
        return start(new Launch(mounted, Launch.forThisMachine().rootPrefix()), binaries, folder);
    }

    /**
     * One that speaks TLS, too, as {@code localhost}: its certificate, signed by itself, is in {@code certificate.pem}.
     */
    public static TestServer startWithTls(Binaries binaries, Path folder) throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "30",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        Path certificate = folder.resolve("certificate.pem");
        Path key = folder.resolve("key.pem");
        Files.writeString(
                certificate, pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                key,
                pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
        return start(
                Launch.forThisMachine(),
                binaries,
                folder,
                "-c",
                "ssl=on",
                "-c",
                "ssl_cert_file=" + certificate,
                "-c",
                "ssl_key_file=" + key);
    }

    private static String pem(String what, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    private static TestServer start(Launch launch, Binaries binaries, Path folder, String... options) throws Exception {
        String bin = bin(binaries);
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        Path cluster = folder.resolve("cluster");
        Process initdb = launch.program(
                        bin + "/initdb",
                        "-D",
                        cluster.toString(),
                        "-U",
                        "tocsin",
                        "-A",
                        "scram-sha-256",
                        "--pwfile=" + password,
                        "-E",
                        "UTF8",
                        "--locale=C",
                        "-N")
                .start();
        String said = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(initdb.waitFor()).as(said).isZero();
        TestServer server = new TestServer(launch, bin, cluster, EmbeddedPostgres.freePort(), List.of(options));
        server.start();
        return server;
    }

    /** Where our binaries are unpacked, which takes a second or two: once for each process that runs tests. */
    static Path unpacked() throws IOException {
        String fork = System.getProperty("tocsin.fork", "1");
        return Files.createDirectories(
                Path.of(System.getProperty("tocsin.basedir", "."), "target", "postgresql-" + fork));
    }

    private static String bin(Binaries binaries) throws IOException, InterruptedException {
        if (binaries == Binaries.OURS) {
            return Path.of(PostgresBinaries.unpack(unpacked()).program("postgres"))
                    .getParent()
                    .toString();
        }
        Path all = Path.of("/usr/lib/postgresql");
        boolean present = Files.isDirectory(all);
        assertThat(present || System.getenv("CI") == null)
                .as("Debian's postgresql is installed on CI")
                .isTrue();
        assumeTrue(present, "Debian's postgresql is not installed");
        try (Stream<Path> versions = Files.list(all)) {
            return versions.sorted().toList().getLast().resolve("bin").toString();
        }
    }

    /** Starts it again where it was, and returns when it answers. */
    public void start() throws Exception {
        List<String> line = new ArrayList<>(List.of(
                bin + "/postgres",
                "-D",
                cluster.toString(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "port=" + port,
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off",
                "-c",
                "shared_buffers=64MB",
                "-c",
                "max_connections=40"));
        line.addAll(options);
        process = launch.server(line.toArray(String[]::new))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(EmbeddedPostgres.awaitReady(process, cluster)).isTrue();
    }

    public ServerAddress address() {
        return address(port, "postgres");
    }

    /** By another way, or to another of its databases. */
    public ServerAddress address(int port, String database) {
        return new ServerAddress("127.0.0.1", port, database, "tocsin", PASSWORD);
    }

    public int port() {
        return port;
    }

    /** Ends it at once, as when its machine loses power. */
    public void crash() throws Exception {
        signal("QUIT");
        process.waitFor();
    }

    /** Kills it with no chance to do anything; returns when what worked for it is gone, too. */
    public void kill() throws Exception {
        signal("KILL");
        process.waitFor();
        while (!processes().isEmpty()) {
            Thread.sleep(20);
        }
    }

    /** Of the server itself, such as STOP and CONT. */
    private void signal(String name) throws Exception {
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .start()
                .waitFor();
    }

    /** A file of the server's, by its path in its folder; to be changed while it is down. */
    public Path file(String path) {
        return cluster.resolve(path);
    }

    /** The processes that work for it. */
    public List<Long> processes() throws IOException {
        return Leftover.processesIn(cluster);
    }

    @Override
    public void close() throws Exception {
        if (process.isAlive()) {
            signal("INT");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
