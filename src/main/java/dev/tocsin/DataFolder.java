package dev.tocsin;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder of what must outlive the process, held by this process alone until it is closed or the process ends, however
 * it does.
 */
final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes the folder where there is none.
     *
     * @throws IOException where another process holds it, or it can't be written
     */
    static DataFolder open(Path path) throws IOException {
        DataFolder folder = openIfFree(path);
        if (folder == null) {
            throw new IOException("another Tocsin runs on the data folder " + path.toAbsolutePath()
                    + "; stop it, or choose another with --data DIR");
        }
        return folder;
    }

    /** The same; null where another process holds it. */
    static @Nullable DataFolder openIfFree(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            return null;
        }
        return new DataFolder(path, channel);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by this very process.
            return null;
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
