package dev.tocsin.core.postgres;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one PostgreSQL server. Immutable.
 *
 * @param place host, port and database; never a password
 * @param checkedMillis when it was last asked, since the Unix epoch; 0: never yet
 * @param responseMillis of the simplest question, over an open connection; null where it did not answer
 * @param problem why it did not answer; null where it did
 * @param warnings what its answers lack, and the remedy
 * @param parts by what was asked; those never asked yet are missing
 */
public record ServerPicture(
        String name,
        String place,
        long checkedMillis,
        @Nullable Double responseMillis,
        @Nullable String problem,
        List<String> warnings,
        List<Part> parts) {
    public ServerPicture {
        warnings = List.copyOf(warnings);
        parts = List.copyOf(parts);
    }

    public boolean isUp() {
        return responseMillis != null;
    }

    /**
     * The answer to one question.
     *
     * @param name in snake_case
     * @param readMillis when it was answered, or was not
     * @param tookMillis until then
     * @param problem why it was not answered; null where it was
     * @param rows by column: text, {@link Number}, {@link Boolean} or null; empty where it was not answered
     */
    public record Part(
            String name,
            long readMillis,
            double tookMillis,
            @Nullable String problem,
            List<Map<String, @Nullable Object>> rows) {
        public Part {
            List<Map<String, @Nullable Object>> copy = new ArrayList<>();
            rows.forEach(row -> copy.add(Collections.unmodifiableMap(new LinkedHashMap<>(row))));
            rows = Collections.unmodifiableList(copy);
        }
    }
}
