package dev.tocsin.ingest;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How many datagrams the kernel threw away for want of room in one socket's receive buffer. Asks the socket itself
 * ({@code getsockopt(SO_MEMINFO)}, Linux 4.12 and later), so sockets that share a port are told apart. Confined to the
 * channel's event loop; about half a microsecond a call.
 *
 * <pre>
 *   struct of u32[9]: rmem_alloc rcvbuf wmem_alloc sndbuf fwd_alloc wmem_queued optmem backlog drops
 * </pre>
 */
final class KernelDrops {
    private static final int SOL_SOCKET = 1;
    private static final int SO_MEMINFO = 55;
    private static final int DROPS_OFFSET = 8 * Integer.BYTES;
    private static final RawUnixChannelOption MEMINFO =
            new RawUnixChannelOption("SO_MEMINFO", SOL_SOCKET, SO_MEMINFO, 9 * Integer.BYTES);
    private static final System.Logger LOG = System.getLogger(KernelDrops.class.getName());

    private final Channel channel;
    private int last;
    private boolean unreadable;

    KernelDrops(Channel epollChannel) {
        this.channel = epollChannel;
    }

    /** Datagrams dropped since the last call. The kernel's counter has 32 bits and may wrap in between. */
    long more() {
        if (unreadable) {
            return 0;
        }
        try {
            ByteBuffer memory = channel.config().getOption(MEMINFO);
            int drops = memory.order(ByteOrder.nativeOrder()).getInt(DROPS_OFFSET);
            long more = Integer.toUnsignedLong(drops - last);
            last = drops;
            return more;
        } catch (ChannelException e) {
            unreadable = true;
            LOG.log(Level.WARNING, "the kernel does not tell how many datagrams it drops: {0}", e.getMessage());
            return 0;
        }
    }
}
