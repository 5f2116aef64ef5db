package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is asked of this machine: its files, file systems, memory and processes. Blocks; any thread. */
final class LocalQuestions {
    private static final double PERCENT = 100;
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final int BYTES_PER_KIB = 1_024;
    /** Linux keeps so much of a process' name. */
    private static final int COMM_LENGTH = 15;

    private static final int MAX_PROC_BYTES = 64 << 10;

    private final Path proc;
    private final Clock clock;

    /** @param proc Linux' {@code /proc}, or what a test puts in its place */
    LocalQuestions(Path proc, Clock clock) {
        this.proc = proc;
        this.clock = clock;
    }

    ProbeResult file(ProbeSpec.FileAge spec) throws IOException {
        BasicFileAttributes found;
        try {
            found = Files.readAttributes(spec.path(), BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return ProbeResult.failed(spec.path() + " is not there");
        }
        double ageSeconds = (clock.wallMillis() - found.lastModifiedTime().toMillis()) / MILLIS_PER_SECOND;
        long bytes = found.size();
        String told = spec.path() + " has " + bytes + " bytes and is " + Math.round(ageSeconds) + " s old";
        boolean ok = ageSeconds <= spec.maxAge().toSeconds() && bytes >= spec.minBytes() && bytes <= spec.maxBytes();
        return (ok ? ProbeResult.ok(told) : ProbeResult.failed(told))
                .with(List.of(
                        ProbeResult.Reading.gauge("check_file_age_seconds", ageSeconds),
                        ProbeResult.Reading.gauge("check_file_size_bytes", bytes)));
    }

    ProbeResult disk(ProbeSpec.Disk spec) throws IOException {
        FileStore store = Files.getFileStore(spec.path());
        long free = store.getUsableSpace();
        double percent = PERCENT * free / Math.max(1, store.getTotalSpace());
        String told = String.format(Locale.ROOT, "%.1f %% of %s is free, %d bytes", percent, spec.path(), free);
        boolean ok = percent >= spec.minFreePercent() && free >= spec.minFreeBytes();
        return (ok ? ProbeResult.ok(told) : ProbeResult.failed(told))
                .with(List.of(
                        ProbeResult.Reading.gauge("check_disk_free_percent", percent),
                        ProbeResult.Reading.gauge("check_disk_free_bytes", free)));
    }

    ProbeResult memory(ProbeSpec.Memory spec) throws IOException {
        long total = 0;
        long available = 0;
        for (String line : text(proc.resolve("meminfo")).lines().toList()) {
            String[] words = line.split("\\s+");
            if (words[0].equals("MemTotal:")) {
                total = Long.parseLong(words[1]) * BYTES_PER_KIB;
            } else if (words[0].equals("MemAvailable:")) {
                available = Long.parseLong(words[1]) * BYTES_PER_KIB;
            }
        }
        double used = PERCENT * (total - available) / Math.max(1, total);
        String told = String.format(Locale.ROOT, "%.1f %% of memory is used", used);
        return (used <= spec.maxUsedPercent() ? ProbeResult.ok(told) : ProbeResult.failed(told))
                .with(List.of(ProbeResult.Reading.gauge("check_memory_used_percent", used)));
    }

    ProbeResult process(ProbeSpec.ProcessUp spec) throws IOException {
        List<String> found = spec.pidFile() == null ? named(spec) : List.of(fromFile(spec.pidFile()));
        found = found.stream().filter(pid -> isAlive(pid)).toList();
        String what = spec.pidFile() == null ? spec.name() : spec.pidFile().toString();
        String told = found.size() + " processes of " + what;
        return (found.size() >= spec.least() ? ProbeResult.ok(told) : ProbeResult.failed(told))
                .with(List.of(ProbeResult.Reading.gauge("check_processes", found.size())));
    }

    private static String fromFile(Path file) throws IOException {
        String pid = text(file).strip();
        if (!pid.matches("[0-9]{1,10}")) {
            throw new IOException(file + " holds no number of a process");
        }
        return pid;
    }

    private boolean isAlive(String pid) {
        try {
            String stat = text(proc.resolve(pid).resolve("stat"));
            // After the name, which may hold anything, stands the state: a zombie has ended.
            int end = stat.lastIndexOf(')');
            return end >= 0 && !stat.startsWith(" Z", end + 1) && !stat.startsWith(" X", end + 1);
        } catch (IOException gone) {
            return false;
        }
    }

    private List<String> named(ProbeSpec.ProcessUp spec) throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (isOf(process, spec)) {
                    found.add(process.getFileName().toString());
                }
            }
        }
        return found;
    }

    private static boolean isOf(Path process, ProbeSpec.ProcessUp spec) {
        try {
            if (spec.command() != null) {
                String line =
                        text(process.resolve("cmdline")).replace('\0', ' ').strip();
                return spec.command().matches(line);
            }
            String comm = text(process.resolve("comm")).strip();
            if (spec.name().length() <= COMM_LENGTH) {
                return comm.equals(spec.name());
            }
            String program = text(process.resolve("cmdline")).split("\0", 2)[0];
            return spec.name().startsWith(comm)
                    && program.substring(program.lastIndexOf('/') + 1).equals(spec.name());
        } catch (IOException ended) {
            return false;
        }
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_PROC_BYTES), StandardCharsets.UTF_8);
        }
    }
}
