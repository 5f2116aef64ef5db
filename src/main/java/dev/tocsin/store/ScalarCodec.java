package dev.tocsin.store;

import java.util.zip.CRC32;

/**
 * A {@link ScalarBlock} in few bytes. Values are whole numbers of a unit, so many decimal places and times so much, where
 * that loses nothing of most; of the others, and where that is most, the ordered bits of the double. Each is told as what
 * is left after a guess from what was told before it, and that by a {@link BitCoder}:
 *
 * <pre>
 *   last    the one before, or a slow mean of those before; and the usual step
 *   count   the one before
 *   first   the last before, or a part of the way to the last, or the mean
 *   min     the lesser of first and last, or the usual one; max alike
 *   sum     count times the middle of min and max, or the usual mean
 *
 *   body    2 bytes of its CRC-32 · coded: size · intervals · scale · guesses · base · per interval its columns
 * </pre>
 *
 * A sum is kept to 12 significant digits where that makes it a short number; everything else comes back to the bit.
 */
final class ScalarCodec {
    static final int CRC_BYTES = 2;

    private final RangeEncoder encoder = new RangeEncoder(ScalarColumns.CONTEXTS);
    private final RangeDecoder decoder = new RangeDecoder(ScalarColumns.CONTEXTS);
    private final ScalarColumns columns = new ScalarColumns();
    private final CRC32 crc = new CRC32();

    /** @param counter whether the total before the first interval is kept */
    byte[] encode(ScalarBlock block, boolean counter) {
        encoder.forget();
        ScalarScale scale = ScalarScale.of(block, counter);
        int n = block.size;
        encoder.number(n);
        intervals(encoder, block, n);
        boolean statistics = block.statistics != null;
        encoder.bits(statistics ? 1 : 0, 1);
        scale.write(encoder);
        columns.choose(block, scale, counter);
        columns.code(encoder, block, scale, counter);
        byte[] coded = encoder.toBytes();
        byte[] body = new byte[CRC_BYTES + coded.length];
        System.arraycopy(coded, 0, body, CRC_BYTES, coded.length);
        int check = check(body, CRC_BYTES, body.length);
        body[0] = (byte) (check >>> 8);
        body[1] = (byte) check;
        return body;
    }

    private int check(byte[] bytes, int from, int to) {
        crc.reset();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue() & 0xffff;
    }

    private static void intervals(BitCoder coder, ScalarBlock block, int n) {
        long interval = -1;
        for (int i = 0; i < n; i++) {
            long gap = block.at[i] - interval - 1;
            boolean none = coder.bit(ScalarColumns.NO_GAP, gap == 0);
            interval += none ? 1 : 1 + coder.number(gap);
            if (interval < 0 || interval > Short.MAX_VALUE) {
                throw new BrokenChunkException("interval " + interval);
            }
            block.at[i] = (short) interval;
        }
    }

    /** @throws BrokenChunkException where the bytes are not what was written */
    ScalarBlock decode(byte[] bytes, int from, int to, boolean counter) {
        if (to - from < CRC_BYTES
                || check(bytes, from + CRC_BYTES, to) != ((bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff)) {
            throw new BrokenChunkException("its bytes are not those that were written");
        }
        decoder.read(bytes, from + CRC_BYTES, to);
        int n = (int) decoder.number(0);
        if (n < 1 || n > Short.MAX_VALUE) {
            throw new BrokenChunkException(n + " intervals");
        }
        ScalarBlock block = new ScalarBlock(n);
        block.size = n;
        intervals(decoder, block, n);
        if (decoder.bits(0, 1) == 1) {
            block.statistics = new double[ScalarBlock.STATISTICS][n];
        }
        ScalarScale scale = ScalarScale.read(decoder);
        columns.code(decoder, block, scale, counter);
        return block;
    }
}
