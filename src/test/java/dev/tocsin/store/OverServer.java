package dev.tocsin.store;

import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/**
 * A test over a real server, one per kind of binaries, which is empty when a test begins; hours pass in simulated time on
 * the scene.
 */
abstract class OverServer {
    static final int TICKS_AN_HOUR = 360;

    @TempDir
    static Path folder;

    static TestServer server;

    @Parameter
    Binaries binaries;

    final HistoryScene scene = new HistoryScene();

    @BeforeParameterizedClassInvocation
    static void startServer(Binaries binaries) throws Exception {
        server = TestServer.start(binaries, Files.createDirectory(folder.resolve(binaries.name())));
    }

    @AfterParameterizedClassInvocation
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void connect() throws Exception {
        scene.connect(server.address());
        scene.empty();
    }

    @AfterEach
    void close() throws Exception {
        scene.close();
    }
}
