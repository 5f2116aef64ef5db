package dev.tocsin.watch;

/** Reads the host. Called by one thread at a time, which it may block. */
interface HostProbe {
    /**
     * @param withMounts whether file systems are read too, which may hang on a dead network mount, and change slowly;
     *     the snapshot's mounts are empty otherwise
     */
    HostSnapshot read(boolean withMounts);
}
