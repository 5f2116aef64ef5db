package dev.tocsin.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The file of a Unix socket: made room for, opened to senders, removed. Blocks; not for event loops. */
final class SocketFile {
    /** All that the kernel knows of its Unix sockets; the bound path is the last column. */
    private static final Path KERNEL_TABLE = Path.of("/proc/net/unix");

    private final Path path;
    private @Nullable Object fileKey;

    SocketFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    Path path() {
        return path;
    }

    /**
     * Removes what a process that ended without cleaning up has left there.
     *
     * @throws IOException where the file is no socket, or a running process still listens on it
     */
    void makeRoom() throws IOException {
        BasicFileAttributes found;
        try {
            found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        }
        if (!found.isOther()) {
            throw new IOException(path + " exists and is no socket; it is left alone");
        }
        if (isBound()) {
            throw new IOException(path + " is in use: a running process listens on it");
        }
        Files.delete(path);
    }

    /** Lets every user send, and remembers which file is ours. The directory decides who gets here at all. */
    void open() throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx-w--w-"));
        fileKey = key();
    }

    /** Removes the file, unless another one has taken its place. */
    void remove() throws IOException {
        if (fileKey != null && Objects.equals(fileKey, key())) {
            Files.deleteIfExists(path);
        }
        fileKey = null;
    }

    private @Nullable Object key() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private boolean isBound() throws IOException {
        try (Stream<String> lines = Files.lines(KERNEL_TABLE, StandardCharsets.ISO_8859_1)) {
            String end =
                    " " + new String(path.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            return lines.anyMatch(line -> line.endsWith(end));
        }
    }
}
