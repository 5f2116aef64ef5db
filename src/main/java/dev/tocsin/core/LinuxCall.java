package dev.tocsin.core;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Functions of Linux' C library that take whole numbers of 32 bits and return one. No state; any thread. */
public final class LinuxCall {
    private LinuxCall() {}

    /**
     * @param arguments how many it takes
     * @return called with {@code invokeExact}; null elsewhere than on Linux
     */
    public static @Nullable MethodHandle find(String function, int arguments) {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return null;
        }
        MemoryLayout[] taken =
                Collections.nCopies(arguments, ValueLayout.JAVA_INT).toArray(MemoryLayout[]::new);
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(function)
                .map(symbol -> linker.downcallHandle(symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, taken)))
                .orElse(null);
    }
}
