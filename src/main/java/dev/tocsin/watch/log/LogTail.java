package dev.tocsin.watch.log;

import dev.tocsin.core.DurableState;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Follows all files of all sources: finds new ones, reads on in those that grew, a part of each in turn, and remembers how
 * far it came. A file that is renamed or deleted is read to its end and for a moment longer; one that is emptied is read
 * from its start; one that appears after its source was first seen is read whole. Where the patterns match the copy that
 * {@code copytruncate} makes, too, of it only that counts which was not read before. Each line is handed on once, but that
 * after a crash those of the last second may be handed on again.
 *
 * <p>Confined to one thread at a time; blocks on the file system.
 */
final class LogTail implements AutoCloseable {
    private static final int MAX_FILES = 1_000;
    private static final long SCAN_MILLIS = 1_000;
    private static final long REMEMBER_MILLIS = 1_000;
    /** How long after it was renamed or deleted the writer of a file may still be at it. */
    private static final long GRACE_MILLIS = 5_000;

    private static final int READ_BYTES = 64 << 10;
    private static final int FILE_BYTES_PER_PASS = 1 << 20;
    private static final int BYTES_PER_PASS = 8 << 20;

    /** Takes what is found. */
    interface Findings {
        void event(TailedFile file, byte[] bytes, int from, int to, int lines);

        /** Whether it would take more in this pass. */
        boolean hasRoom();

        void count(LogProblem problem, long count, String place);
    }

    private final LogSettings settings;
    private final Positions positions;
    private final Findings findings;
    private final Map<String, LogGlob> globs = new HashMap<>();
    private final Map<FileId, TailedFile> files = new LinkedHashMap<>();
    private final Set<Path> refused = new HashSet<>();
    private final Map<FileId, Positions.Position> remembered = new HashMap<>();
    private final byte[] buffer = new byte[READ_BYTES];
    private long nextScanMillis = Long.MIN_VALUE;
    private long nextRememberMillis = Long.MIN_VALUE;
    private boolean firstScan = true;
    private int firstInTurn;

    LogTail(LogSettings settings, DurableState state, Findings findings) {
        this.settings = settings;
        this.positions = new Positions(state);
        this.findings = findings;
        settings.sources().forEach(each -> globs.put(each.name(), new LogGlob(each.files(), each.exclude(), false)));
        positions.keepOnly(globs.keySet());
    }

    int fileCount() {
        return files.size();
    }

    /** Bytes that are in the files and were not read yet. */
    long behind() {
        long bytes = 0;
        for (TailedFile file : files.values()) {
            try {
                bytes += file.behind();
            } catch (IOException e) {
                findings.count(LogProblem.UNREADABLE, 1, file.path + " (" + e + ")");
            }
        }
        return bytes;
    }

    /** @return whether there is more to be read at once */
    boolean pass(long nowMillis) {
        if (nowMillis >= nextScanMillis || nowMillis < nextScanMillis - SCAN_MILLIS) {
            scan(nowMillis);
            nextScanMillis = nowMillis + SCAN_MILLIS;
        }
        List<TailedFile> inTurn = new ArrayList<>(files.values());
        int left = BYTES_PER_PASS;
        boolean more = false;
        for (int i = 0; i < inTurn.size(); i++) {
            TailedFile file = inTurn.get((firstInTurn + i) % inTurn.size());
            if (left <= 0 || !findings.hasRoom()) {
                firstInTurn = (firstInTurn + i) % inTurn.size();
                return true;
            }
            try {
                int read = read(file, Math.min(left, FILE_BYTES_PER_PASS));
                left -= read;
                more |= read >= FILE_BYTES_PER_PASS || !findings.hasRoom();
            } catch (IOException e) {
                findings.count(LogProblem.UNREADABLE, 1, file.path + " (" + e + ")");
                // Found again by the next scan, if it is still there, and read on where this ended.
                files.remove(file.id);
                close(file);
                continue;
            }
            findings.count(LogProblem.CUT, file.takeCutEvents(), file.path.toString());
            findings.count(LogProblem.BINARY, file.takeBinaryLines(), file.path.toString());
            if (file.isDone(nowMillis, GRACE_MILLIS)) {
                finish(file);
            }
        }
        return more;
    }

    private int read(TailedFile file, int most) throws IOException {
        TailedFile.Look look = file.look();
        if (look == TailedFile.Look.SAME) {
            file.idle();
            return 0;
        }
        if (look == TailedFile.Look.EMPTIED) {
            findings.count(LogProblem.EMPTIED, 1, file.path.toString());
            for (TailedFile other : files.values()) {
                long read = other.isCopy() ? file.readOfContents(other.head()) : -1;
                if (read >= 0) {
                    other.readFrom(read);
                }
            }
        }
        int total = 0;
        while (total < most && findings.hasRoom()) {
            int count = file.read(buffer);
            if (count == 0) {
                break;
            }
            total += count;
        }
        return total;
    }

    private void finish(TailedFile file) {
        file.end();
        files.remove(file.id);
        remembered.remove(file.id);
        positions.remove(file.id);
        close(file);
    }

    private static void close(TailedFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read.
            return;
        }
    }

    private void scan(long nowMillis) {
        Set<FileId> seen = new HashSet<>();
        Set<Path> stillRefused = new HashSet<>();
        for (LogSource source : settings.sources()) {
            boolean known = positions.knows(source);
            if (firstScan) {
                readOnInRenamed(source);
            }
            for (Path path : Objects.requireNonNull(globs.get(source.name())).paths()) {
                try {
                    FileId.Entry entry = FileId.of(path);
                    if (!entry.regular() && !entry.folder()) {
                        refuse(LogProblem.NO_FILE, path, ", a FIFO, socket or device,", stillRefused);
                    } else if (entry.regular() && seen.add(entry.id()) && !found(source, path, entry.id(), known)) {
                        refuse(LogProblem.TOO_MANY, path, "", stillRefused);
                    }
                } catch (NoSuchFileException e) {
                    // It went since its folder was read.
                } catch (IOException e) {
                    refuse(LogProblem.UNREADABLE, path, " (" + e + ")", stillRefused);
                }
            }
            positions.know(source);
        }
        files.values().forEach(file -> {
            if (!seen.contains(file.id)) {
                file.unmatched(nowMillis);
            }
        });
        refused.clear();
        refused.addAll(stillRefused);
        if (firstScan) {
            positions.forgetGone(files.keySet());
            firstScan = false;
        }
    }

    /** Counted, and told, when it is found, not in each scan. */
    private void refuse(LogProblem problem, Path path, String why, Set<Path> stillRefused) {
        stillRefused.add(path);
        if (!refused.contains(path)) {
            findings.count(problem, 1, path + why);
        }
    }

    /** @return whether there is room for it */
    private boolean found(LogSource source, Path path, FileId id, boolean known) throws IOException {
        TailedFile file = files.get(id);
        if (file != null) {
            file.matched(path);
            return true;
        }
        if (files.size() >= MAX_FILES) {
            return false;
        }
        file = TailedFile.open(id, source, path, findings);
        if (file == null) {
            return true;
        }
        Positions.Position position = positions.of(id);
        if (position != null && position.isOf(file.head()) && position.offset() <= file.size()) {
            file.readFrom(position.offset());
        } else if (position == null && !known && !source.fromStart()) {
            file.readFrom(file.size());
        } else if (position == null) {
            readOnlyNewOf(file);
        }
        files.put(id, file);
        return true;
    }

    /** Of a copy that {@code copytruncate} made: before, or after, what it is a copy of was emptied. */
    private void readOnlyNewOf(TailedFile file) throws IOException {
        for (TailedFile other : files.values()) {
            // Beside it, and its name with something after it: another file may begin alike by chance.
            boolean named = Objects.equals(file.path.getParent(), other.path.getParent())
                    && file.path.toString().startsWith(other.path.toString());
            if (!named) {
                continue;
            }
            if (other.readOfContents(file.head()) >= 0) {
                file.readFrom(other.readOfContents(file.head()));
                return;
            }
            if (file.head().isCopyOf(other.head())) {
                file.beCopy();
                return;
            }
        }
    }

    /** What was renamed while nobody watched, and matches no pattern any more, is looked for beside where it was. */
    private void readOnInRenamed(LogSource source) {
        Map<String, Positions.Position> left = positions.of(source.name());
        Set<Path> folders = new HashSet<>();
        left.values().forEach(each -> {
            Path folder = Path.of(each.path()).getParent();
            if (folder != null) {
                folders.add(folder);
            }
        });
        for (Path folder : folders) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path path : entries) {
                    readOnIn(source, path, left);
                }
            } catch (IOException e) {
                findings.count(LogProblem.UNREADABLE, 1, folder + " (" + e + ")");
            }
        }
    }

    private void readOnIn(LogSource source, Path path, Map<String, Positions.Position> left) throws IOException {
        FileId.Entry entry;
        try {
            entry = FileId.of(path);
        } catch (IOException e) {
            // It went since its folder was read, or is a link to nothing.
            return;
        }
        Positions.Position position = left.get(entry.id().toString());
        if (position == null || !entry.regular() || entry.size() <= position.offset() || files.size() >= MAX_FILES) {
            return;
        }
        TailedFile file = TailedFile.open(entry.id(), source, path, findings);
        if (file != null && position.isOf(file.head())) {
            file.readFrom(position.offset());
            files.put(entry.id(), file);
        } else if (file != null) {
            close(file);
        }
    }

    /** Puts down how far everything came that was handed on, once a second. Only when that is safe itself. */
    void remember(long nowMillis) {
        if (nowMillis < nextRememberMillis && nowMillis >= nextRememberMillis - REMEMBER_MILLIS) {
            return;
        }
        nextRememberMillis = nowMillis + REMEMBER_MILLIS;
        rememberAll();
    }

    void rememberAll() {
        for (TailedFile file : files.values()) {
            Positions.Position position = file.position();
            if (!position.equals(remembered.put(file.id, position))) {
                positions.put(file.id, position);
            }
        }
    }

    @Override
    public void close() {
        files.values().forEach(LogTail::close);
        files.clear();
    }
}
