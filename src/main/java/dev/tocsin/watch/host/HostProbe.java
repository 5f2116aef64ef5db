package dev.tocsin.watch.host;

import java.util.List;

/** Reads the host. Called by one thread at a time, which it may block. */
interface HostProbe {
    /**
     * @param slowToo whether what changes slowly, is dear to read or may hang is read too: file systems (a dead network
     *     mount), sockets, processes
     * @return what could be read, in no order
     */
    List<HostPart> read(boolean slowToo);
}
