package dev.tocsin.watch.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/** Which file it is, whatever its name: renaming keeps it, and no two that are there at a time share it. */
record FileId(long device, long inode) {
    /**
     * What a path stands for now.
     *
     * @param regular whether it has contents to be read: no folder, FIFO, socket or device
     */
    record Entry(FileId id, boolean regular, boolean folder, long size, long modifiedMillis) {}

    /** Follows symbolic links. Never opens the file. */
    static Entry of(Path path) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(path, "unix:dev,ino,size,isRegularFile,isDirectory,lastModifiedTime");
        return new Entry(
                new FileId(number(attributes, "dev"), number(attributes, "ino")),
                Boolean.TRUE.equals(attributes.get("isRegularFile")),
                Boolean.TRUE.equals(attributes.get("isDirectory")),
                number(attributes, "size"),
                attributes.get("lastModifiedTime") instanceof FileTime time ? time.toMillis() : 0);
    }

    private static long number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number number ? number.longValue() : 0;
    }

    @Override
    public String toString() {
        return device + ":" + inode;
    }
}
