package dev.tocsin.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The page's files, read from the class path once, at start, and held compressed as well: serving one touches no disk.
 * Only what was found there can be asked for, so there is no path to climb out of. Immutable; safe from any thread.
 */
public final class PageFiles {
    private static final int LEAST_WORTH_COMPRESSING = 512;
    private static final long MOST_BYTES = 16 << 20;

    private static final Map<String, String> CONTENT_TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("md", "text/plain; charset=utf-8"));

    /** @param gzip null where compressing does not pay */
    record PageFile(String contentType, String tag, byte[] bytes, byte @Nullable [] gzip) {}

    private final Map<String, PageFile> files;

    private PageFiles(Map<String, PageFile> files) {
        this.files = Collections.unmodifiableMap(files);
    }

    /** @param files content by path without a leading slash: {@code index.html}, {@code js/app.js} */
    public static PageFiles of(Map<String, byte[]> files) {
        Map<String, PageFile> read = new LinkedHashMap<>();
        long total = 0;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            total += file.getValue().length;
            if (total > MOST_BYTES) {
                throw new IllegalStateException("the page's files are over " + MOST_BYTES + " bytes");
            }
            read.put("/" + file.getKey(), pageFile(file.getKey(), file.getValue()));
        }
        return new PageFiles(read);
    }

    /** @param folder on the class path, such as {@code web}; a folder without {@code index.html} has no files */
    public static PageFiles load(ClassLoader loader, String folder) {
        Map<String, byte[]> found = new TreeMap<>();
        try {
            // Asked by its index, because not every jar has entries for folders.
            for (URL index : Collections.list(loader.getResources(folder + "/index.html"))) {
                if (index.openConnection() instanceof JarURLConnection connection) {
                    connection.setUseCaches(false);
                    try (JarFile jar = connection.getJarFile()) {
                        readJar(jar, folder + "/", found);
                    }
                } else {
                    readFolder(Objects.requireNonNull(Path.of(index.toURI()).getParent()), found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the page's files cannot be read", e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return of(found);
    }

    private static void readJar(JarFile jar, String prefix, Map<String, byte[]> into) throws IOException {
        for (JarEntry entry : Collections.list(jar.entries())) {
            if (!entry.isDirectory() && entry.getName().startsWith(prefix)) {
                try (InputStream in = jar.getInputStream(entry)) {
                    into.putIfAbsent(entry.getName().substring(prefix.length()), in.readAllBytes());
                }
            }
        }
    }

    private static void readFolder(Path folder, Map<String, byte[]> into) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String path = folder.relativize(file).toString().replace('\\', '/');
                into.putIfAbsent(path, Files.readAllBytes(file));
            }
        }
    }

    /** @param path with a leading slash */
    @Nullable
    PageFile find(String path) {
        return files.get(path);
    }

    private static PageFile pageFile(String path, byte[] bytes) {
        String extension = path.substring(path.lastIndexOf('.') + 1);
        String contentType = CONTENT_TYPES.getOrDefault(extension, "application/octet-stream");
        boolean text = contentType.startsWith("text/") || contentType.contains("json") || contentType.contains("xml");
        byte[] gzip = text && bytes.length >= LEAST_WORTH_COMPRESSING ? gzip(bytes) : null;
        return new PageFile(contentType, tag(bytes), bytes, gzip != null && gzip.length < bytes.length ? gzip : null);
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
