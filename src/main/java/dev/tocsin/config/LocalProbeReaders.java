package dev.tocsin.config;

import dev.tocsin.watch.check.ProbeSpec;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Reads checks of what is on this machine: {@code process}, {@code file}, {@code disk}, {@code memory}, {@code command}. */
final class LocalProbeReaders {
    private static final Duration LONG = Duration.ofDays(3_650);
    private static final double PERCENT = 100;
    private static final double DEFAULT_FREE_PERCENT = 10;
    private static final double DEFAULT_MEMORY_PERCENT = 90;

    private LocalProbeReaders() {}

    record OfProcess(Set<String> keys) implements ProbeReader {
        OfProcess() {
            this(Set.of("process", "command", "pid-file", "least"));
        }

        @Override
        public ProbeSpec read(CheckKeys keys) throws ConfigException {
            int ways = (keys.has("process") ? 1 : 0) + (keys.has("command") ? 1 : 0) + (keys.has("pid-file") ? 1 : 0);
            if (ways != 1) {
                throw keys.error(
                        "a check of the kind process needs one of process (the program's name), command (what the"
                                + " whole command line looks like) and pid-file");
            }
            String command = keys.text("command", "");
            return new ProbeSpec.ProcessUp(
                    keys.text("process", command),
                    keys.has("command") ? keys.required("command", "", CheckKeys::regex) : null,
                    keys.has("pid-file") ? keys.required("pid-file", "", LocalProbeReaders::path) : null,
                    keys.integer("least", 1, 1, 100_000));
        }
    }

    record OfFile(Set<String> keys) implements ProbeReader {
        OfFile() {
            this(Set.of("path", "max-age", "min-size", "max-size"));
        }

        @Override
        public ProbeSpec read(CheckKeys keys) throws ConfigException {
            return new ProbeSpec.FileAge(
                    keys.required("path", "a check of the kind file", LocalProbeReaders::path),
                    keys.duration("max-age", LONG, Duration.ofSeconds(1), LONG),
                    keys.read("min-size", 0L, YamlNode::asBytes),
                    keys.read("max-size", Long.MAX_VALUE, YamlNode::asBytes));
        }
    }

    record OfDisk(Set<String> keys) implements ProbeReader {
        OfDisk() {
            this(Set.of("path", "min-free-percent", "min-free"));
        }

        @Override
        public ProbeSpec read(CheckKeys keys) throws ConfigException {
            return new ProbeSpec.Disk(
                    keys.required("path", "a check of the kind disk", LocalProbeReaders::path),
                    keys.read("min-free-percent", DEFAULT_FREE_PERCENT, LocalProbeReaders::percent),
                    keys.read("min-free", 0L, YamlNode::asBytes));
        }
    }

    record OfMemory(Set<String> keys) implements ProbeReader {
        OfMemory() {
            this(Set.of("max-used-percent"));
        }

        @Override
        public ProbeSpec read(CheckKeys keys) throws ConfigException {
            return new ProbeSpec.Memory(
                    keys.read("max-used-percent", DEFAULT_MEMORY_PERCENT, LocalProbeReaders::percent));
        }
    }

    record OfCommand(Set<String> keys) implements ProbeReader {
        OfCommand() {
            this(Set.of("command", "environment"));
        }

        @Override
        public ProbeSpec read(CheckKeys keys) throws ConfigException {
            List<String> arguments = keys.required("command", "a check of the kind command", CommandVector::read);
            return new ProbeSpec.Command(arguments, keys.map("environment"));
        }
    }

    private static Path path(YamlNode node) throws ConfigException {
        try {
            Path path = Path.of(node.asString());
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            // told below
        }
        throw node.error("expected a whole path, found \"" + node.asString() + "\"");
    }

    private static double percent(YamlNode node) throws ConfigException {
        double percent = node.asDouble();
        if (!(percent >= 0 && percent <= PERCENT)) {
            throw node.error("expected 0 to 100, found \"" + node.asString() + "\"");
        }
        return percent;
    }
}
