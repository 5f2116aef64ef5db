package dev.tocsin.config;

import java.nio.charset.StandardCharsets;

/** What takes samples in: {@code ingest.*}. */
public record IngestSettings(Udp udp, Unix unix) {
    public static final IngestSettings DEFAULTS = new IngestSettings(Udp.DEFAULTS, Unix.DEFAULTS);

    static IngestSettings read(Layers in) throws ConfigException {
        return new IngestSettings(Udp.read(in), Unix.read(in));
    }

    /** What a gauge's sign means. */
    public enum SignedGauges {
        /** DogStatsD: {@code -5} sets the gauge to −5. */
        ABSOLUTE,
        /** StatsD: {@code -5} takes 5 off the gauge. */
        RELATIVE
    }

    /**
     * StatsD and DogStatsD datagrams: {@code ingest.udp.*}.
     *
     * @param port 0 takes any free one
     * @param sockets that share the port by SO_REUSEPORT, each on its own event loop
     * @param receiveBufferBytes asked of the kernel for each socket, which may grant less
     */
    public record Udp(String host, int port, int sockets, int receiveBufferBytes, SignedGauges signedGauges) {
        public static final Udp DEFAULTS = new Udp("127.0.0.1", 8125, 1, 32 << 20, SignedGauges.ABSOLUTE);

        private static final int LARGEST_PORT = 65_535;
        private static final int MOST_SOCKETS = 64;
        private static final int LEAST_BUFFER = 4 << 10;
        private static final int LARGEST_BUFFER = 1 << 30;

        public Udp {
            Allowed.require(!host.isBlank(), "ingest.udp.host must not be empty");
            Allowed.range("ingest.udp.port", port, 0, LARGEST_PORT);
            Allowed.range("ingest.udp.sockets", sockets, 1, MOST_SOCKETS);
            Allowed.range("ingest.udp.receive-buffer", receiveBufferBytes, LEAST_BUFFER, LARGEST_BUFFER);
            Allowed.require(
                    port != 0 || sockets == 1,
                    "ingest.udp.sockets can share a port only if ingest.udp.port says which");
        }

        static Udp read(Layers in) throws ConfigException {
            try {
                return new Udp(
                        in.read("ingest.udp.host", DEFAULTS.host, Allowed::host),
                        in.read("ingest.udp.port", DEFAULTS.port, Allowed.integer(0, LARGEST_PORT)),
                        in.read("ingest.udp.sockets", DEFAULTS.sockets, Allowed.integer(1, MOST_SOCKETS)),
                        Math.toIntExact(in.read(
                                "ingest.udp.receive-buffer",
                                (long) DEFAULTS.receiveBufferBytes,
                                Allowed.bytes(LEAST_BUFFER, LARGEST_BUFFER))),
                        in.read("ingest.udp.signed-gauges", DEFAULTS.signedGauges, Allowed.oneOf(SignedGauges.class)));
            } catch (IllegalArgumentException e) {
                throw in.error("ingest.udp.port", String.valueOf(e.getMessage()));
            }
        }
    }

    /**
     * The same datagrams on a Unix socket: {@code ingest.unix.*}.
     *
     * @param path where the socket is made; empty: none
     */
    public record Unix(String path, SignedGauges signedGauges) {
        public static final Unix DEFAULTS = new Unix("", SignedGauges.ABSOLUTE);

        /** {@code sun_path} of unix(7), less its final NUL. */
        private static final int LONGEST_PATH = 107;

        public Unix {
            Allowed.require(
                    path.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH,
                    "a Unix socket's path has " + LONGEST_PATH + " bytes at most");
        }

        static Unix read(Layers in) throws ConfigException {
            try {
                return new Unix(
                        in.read("ingest.unix.path", DEFAULTS.path, YamlNode::asString),
                        in.read("ingest.unix.signed-gauges", DEFAULTS.signedGauges, Allowed.oneOf(SignedGauges.class)));
            } catch (IllegalArgumentException e) {
                throw in.error("ingest.unix.path", String.valueOf(e.getMessage()));
            }
        }

        public boolean isOn() {
            return !path.isEmpty();
        }
    }
}
