package dev.tocsin.watch.log;

import dev.tocsin.core.tick.ByteReader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Where a {@link LogMemory} is kept for the next process: its bytes, and before them eight with their CRC-32C. Written
 * aside and renamed, so there is always a whole one; one that is broken is said, and begun anew. Blocks; confined to one
 * thread.
 */
final class MemoryFile {
    private static final System.Logger LOG = System.getLogger(MemoryFile.class.getName());

    private final Path path;

    MemoryFile(Path path) {
        this.path = path;
    }

    LogMemory read(long nowMillis) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
            byte[] memory = Arrays.copyOfRange(bytes.array(), Math.min(Long.BYTES, bytes.limit()), bytes.limit());
            if (bytes.limit() > Long.BYTES && bytes.getLong(0) == checksum(memory)) {
                return LogMemory.decoded(memory);
            }
            LOG.log(Level.WARNING, path + " is broken: the counts of log events begin anew");
        } catch (NoSuchFileException e) {
            return new LogMemory(nowMillis);
        } catch (IOException | ByteReader.UnreadableException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, path + " can't be read: the counts of log events begin anew", e);
        }
        return new LogMemory(nowMillis);
    }

    void write(LogMemory memory) throws IOException {
        byte[] bytes = memory.encoded();
        ByteBuffer all = ByteBuffer.allocate(Long.BYTES + bytes.length);
        all.putLong(checksum(bytes)).put(bytes);
        Files.createDirectories(path.getParent());
        Path aside = path.resolveSibling(path.getFileName() + ".new");
        Files.write(aside, all.array());
        Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static long checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return checksum.getValue();
    }
}
