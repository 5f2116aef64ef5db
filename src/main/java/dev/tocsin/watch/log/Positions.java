package dev.tocsin.watch.log;

import dev.tocsin.core.DurableState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far each file was read, for the next process. A record is text: {@code OFFSET LENGTH CHECKSUM SOURCE PATH}, the
 * length and checksum those of the file's {@link Head} as it was. Written to the same journal as the samples, so that what
 * was counted and how far it reaches are lost, or kept, together. Confined to one thread.
 */
final class Positions {
    private static final String FILE = "logs.file/";
    private static final String SOURCE = "logs.source/";

    /** @param path that the file had */
    record Position(long offset, int headLength, long headChecksum, String source, String path) {
        boolean isOf(Head head) {
            return head.length() >= headLength && head.checksum(headLength) == headChecksum;
        }

        private byte[] encoded() {
            return (offset + " " + headLength + " " + headChecksum + " " + source.length() + " " + source + path)
                    .getBytes(StandardCharsets.UTF_8);
        }

        private static @Nullable Position decoded(byte[] bytes) {
            String[] parts = new String(bytes, StandardCharsets.UTF_8).split(" ", 5);
            try {
                int name = Integer.parseInt(parts[3]);
                return new Position(
                        Long.parseLong(parts[0]),
                        Math.min(Head.MAX_BYTES, Integer.parseInt(parts[1])),
                        Long.parseLong(parts[2]),
                        parts[4].substring(0, name),
                        parts[4].substring(name));
            } catch (RuntimeException e) {
                // Written by a version that is to come: as if it had not been.
                return null;
            }
        }
    }

    private final DurableState state;

    Positions(DurableState state) {
        this.state = state;
    }

    @Nullable
    Position of(FileId id) {
        byte[] bytes = state.get(FILE + id);
        return bytes == null ? null : Position.decoded(bytes);
    }

    /** Of all files of a source that an earlier process followed. */
    Map<String, Position> of(String source) {
        Map<String, Position> found = new HashMap<>();
        state.withPrefix(FILE).forEach((key, bytes) -> {
            Position position = Position.decoded(bytes);
            if (position != null && position.source.equals(source)) {
                found.put(key.substring(FILE.length()), position);
            }
        });
        return found;
    }

    void put(FileId id, Position position) {
        state.put(FILE + id, position.encoded());
    }

    void remove(FileId id) {
        state.remove(FILE + id);
    }

    /** Whether the source was followed before, with the same patterns of paths, by this process or an earlier one. */
    boolean knows(LogSource source) {
        return Arrays.equals(state.get(SOURCE + source.name()), patterns(source));
    }

    void know(LogSource source) {
        state.put(SOURCE + source.name(), patterns(source));
    }

    private static byte[] patterns(LogSource source) {
        return String.join("\n", source.files()).getBytes(StandardCharsets.UTF_8);
    }

    /** Forgets the files that are not there any more, though the folder that they were in is. */
    void forgetGone(Set<FileId> there) {
        Set<String> keys = new HashSet<>();
        there.forEach(id -> keys.add(FILE + id));
        state.withPrefix(FILE).forEach((key, bytes) -> {
            Position position = Position.decoded(bytes);
            Path folder = position == null ? null : Path.of(position.path).getParent();
            if (!keys.contains(key) && (folder == null || Files.isDirectory(folder))) {
                state.remove(key);
            }
        });
    }

    /** Forgets the files of sources that are not configured any more. */
    void keepOnly(Set<String> sources) {
        state.withPrefix(SOURCE).keySet().forEach(key -> {
            if (!sources.contains(key.substring(SOURCE.length()))) {
                state.remove(key);
            }
        });
        state.withPrefix(FILE).forEach((key, bytes) -> {
            Position position = Position.decoded(bytes);
            if (position == null || !sources.contains(position.source)) {
                state.remove(key);
            }
        });
    }
}
