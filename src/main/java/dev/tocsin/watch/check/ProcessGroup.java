package dev.tocsin.watch.check;

import dev.tocsin.core.LinuxCall;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** Ends all processes of a group: {@code kill(2)} of a negative number. Linux; any thread. */
final class ProcessGroup {
    private static final int SIGKILL = 9;
    private static final @Nullable MethodHandle KILL = LinuxCall.find("kill", 2);

    private ProcessGroup() {}

    static boolean canEnd() {
        return KILL != null;
    }

    /** @param leader the process that the group is named after, as {@code setsid} makes it; more than 1 */
    static void end(long leader) {
        if (KILL == null || leader <= 1) {
            return;
        }
        try {
            int ignored = (int) KILL.invokeExact((int) -leader, SIGKILL);
        } catch (Throwable e) {
            throw new AssertionError("a native call throws nothing", e);
        }
    }
}
