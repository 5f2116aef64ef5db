package dev.tocsin.store.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.tukaani.xz.XZInputStream;

/**
 * The server's programs, which come inside the jar as one compressed archive, unpacked into a folder of their own
 * version. Unpacking takes a second or two and 60 MB; what was unpacked before is used as it is.
 */
final class PostgresBinaries {
    /** Of the archive on the class path; names the folder. */
    static final String VERSION = "18.6";

    /** Data folders of another one can't be opened by these binaries. */
    static final String MAJOR = "18";

    private final Path folder;

    private PostgresBinaries(Path folder) {
        this.folder = folder;
    }

    /**
     * @param parent exists
     * @throws UnsupportedPlatformException where the jar has no binaries for this machine
     */
    static PostgresBinaries unpack(Path parent) throws IOException, InterruptedException {
        Path folder = parent.resolve("binaries-" + VERSION);
        if (!Files.isDirectory(folder)) {
            Path partial = parent.resolve("binaries-" + VERSION + ".partial");
            Folders.delete(partial);
            Files.createDirectories(partial);
            try (InputStream packed = archive();
                    InputStream tar = new XZInputStream(packed)) {
                extract(tar, partial);
            }
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return new PostgresBinaries(folder);
    }

    private static InputStream archive() throws UnsupportedPlatformException {
        String architecture = System.getProperty("os.arch");
        InputStream in = PostgresBinaries.class.getResourceAsStream(archiveName(architecture));
        if (in == null || !System.getProperty("os.name").equals("Linux")) {
            throw new UnsupportedPlatformException("no PostgreSQL binaries for " + System.getProperty("os.name")
                    + " on " + architecture + " are in this jar; set storage.uri to a server of yours");
        }
        return in;
    }

    /** @param architecture as Java calls it, in {@code os.arch} */
    static String archiveName(String architecture) {
        String name = switch (architecture) {
            case "amd64" -> "x86_64";
            case "aarch64" -> "arm_64";
            default -> architecture;
        };
        return "/postgres-linux-" + name + ".txz";
    }

    private static void extract(InputStream tar, Path into) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("tar", "-x", "-C", into.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        try (OutputStream out = process.getOutputStream()) {
            tar.transferTo(out);
        }
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException("tar ended with " + exit + " when it unpacked PostgreSQL into " + into);
        }
    }

    /** The path of {@code initdb}, {@code postgres} or {@code pg_ctl}. */
    String program(String name) {
        return folder.resolve("bin").resolve(name).toAbsolutePath().toString();
    }

    /** This machine can't run the server: trying again does not help. */
    static final class UnsupportedPlatformException extends IOException {
        private static final long serialVersionUID = 1;

        UnsupportedPlatformException(String message) {
            super(message);
        }
    }
}
