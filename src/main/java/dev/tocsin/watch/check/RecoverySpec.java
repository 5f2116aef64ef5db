package dev.tocsin.watch.check;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is run where a check is down, to bring back what it looks at.
 *
 * @param name what people call it
 * @param command the program's whole path, then what it is given; no shell reads it, and nothing is put into it
 * @param user whom it runs as; empty: the server's own
 * @param after failures in a row; not before the check is down, either
 * @param timeout after which it is ended with all that it began: 1 s to an hour
 * @param mostPerHour runs within an hour: 1 to 60
 * @param coolDown from the end of one run to the next
 * @param environment besides PATH and a plain locale
 */
public record RecoverySpec(
        String name,
        List<String> command,
        String user,
        int after,
        Duration timeout,
        int mostPerHour,
        Duration coolDown,
        Map<String, String> environment) {
    public RecoverySpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Without what may hold secrets. */
    @Override
    public String toString() {
        return name + " " + command.getFirst();
    }
}
