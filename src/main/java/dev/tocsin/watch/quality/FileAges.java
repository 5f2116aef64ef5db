package dev.tocsin.watch.quality;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When the newest file of a folder was last written. No state; blocks on the file system. */
public final class FileAges {
    /** Looked at in one folder; where there are more, nothing is known. */
    static final int MOST_FILES = 100_000;

    private FileAges() {}

    /**
     * One row with one time.
     *
     * @throws SourceException where no regular file matches, or the folder can't be read
     */
    public static List<List<@Nullable Cell>> newest(Source.Files files) throws SourceException {
        long newest = Cell.NO_TIME;
        int seen = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(files.folder()), files.glob())) {
            for (Path entry : entries) {
                if (++seen > MOST_FILES) {
                    throw new SourceException("more than " + MOST_FILES + " files in " + files.folder());
                }
                newest = Math.max(newest, writtenMillis(entry));
            }
        } catch (NoSuchFileException e) {
            throw new SourceException("there is no folder " + files.folder());
        } catch (IOException | DirectoryIteratorException e) {
            throw new SourceException("the folder " + files.folder() + " can't be read: " + e);
        }
        if (newest == Cell.NO_TIME) {
            throw new SourceException("no file matches " + files.folder() + "/" + files.glob());
        }
        return List.of(List.of(Cell.ofTime(Instant.ofEpochMilli(newest).toString(), newest)));
    }

    /** One that vanishes meanwhile was never there. */
    private static long writtenMillis(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile() ? attributes.lastModifiedTime().toMillis() : Cell.NO_TIME;
        } catch (NoSuchFileException e) {
            return Cell.NO_TIME;
        }
    }
}
