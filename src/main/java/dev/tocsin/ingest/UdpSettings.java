package dev.tocsin.ingest;

import dev.tocsin.ingest.wire.SignedGauges;

/**
 * Where and how datagrams are taken in.
 *
 * @param host address to bind; an IP address or a name that resolves to one
 * @param port 0 takes any free port
 * @param sockets how many sockets share the port, each with an event loop and a shard of the series table of its own
 * @param receiveBufferBytes what to ask the kernel for, per socket; it may grant less (told once, and a metric)
 */
public record UdpSettings(String host, int port, int sockets, int receiveBufferBytes, SignedGauges signedGauges) {
    /** Loopback, StatsD's usual port, one socket, 8 MiB. */
    public static final UdpSettings DEFAULT = new UdpSettings("127.0.0.1", 8125, 1, 8 << 20, SignedGauges.ABSOLUTE);

    public static final int MAX_SOCKETS = 64;

    public UdpSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host must not be empty");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be from 0 to 65535, is " + port);
        }
        if (sockets < 1 || sockets > MAX_SOCKETS) {
            throw new IllegalArgumentException("sockets must be from 1 to " + MAX_SOCKETS + ", is " + sockets);
        }
        if (receiveBufferBytes < 1) {
            throw new IllegalArgumentException("receiveBufferBytes must be positive, is " + receiveBufferBytes);
        }
    }

    /** These settings on another port. */
    public UdpSettings withPort(int otherPort) {
        return new UdpSettings(host, otherPort, sockets, receiveBufferBytes, signedGauges);
    }
}
