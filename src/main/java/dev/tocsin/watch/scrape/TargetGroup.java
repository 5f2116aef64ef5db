package dev.tocsin.watch.scrape;

import dev.tocsin.core.Labels;
import java.util.List;

/**
 * Targets that were found together.
 *
 * @param addresses {@code host:port} of each
 * @param labels of all of them
 */
public record TargetGroup(List<String> addresses, Labels labels) {
    public TargetGroup {
        addresses = List.copyOf(addresses);
    }
}
