package dev.tocsin.watch.quality;

import java.util.Set;

/** Which keys should be there. Immutable. */
public sealed interface ExpectedKeys {
    /** @param keys at least one */
    record Listed(Set<String> keys) implements ExpectedKeys {
        public Listed {
            keys = Set.copyOf(keys);
        }
    }

    record Asked(Source source) implements ExpectedKeys {}
}
