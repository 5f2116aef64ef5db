package dev.tocsin.store.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends what still runs on a data folder: a server whose Tocsin was killed, or the remains of one that was killed itself.
 * Found by where processes work ({@code /proc/PID/cwd}), as every PostgreSQL process works in its data folder; the
 * process number in {@code postmaster.pid} may by now belong to anybody. The caller holds the lock of the folder, so no
 * other Tocsin's server is meant.
 */
final class Leftover {
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long POLL_MILLIS = 20;

    private Leftover() {}

    /** @return how many processes there were */
    static int end(Path folder, Launch launch) throws IOException, InterruptedException {
        List<Long> found = processesIn(folder);
        if (!found.isEmpty()) {
            signal("INT", found, launch);
            if (!areGone(folder)) {
                signal("QUIT", found, launch);
                if (!areGone(folder)) {
                    throw new IOException("processes " + processesIn(folder) + " hold " + folder + " and do not end");
                }
            }
        }
        // Whoever wrote it is gone, and its number may be another process's by now: the server would refuse to start.
        Files.deleteIfExists(folder.resolve("postmaster.pid"));
        return found.size();
    }

    private static void signal(String name, List<Long> processes, Launch launch)
            throws IOException, InterruptedException {
        for (long process : processes) {
            launch.program("sh", "-c", "kill -" + name + " " + process)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    private static boolean areGone(Path folder) throws IOException, InterruptedException {
        for (long waited = 0; waited < PATIENCE_MILLIS; waited += POLL_MILLIS) {
            if (processesIn(folder).isEmpty()) {
                return true;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    static List<Long> processesIn(Path folder) throws IOException {
        List<Long> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        Path real = folder.toRealPath();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (worksIn(process, real)) {
                    found.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        }
        return found;
    }

    private static boolean worksIn(Path process, Path folder) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(folder);
        } catch (IOException e) {
            // Ended meanwhile, or another user's.
            return false;
        }
    }
}
