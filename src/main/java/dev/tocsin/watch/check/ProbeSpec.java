package dev.tocsin.watch.check;

import com.google.re2j.Pattern;
import dev.tocsin.core.Regex;
import dev.tocsin.postgres.ServerAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a check asks, by kind. Immutable. */
public sealed interface ProbeSpec {
    /** As in the file, and the label {@code kind}. */
    String kind();

    /**
     * A request over HTTP or HTTPS, and what its answer must be.
     *
     * @param statuses that are well; empty: 200 to 299
     * @param contains text that the body must hold; empty: any
     * @param matches must be found in the body; null: any
     * @param json what must stand at these JSON pointers (RFC 6901), as text
     * @param answerHeaders what headers of the answer must look like
     * @param redirects followed at most; 0: a redirect is an answer like any
     * @param maxBody bytes of an answer; a longer one is a failure
     * @param certificateDays that the certificate must hold yet
     * @param verify whether the certificate must be trusted
     */
    record Http(
            URI url,
            String method,
            Map<String, String> headers,
            String body,
            List<Integer> statuses,
            String contains,
            @Nullable Pattern matches,
            Map<String, String> json,
            Map<String, Regex> answerHeaders,
            int redirects,
            int maxBody,
            int certificateDays,
            boolean verify)
            implements ProbeSpec {
        public Http {
            headers = Map.copyOf(headers);
            statuses = List.copyOf(statuses);
            json = Map.copyOf(json);
            answerHeaders = Map.copyOf(answerHeaders);
        }

        @Override
        public String kind() {
            return "http";
        }

        /** Without the header values and the body, which may hold secrets. */
        @Override
        public String toString() {
            return method + " " + url;
        }
    }

    /**
     * A connection over TCP.
     *
     * @param send written after connecting; empty: nothing
     * @param expect text that must come; empty: none is waited for
     */
    record Tcp(String host, int port, String send, String expect) implements ProbeSpec {
        @Override
        public String kind() {
            return "tcp";
        }
    }

    /**
     * A connection with TLS, and the certificate that comes.
     *
     * @param serverName that the certificate must be for
     * @param certificateDays that it must hold yet
     * @param verify whether it must be trusted
     */
    record Tls(String host, int port, String serverName, int certificateDays, boolean verify) implements ProbeSpec {
        @Override
        public String kind() {
            return "tls";
        }
    }

    /**
     * A name, asked for at a name server.
     *
     * @param server its address; empty: the system's own, whatever the port
     * @param expect each must be among the answers; empty: any answer will do. Of an MX record priority and name
     */
    record Dns(String query, Type type, String server, int port, List<String> expect) implements ProbeSpec {
        /** What is asked for. */
        public enum Type {
            A,
            AAAA,
            CNAME,
            MX,
            NS,
            TXT
        }

        public Dns {
            expect = List.copyOf(expect);
        }

        @Override
        public String kind() {
            return "dns";
        }
    }

    /**
     * A Redis server, asked for PING and INFO.
     *
     * @param password empty: none is given
     * @param minHitRatio of the keys that it was asked for since it began: 0 to 1
     * @param maxMemory bytes that it may use
     */
    record Redis(String host, int port, String password, double minHitRatio, long maxMemory) implements ProbeSpec {
        @Override
        public String kind() {
            return "redis";
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "redis " + host + ":" + port;
        }
    }

    /**
     * A PostgreSQL server, a question to it, and what the answer must be.
     *
     * @param server its name; empty where it has an address
     * @param address where to connect anew every time; null where it has a name
     * @param column that is judged, of the first row; empty: the first one
     * @param min that the value must be; negative infinity: any
     * @param max that the value may be; infinity: any
     * @param equalTo what the value must be, as text; null: any
     * @param maxAge that the time may have; null: it is no time
     * @param minRows that there must be
     * @param maxRows that there may be
     */
    record Postgres(
            String server,
            @Nullable ServerAddress address,
            String query,
            String column,
            double min,
            double max,
            @Nullable String equalTo,
            @Nullable Duration maxAge,
            int minRows,
            int maxRows)
            implements ProbeSpec {
        /** Asked where no other question is given. */
        public static final String SIMPLEST = "SELECT 1";

        /** Rows that are read at most. */
        public static final int MOST_ROWS = 1_000;

        @Override
        public String kind() {
            return "postgres";
        }

        boolean judgesNumber() {
            return min != Double.NEGATIVE_INFINITY || max != Double.POSITIVE_INFINITY;
        }

        boolean judgesValue() {
            return judgesNumber() || equalTo != null || maxAge != null;
        }
    }

    /**
     * A job that must say in time that it ran.
     *
     * @param every from one time to the next
     * @param grace that it may be late
     */
    record Heartbeat(Duration every, Duration grace) implements ProbeSpec {
        @Override
        public String kind() {
            return "heartbeat";
        }
    }

    /**
     * The server itself: its event bus, ticks, database and channels.
     *
     * @param slowest parts by name, and how long each may take
     */
    record Self(Map<String, Duration> slowest) implements ProbeSpec {
        public Self {
            slowest = Map.copyOf(slowest);
        }

        @Override
        public String kind() {
            return "self";
        }
    }

    /**
     * Processes of this machine.
     *
     * @param name of the program, where neither of the next two is given; else what it is called
     * @param command what the whole command line looks like; null: it is found by name, or by file
     * @param pidFile holds the number of the process; null: it is found otherwise
     * @param least that must run
     */
    record ProcessUp(
            String name, @Nullable Regex command, @Nullable Path pidFile, int least) implements ProbeSpec {
        @Override
        public String kind() {
            return "process";
        }
    }

    /** A file that must be there, not older than so long and of such a size. */
    record FileAge(Path path, Duration maxAge, long minBytes, long maxBytes) implements ProbeSpec {
        @Override
        public String kind() {
            return "file";
        }
    }

    /** A file system with so much left for those who are not root. */
    record Disk(Path path, double minFreePercent, long minFreeBytes) implements ProbeSpec {
        @Override
        public String kind() {
            return "disk";
        }
    }

    /** The machine's memory, of which no more may be in use than so much. */
    record Memory(double maxUsedPercent) implements ProbeSpec {
        @Override
        public String kind() {
            return "memory";
        }
    }

    /**
     * A program that is run, by the convention of Nagios' plug-ins.
     *
     * @param arguments the program's whole path, then what it is given; no shell reads them
     * @param environment besides PATH, HOME and a plain locale
     */
    record Command(List<String> arguments, Map<String, String> environment) implements ProbeSpec {
        public Command {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }

        @Override
        public String kind() {
            return "command";
        }

        /** Without what may hold secrets. */
        @Override
        public String toString() {
            return arguments.getFirst();
        }
    }
}
