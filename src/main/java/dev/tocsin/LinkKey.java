package dev.tocsin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** The key that links in notifications are signed with: {@value #LENGTH} random bytes in the data folder. */
final class LinkKey {
    static final int LENGTH = 32;
    /** Of its file. */
    static final String NAME = "link.key";

    private LinkKey() {}

    /**
     * Reads it, or makes it on the first start, for this user's eyes only.
     *
     * @throws IOException where it can't be read, made, or is none
     */
    static byte[] in(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            make(folder, file);
        }
        byte[] key = Files.readAllBytes(file);
        if (key.length != LENGTH) {
            throw new IOException(file + " holds no key of " + LENGTH + " bytes, but " + key.length
                    + " bytes; remove it for a new one: links in notifications sent before then no longer work");
        }
        return key;
    }

    /** Under its name only when it is whole, so that a kill leaves no half of one. */
    private static void make(Path folder, Path file) throws IOException {
        byte[] key = new byte[LENGTH];
        new SecureRandom().nextBytes(key);
        Path unfinished = folder.resolve(NAME + ".new");
        Files.deleteIfExists(unfinished);
        try (FileChannel out = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            out.write(ByteBuffer.wrap(key));
            out.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
