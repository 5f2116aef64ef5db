package dev.tocsin.watch.log;

import com.google.re2j.Pattern;
import dev.tocsin.core.Regex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What puts an event into a category.
 *
 * @param regex searched for, in RE2's dialect
 * @param where what it is searched for in
 */
public record LogPattern(String category, String regex, Pattern pattern, Where where) {
    /** The part of an event that a pattern looks at. */
    public sealed interface Where {
        /** All of it, as it stands in the file. */
        record Text() implements Where {}

        /** Of a JSON line only the values, since {@code "error":null} is no error; of another all of it. */
        record Values() implements Where {}

        /** One field of a JSON line or of {@code key=value} pairs; events without it never match. */
        record Field(String name) implements Where {}
    }

    /** Those that every source has unless it says otherwise. */
    public static final List<LogPattern> BUILT_IN = List.of(
            builtIn("error", "(?:error|critical|fatal|severe|exception|panic|traceback|segfault|core dumped)\\b"),
            builtIn("warning", "\\b(?:warning|warn)\\b"),
            builtIn("performance", "\\b(?:latency|performance|slow|slowly|throttled|throttling|took too long)\\b"),
            builtIn(
                    "memory",
                    "(?:\\bmemory|\\boom|\\boomkilled|\\boom-killer|outofmemoryerror|memoryerror|\\bheap space)\\b"),
            builtIn(
                    "network",
                    "\\b(?:connection|connectionerror|network|timeout|timed out|unreachable|econnrefused|econnreset"
                            + "|etimedout|broken pipe|no route to host|name resolution)\\b"),
            builtIn(
                    "security",
                    "\\b(?:unauthorized|forbidden|access denied|permission denied|authentication failed"
                            + "|authentication failure|authentication error|failed password|login failed|failed login"
                            + "|invalid password|invalid token|invalid credentials|invalid user|invalid signature"
                            + "|sql injection|brute force|csrf|certificate expired|certificate verify failed)\\b"));

    private static LogPattern builtIn(String category, String regex) {
        return of(category, "(?i)" + regex, new Where.Values());
    }

    /**
     * @throws IllegalArgumentException where the expression is none, or too large; the message says why
     */
    public static LogPattern of(String category, String regex, Where where) {
        return new LogPattern(category, regex, Regex.searching(regex), where);
    }

    /** The built-in one of this category; null where there is none. */
    public static @Nullable LogPattern builtIn(String category) {
        return BUILT_IN.stream()
                .filter(pattern -> pattern.category().equals(category))
                .findFirst()
                .orElse(null);
    }
}
