package dev.tocsin.alert;

import dev.tocsin.core.DurableState;
import dev.tocsin.core.Labels;
import dev.tocsin.core.tick.ByteReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * At most one value for each alert, which outlives the process. Confined to the thread of its owner, who bounds it.
 *
 * @param <T> immutable
 */
final class KeptByAlert<T> {
    private final Map<Labels, T> values = new LinkedHashMap<>();
    private final String prefix;
    private final Function<T, Labels> alertOf;
    private final Function<T, byte[]> bytesOf;
    private DurableState kept = DurableState.NONE;
    private @Nullable Map<Labels, T> view;

    /** @param prefix of its keys, the alert's fingerprint follows */
    KeptByAlert(String prefix, Function<T, Labels> alertOf, Function<T, byte[]> bytesOf) {
        this.prefix = prefix;
        this.alertOf = alertOf;
        this.bytesOf = bytesOf;
    }

    /** Takes over those of an earlier process, and keeps from now on what changes. */
    void keepIn(DurableState state, Function<ByteReader, T> read) {
        kept = state;
        view = null;
        for (byte[] bytes : state.withPrefix(prefix).values()) {
            T value = read.apply(new ByteReader(bytes));
            values.put(alertOf.apply(value), value);
        }
    }

    void put(T value) {
        Labels alert = alertOf.apply(value);
        view = null;
        values.put(alert, value);
        kept.put(prefix + alert.fingerprintHex(), bytesOf.apply(value));
    }

    @Nullable
    T get(Labels alert) {
        return values.get(alert);
    }

    @Nullable
    T remove(Labels alert) {
        T removed = values.remove(alert);
        if (removed != null) {
            view = null;
            kept.remove(prefix + alert.fingerprintHex());
        }
        return removed;
    }

    /** As it is now; immutable. Made anew after a change only. */
    Map<Labels, T> all() {
        if (view == null) {
            view = Map.copyOf(values);
        }
        return view;
    }

    int size() {
        return values.size();
    }
}
