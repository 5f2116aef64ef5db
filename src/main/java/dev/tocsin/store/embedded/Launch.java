package dev.tocsin.store.embedded;

import dev.tocsin.store.embedded.PostgresBinaries.UnsupportedPlatformException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the server's programs are started on this machine.
 *
 * <pre>
 *   setsid  unshare -U  setpriv --pdeathsig INT --  postgres …
 *   |       |           |
 *   |       |           the kernel stops the server when we die, however we die
 *   |       as root only: PostgreSQL refuses to run as root, and in a user namespace of its own it is nobody, who
 *   |       still owns root's files
 *   Ctrl+C in the terminal reaches us and not the server, which has our last chunks to take
 * </pre>
 *
 * @param prefix of the server's command line
 * @param rootPrefix of the command line of everything else
 */
record Launch(List<String> prefix, List<String> rootPrefix) {
    /** @throws UnsupportedPlatformException where root can't become somebody else */
    static Launch forThisMachine() throws IOException, InterruptedException {
        List<String> rootPrefix = isRoot() ? namespace() : List.of();
        List<String> prefix = new ArrayList<>();
        if (runs("setsid", "true")) {
            prefix.add("setsid");
        }
        prefix.addAll(rootPrefix);
        List<String> tied = List.of("setpriv", "--pdeathsig", "INT", "--");
        List<String> trial = new ArrayList<>(tied);
        trial.add("true");
        if (runs(trial.toArray(String[]::new))) {
            prefix.addAll(tied);
        }
        return new Launch(List.copyOf(prefix), rootPrefix);
    }

    /** Whether the server is stopped by the kernel when this process is killed; else the next start ends it. */
    boolean isTied() {
        return prefix.contains("--pdeathsig");
    }

    ProcessBuilder server(String... command) {
        return join(prefix, command);
    }

    ProcessBuilder program(String... command) {
        return join(rootPrefix, command);
    }

    private static ProcessBuilder join(List<String> prefix, String... command) {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        // Of these, each changes what the server does or says.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private static boolean isRoot() throws IOException {
        Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return uid.equals(0);
    }

    private static List<String> namespace() throws IOException, InterruptedException {
        if (!runs("unshare", "-U", "true")) {
            throw new UnsupportedPlatformException("PostgreSQL does not run as root, and this machine lets root make no"
                    + " user namespace (unshare -U true fails): run Tocsin as another user, or set storage.uri to a"
                    + " server of yours");
        }
        return List.of("unshare", "-U");
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
