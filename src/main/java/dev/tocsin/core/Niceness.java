package dev.tocsin.core;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Linux' nice value of the calling thread: how much of a busy core it gets beside others. What computes for long steps
 * back behind what receives, since a socket's buffer lasts only for some hundredths of a second, where a query, or even a
 * tick, can wait. {@code setpriority(2)}; elsewhere than on Linux nothing happens.
 */
public final class Niceness {
    private static final System.Logger LOG = System.getLogger(Niceness.class.getName());

    /** Beside a receiving thread that could use a whole core this one still gets a quarter of it. */
    private static final int BACKGROUND = 5;

    /** What is compiled now makes the next minutes quicker, not this second. */
    private static final int COMPILER = 10;

    /** How Linux names the just-in-time compiler's threads, of which it keeps 15 characters. */
    private static final Pattern COMPILER_THREAD = Pattern.compile("C[12] CompilerThre");

    /** Those of ZGC, which collects while the program runs. */
    private static final Pattern COLLECTOR_THREAD = Pattern.compile("ZWorker");

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;
    private static final @Nullable MethodHandle SET_PRIORITY = LinuxCall.find("setpriority", 3);

    private Niceness() {}

    /**
     * Lowers the calling thread for good; on a virtual thread its carrier, so what runs there calls this each time it
     * begins something long. Takes less than a microsecond.
     */
    public static void lower() {
        set(CALLING_THREAD, BACKGROUND);
    }

    /**
     * Lowers the threads of the virtual machine that work beside the program, and with them those that they start: the
     * just-in-time compiler's, which in the first minutes would take half a core from what receives (as
     * {@code -XX:CompilerThreadPriority} does, which asks for root), and the concurrent collector's.
     */
    public static void lowerVirtualMachine() {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                String name = Files.readString(thread.resolve("comm"));
                int id = Integer.parseInt(thread.getFileName().toString());
                if (COMPILER_THREAD.matcher(name).lookingAt()) {
                    set(id, COMPILER);
                } else if (COLLECTOR_THREAD.matcher(name).lookingAt()) {
                    set(id, BACKGROUND);
                }
            }
        } catch (IOException | NumberFormatException e) {
            LOG.log(Level.DEBUG, "the virtual machine's threads keep their priority", e);
        }
    }

    private static void set(int thread, int nice) {
        if (SET_PRIORITY == null) {
            return;
        }
        try {
            int ignored = (int) SET_PRIORITY.invokeExact(PRIO_PROCESS, thread, nice);
        } catch (Throwable e) {
            throw new AssertionError("a native call throws nothing", e);
        }
    }
}
