package dev.tocsin.watch.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The files in which Linux tells about itself, {@code /proc} and {@code /sys}. What is not there is empty: kernels and
 * containers differ in what they show. Safe from any thread; reading may block.
 *
 * @param root {@code /}, or a folder that has a copy
 */
record SystemFiles(Path root) {
    private static final int MAX_LINES = 10_000;
    private static final int READ_BYTES = 64 << 10;
    private static final int MAX_FIELD_BYTES = 64;
    private static final int MAX_ENTRIES = 1_024;
    private static final int MAX_VALUE_CHARS = 4_096;

    static SystemFiles ofThisMachine() {
        return new SystemFiles(Path.of("/"));
    }

    Path path(String name) {
        return root.resolve(name);
    }

    /** Its lines, at most {@value #MAX_LINES}; none where there is no such file, or we may not read it. */
    List<String> lines(String name) {
        List<String> lines = new ArrayList<>();
        eachLine(name, MAX_LINES, lines::add);
        return lines;
    }

    /** Those at its beginning for which the condition holds. */
    List<String> linesWhile(String name, Predicate<String> condition) {
        try (Stream<String> lines = Files.lines(path(name), StandardCharsets.ISO_8859_1)) {
            return lines.takeWhile(condition).limit(MAX_LINES).toList();
        } catch (IOException | UncheckedIOException _) {
            return List.of();
        }
    }

    /**
     * One field of each line, for what is very long: fields stand between spaces.
     *
     * @param field its number, from 0
     * @param most lines at most
     * @param taker is given the field's bytes, which are other ones afterwards
     */
    void eachField(String name, int field, int most, Consumer<ByteBuffer> taker) {
        byte[] bytes = new byte[READ_BYTES];
        byte[] found = new byte[MAX_FIELD_BYTES];
        try (InputStream in = Files.newInputStream(path(name))) {
            int lines = 0;
            int at = -1;
            int length = 0;
            boolean inside = false;
            for (int n = in.read(bytes); n > 0 && lines < most; n = in.read(bytes)) {
                for (int i = 0; i < n && lines < most; i++) {
                    byte each = bytes[i];
                    boolean separates = each == ' ' || each == '\n';
                    if (separates && inside && at == field) {
                        taker.accept(ByteBuffer.wrap(found, 0, length));
                    }
                    if (!separates && !inside) {
                        at++;
                        length = 0;
                    }
                    inside = !separates;
                    if (inside && at == field && length < MAX_FIELD_BYTES) {
                        found[length++] = each;
                    }
                    if (each == '\n') {
                        at = -1;
                        lines++;
                    }
                }
            }
        } catch (IOException _) {
            // As if it said nothing.
        }
    }

    /** Its lines one by one. */
    private void eachLine(String name, int most, Consumer<String> taker) {
        try (BufferedReader reader = Files.newBufferedReader(path(name), StandardCharsets.ISO_8859_1)) {
            String line = reader.readLine();
            for (int i = 0; line != null && i < most; i++) {
                taker.accept(line);
                line = reader.readLine();
            }
        } catch (IOException | UncheckedIOException _) {
            // Not there, or not for us, or gone while it was read: as if it said nothing.
        }
    }

    /** The first line without space around it; empty where there is none. */
    String value(String name) {
        try (BufferedReader reader = Files.newBufferedReader(path(name), StandardCharsets.UTF_8)) {
            char[] text = new char[MAX_VALUE_CHARS];
            int length = Math.max(0, reader.read(text));
            return new String(text, 0, length).lines().findFirst().orElse("").strip();
        } catch (IOException _) {
            return "";
        }
    }

    /** A file's one number; empty where there is no file, or no number in it. */
    OptionalDouble number(String name) {
        try {
            String value = value(name);
            return value.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(value));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    /** The names in a folder, sorted, at most {@value #MAX_ENTRIES}. */
    List<String> names(String folder) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path(folder))) {
            for (Path entry : entries) {
                if (names.size() < MAX_ENTRIES) {
                    names.add(String.valueOf(entry.getFileName()));
                }
            }
        } catch (IOException _) {
            return List.of();
        }
        names.sort(null);
        return names;
    }
}
