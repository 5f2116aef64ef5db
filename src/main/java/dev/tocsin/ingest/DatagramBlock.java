package dev.tocsin.ingest;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Native memory for the datagrams of one {@code recvmmsg(2)}, filled again by each call: one system call for many
 * datagrams, nothing allocated and nothing done per datagram that the kernel does not ask for. Confined to the thread
 * that made it. Linux with 64-bit pointers.
 *
 * <pre>
 *   struct mmsghdr { struct msghdr { name, namelen, iov, iovlen, control, controllen, flags } msg_hdr; u32 msg_len }
 *   struct iovec   { base, len }
 * </pre>
 *
 * The headers ask for neither the sender's address nor control messages, so a call leaves them fit for the next.
 */
final class DatagramBlock implements AutoCloseable {
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int MSG_DONTWAIT = 0x40;

    private static final StructLayout MESSAGE = MemoryLayout.structLayout(
            ValueLayout.ADDRESS.withName("name"),
            ValueLayout.JAVA_LONG.withName("nameLength"),
            ValueLayout.ADDRESS.withName("vectors"),
            ValueLayout.JAVA_LONG.withName("vectorCount"),
            ValueLayout.ADDRESS.withName("control"),
            ValueLayout.JAVA_LONG.withName("controlLength"),
            ValueLayout.JAVA_INT.withName("flags"),
            MemoryLayout.paddingLayout(4),
            ValueLayout.JAVA_INT.withName("length"),
            MemoryLayout.paddingLayout(4));
    private static final long MESSAGE_BYTES = MESSAGE.byteSize();
    private static final long LENGTH_OFFSET = MESSAGE.byteOffset(MemoryLayout.PathElement.groupElement("length"));
    private static final long VECTOR_BYTES = 16;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final MethodHandle RECVMMSG = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("recvmmsg"),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    POINTER,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    POINTER),
            Linker.Option.captureCallState("errno"));

    private final Arena arena = Arena.ofConfined();
    private final int capacity;
    private final int stride;
    private final MemorySegment messages;
    private final MemorySegment datagrams;
    private final MemorySegment callState = arena.allocate(CALL_STATE);

    /**
     * @param capacity datagrams of one call
     * @param stride bytes for each; of a longer one the end is cut off
     */
    DatagramBlock(int capacity, int stride) {
        this.capacity = capacity;
        this.stride = stride;
        messages = arena.allocate(MESSAGE, capacity);
        datagrams = arena.allocate((long) capacity * stride, 64);
        MemorySegment vectors = arena.allocate(VECTOR_BYTES * capacity, 8);
        for (int i = 0; i < capacity; i++) {
            long vector = i * VECTOR_BYTES;
            vectors.set(POINTER, vector, datagrams.asSlice((long) i * stride, stride));
            vectors.set(ValueLayout.JAVA_LONG, vector + 8, stride);
            MemorySegment message = messages.asSlice(i * MESSAGE_BYTES, MESSAGE_BYTES);
            message.set(POINTER, offset("vectors"), vectors.asSlice(vector, VECTOR_BYTES));
            message.set(ValueLayout.JAVA_LONG, offset("vectorCount"), 1);
        }
    }

    private static long offset(String field) {
        return MESSAGE.byteOffset(MemoryLayout.PathElement.groupElement(field));
    }

    int capacity() {
        return capacity;
    }

    /**
     * Fills the block with what the socket holds, without waiting.
     *
     * @return how many datagrams came; fewer than {@link #capacity} where the socket holds no more
     */
    int receive(int fileDescriptor) throws IOException {
        while (true) {
            int received = call(fileDescriptor);
            if (received >= 0) {
                return received;
            }
            int errno = (int) ERRNO.get(callState, 0L);
            if (errno == EAGAIN) {
                return 0;
            }
            if (errno != EINTR) {
                throw new IOException("recvmmsg failed with errno " + errno);
            }
        }
    }

    private int call(int fileDescriptor) {
        try {
            return (int) RECVMMSG.invokeExact(
                    callState, fileDescriptor, messages, capacity, MSG_DONTWAIT, MemorySegment.NULL);
        } catch (Throwable e) {
            throw new AssertionError("a native call throws nothing", e);
        }
    }

    /** The bytes of a datagram of the last call. */
    int length(int datagram) {
        return messages.get(ValueLayout.JAVA_INT, datagram * MESSAGE_BYTES + LENGTH_OFFSET);
    }

    /** Copies a datagram of the last call. */
    void copy(int datagram, int length, byte[] into, int at) {
        MemorySegment.copy(datagrams, ValueLayout.JAVA_BYTE, (long) datagram * stride, into, at, length);
    }

    @Override
    public void close() {
        arena.close();
    }
}
