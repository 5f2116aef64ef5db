package dev.tocsin.ingest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * One block of direct memory that every read of one channel fills again, in place of an allocation per read. Confined
 * to the channel's event loop. Right only where the handler is done with a datagram when {@code channelRead} returns;
 * where one was kept, a fresh buffer is given out and no harm is done.
 */
final class ReusedReceiveBuffer implements RecvByteBufAllocator {
    private final ByteBuf block;
    private final boolean shortReadIsLast;
    private final int maxReadsPerWakeup;

    private ReusedReceiveBuffer(int bytes, boolean shortReadIsLast, int maxReadsPerWakeup) {
        this.block = UnpooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
        this.shortReadIsLast = shortReadIsLast;
        this.maxReadsPerWakeup = maxReadsPerWakeup;
    }

    /**
     * For reads that fetch all datagrams there are: one that does not fill the block found the queue empty, and asking
     * again would cost a system call.
     *
     * @param bytes room for all datagrams of one system call
     * @param maxReadsPerWakeup system calls after which the event loop's other tasks get their turn
     */
    static ReusedReceiveBuffer ofSeveralDatagrams(int bytes, int maxReadsPerWakeup) {
        return new ReusedReceiveBuffer(bytes, true, maxReadsPerWakeup);
    }

    /** For reads that fetch one datagram each. */
    static ReusedReceiveBuffer ofOneDatagram(int bytes, int maxReadsPerWakeup) {
        return new ReusedReceiveBuffer(bytes, false, maxReadsPerWakeup);
    }

    void release() {
        block.release();
    }

    @Override
    @SuppressWarnings("deprecation") // the return type that the interface declares
    public Handle newHandle() {
        return new Reads();
    }

    private final class Reads implements ExtendedHandle {
        private int reads;
        private int attempted;
        private int last;

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return block.refCnt() == 1
                    ? block.clear().retain()
                    : allocator.directBuffer(block.capacity(), block.capacity());
        }

        @Override
        public int guess() {
            return block.capacity();
        }

        @Override
        public void reset(ChannelConfig config) {
            reads = 0;
        }

        @Override
        public void incMessagesRead(int messages) {
            reads++;
        }

        @Override
        public void lastBytesRead(int bytes) {
            last = bytes;
        }

        @Override
        public int lastBytesRead() {
            return last;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attempted = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        @Override
        public boolean continueReading() {
            return last > 0 && (last >= attempted || !shortReadIsLast) && reads < maxReadsPerWakeup;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return continueReading();
        }

        @Override
        public void readComplete() {
            // nothing to adapt
        }
    }
}
