package dev.tocsin;

import dev.tocsin.core.Event;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Passes events between verticles of one process by reference: they are immutable. */
final class EventCodec<E extends Event> implements MessageCodec<E, E> {
    private final String name;

    EventCodec(Class<E> type) {
        name = type.getSimpleName();
    }

    @Override
    public void encodeToWire(Buffer buffer, E event) {
        throw new IllegalStateException(name + " does not leave the process");
    }

    @Override
    public E decodeFromWire(int position, Buffer buffer) {
        throw new IllegalStateException(name + " does not come from another process");
    }

    @Override
    public E transform(E event) {
        return event;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
