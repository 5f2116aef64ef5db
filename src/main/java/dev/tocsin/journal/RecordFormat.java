package dev.tocsin.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How records stand in a segment file, numbers with the lowest byte first:
 *
 * <pre>
 *    0  4  "TcJ1"
 *    4  4  type: 1 names, 2 columns of a tick ({@link dev.tocsin.core.tick.TickWriter}), 3 state ({@link StateBook})
 *    8  8  position of the tick
 *   16  8  end of the tick, wall milliseconds
 *   24  4  length of the payload
 *   28  4  CRC32C of the payload
 *   32  4  CRC32C of bytes 0 to 31
 *   36     payload
 * </pre>
 *
 * A record whose header is good and whose payload is not is passed over by its length; where the header is not, the next
 * good header is searched for. Names and state are written twice in a row, as other records depend on them: so a damaged
 * byte costs one tick at most.
 */
final class RecordFormat {
    static final int MAGIC = 0x314a6354;
    static final int NAMES = 1;
    static final int COLUMNS = 2;
    static final int STATE = 3;

    static final int TYPE_AT = 4;
    static final int POSITION_AT = 8;
    static final int TICK_AT = 16;
    static final int LENGTH_AT = 24;
    static final int PAYLOAD_CRC_AT = 28;
    static final int HEADER_CRC_AT = 32;
    static final int HEADER_BYTES = 36;

    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private RecordFormat() {}

    static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    static void header(byte[] into, int type, long position, long tickMillis, byte[] payload) {
        INT.set(into, 0, MAGIC);
        INT.set(into, TYPE_AT, type);
        LONG.set(into, POSITION_AT, position);
        LONG.set(into, TICK_AT, tickMillis);
        INT.set(into, LENGTH_AT, payload.length);
        INT.set(into, PAYLOAD_CRC_AT, crc(payload, 0, payload.length));
        INT.set(into, HEADER_CRC_AT, crc(into, 0, HEADER_CRC_AT));
    }

    static boolean isHeader(byte[] bytes, int at) {
        return (int) INT.get(bytes, at) == MAGIC
                && (int) INT.get(bytes, at + HEADER_CRC_AT) == crc(bytes, at, HEADER_CRC_AT)
                && (int) INT.get(bytes, at + LENGTH_AT) >= 0;
    }
}
