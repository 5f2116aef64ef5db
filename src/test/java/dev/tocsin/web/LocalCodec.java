package dev.tocsin.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Passes an immutable event on by reference, inside one process. */
final class LocalCodec<T> implements MessageCodec<T, T> {
    @Override
    public void encodeToWire(Buffer buffer, T event) {
        throw new UnsupportedOperationException("events stay in the process");
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("events stay in the process");
    }

    @Override
    public T transform(T event) {
        return event;
    }

    @Override
    public String name() {
        return "local-" + System.identityHashCode(this);
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
