package dev.tocsin;

import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What the operating system asks of this process. Signals arrive on a thread of the JVM and wait for the main thread. */
final class ProcessSignals {
    enum Request {
        /** SIGTERM or SIGINT. */
        STOP,
        /** SIGHUP. */
        RELOAD
    }

    private static final System.Logger LOG = System.getLogger(ProcessSignals.class.getName());

    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

    /** From now on signals no longer end the process by themselves. */
    void listen() {
        on("TERM", Request.STOP);
        on("INT", Request.STOP);
        on("HUP", Request.RELOAD);
    }

    /** Waits for the next request. */
    Request next() throws InterruptedException {
        return requests.take();
    }

    void add(Request request) {
        requests.add(request);
    }

    /**
     * The JDK hears SIGHUP, and ends with 0 after SIGTERM, only by {@code sun.misc.Signal}, which javac warns of and
     * can't be told not to: hence by name.
     */
    private void on(String name, Request request) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object adding = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        add(request);
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), adding);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "can't hear SIG" + name + " on this system", e);
        }
    }
}
