package dev.tocsin;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/**
 * Appends to the file that was asked for, by that very name; when it is full, {@code log} becomes {@code log.1},
 * {@code log.1} becomes {@code log.2}, and the oldest goes. Every record is on its way to the disk when it was
 * published. A disk that refuses is reported once on standard error and never stops the caller. Safe from any thread.
 */
final class RotatingFileHandler extends Handler {
    private final Path file;
    private final long maxBytes;
    private final int keptFiles;
    private OutputStream out;
    private long bytes;

    /** @param keptFiles with the one being written */
    RotatingFileHandler(Path file, long maxBytes, int keptFiles, Formatter formatter) throws IOException {
        this.file = file.toAbsolutePath();
        this.maxBytes = maxBytes;
        this.keptFiles = keptFiles;
        setFormatter(formatter);
        Path directory = this.file.getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        out = open();
    }

    private OutputStream open() throws IOException {
        OutputStream opened = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        bytes = Files.size(file);
        return opened;
    }

    @Override
    public synchronized void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        try {
            byte[] line = getFormatter().format(record).getBytes(StandardCharsets.UTF_8);
            if (bytes > 0 && bytes + line.length > maxBytes) {
                rotate();
            }
            out.write(line);
            bytes += line.length;
        } catch (IOException | RuntimeException e) {
            reportError("log file " + file, e, ErrorManager.WRITE_FAILURE);
        }
    }

    private void rotate() throws IOException {
        out.close();
        for (int i = keptFiles - 1; i > 0; i--) {
            Path from = i == 1 ? file : numbered(i - 1);
            if (Files.exists(from)) {
                Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        out = open();
    }

    private Path numbered(int i) {
        return file.resolveSibling(file.getFileName() + "." + i);
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            reportError("log file " + file, e, ErrorManager.CLOSE_FAILURE);
        }
    }
}
