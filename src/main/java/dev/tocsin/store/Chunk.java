package dev.tocsin.store;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The intervals of one series within one slot, as a row's body tells them. Confined to one thread.
 *
 * <pre>
 *   body   1 byte: 8 gauge, 9 counter, 1 + d: distribution of d digits · the block
 *          0 gauge, 1 counter: as they were packed at first ({@link OlderScalarCodec}), which is only read
 * </pre>
 */
final class Chunk {
    private static final int GAUGE = 0;
    private static final int COUNTER = 1;
    /** Added to the kind of a scalar that is packed by {@link ScalarCodec}, and not as before it. */
    private static final int CODED = 8;

    private final int tag;
    /** One of them is null. */
    final @Nullable ScalarBlock scalars;

    final @Nullable DistributionBlock distributions;

    private Chunk(int tag, @Nullable ScalarBlock scalars, @Nullable DistributionBlock distributions) {
        this.tag = tag;
        this.scalars = scalars;
        this.distributions = distributions;
    }

    /** What all of a thread's chunks are packed and added up with. */
    static final class Tools {
        final ScalarCodec scalars = new ScalarCodec();
        final OlderScalarCodec olderScalars = new OlderScalarCodec();
        final DistributionCodec distributions = new DistributionCodec();
        final DistributionBuilder builder = new DistributionBuilder(BucketLayout.TWO_DIGITS);
    }

    /** Without intervals. */
    static Chunk empty(SeriesKey series, int capacity) {
        BucketLayout layout = series.layout();
        if (layout != null) {
            return new Chunk(COUNTER + layout.digits(), null, new DistributionBlock(capacity));
        }
        return new Chunk(series.kind() == Kind.COUNTER ? COUNTER : GAUGE, new ScalarBlock(capacity), null);
    }

    private Chunk emptyOfSameKind() {
        return scalars != null
                ? new Chunk(tag, new ScalarBlock(4), null)
                : new Chunk(tag, null, new DistributionBlock(4));
    }

    private boolean isCounter() {
        return tag == COUNTER;
    }

    BucketLayout layout() {
        return BucketLayout.ofDigits(tag - COUNTER);
    }

    int size() {
        return scalars != null ? scalars.size : distributions == null ? 0 : distributions.size;
    }

    /** Adds what came later into the same slot. A chunk of another kind changes nothing. */
    void merge(Chunk later, Tools tools) {
        if (later.tag != tag) {
            return;
        }
        if (scalars != null && later.scalars != null) {
            scalars.merge(later.scalars, isCounter());
        } else if (distributions != null && later.distributions != null) {
            distributions.merge(later.distributions, layout(), tools.distributions);
        }
    }

    /**
     * The same in coarser intervals of a coarser slot, added to what is there of it.
     *
     * @param coarse null where nothing is there yet; of another kind it is replaced
     * @param offset how many of this chunk's intervals the coarser slot begins before this one
     * @param factor intervals to a coarse one
     */
    Chunk rolledUpInto(@Nullable Chunk coarse, int offset, int factor, Tools tools) {
        Chunk into = coarse != null && coarse.tag == tag ? coarse : emptyOfSameKind();
        if (scalars != null && into.scalars != null) {
            scalars.rollUpInto(into.scalars, offset, factor, isCounter());
        } else if (distributions != null && into.distributions != null) {
            distributions.rollUpInto(into.distributions, offset, factor, tools.builder, layout(), tools.distributions);
        }
        return into;
    }

    /** Drops the intervals in [from, to). */
    void remove(int from, int to) {
        if (scalars != null) {
            scalars.remove(from, to);
        } else if (distributions != null) {
            distributions.remove(from, to);
        }
    }

    /** Of a chunk that is not empty. */
    byte[] encode(Tools tools) {
        byte[] block = scalars != null
                ? tools.scalars.encode(scalars, isCounter())
                : java.util.Objects.requireNonNull(distributions).encode();
        byte[] body = new byte[block.length + 1];
        body[0] = (byte) (scalars != null ? tag + CODED : tag);
        System.arraycopy(block, 0, body, 1, block.length);
        return body;
    }

    /** @throws BrokenChunkException where the bytes are not what was written */
    static Chunk decode(byte[] body, Tools tools) {
        int tag = body.length == 0 ? -1 : body[0];
        if (tag == CODED + GAUGE || tag == CODED + COUNTER) {
            return new Chunk(tag - CODED, tools.scalars.decode(body, 1, body.length, tag == CODED + COUNTER), null);
        }
        if (tag < 0 || tag > COUNTER + 4) {
            throw new BrokenChunkException("it is of no known kind");
        }
        return tag <= COUNTER
                ? new Chunk(tag, tools.olderScalars.decode(body, 1, body.length), null)
                : new Chunk(tag, null, DistributionBlock.decode(body, 1));
    }
}
