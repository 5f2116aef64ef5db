package dev.tocsin.series;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.PackedBuckets;

/** What the series thread merges distributions with; one for all series. Confined to it. */
final class Workbench {
    final PackedBuckets.Writer writer = new PackedBuckets.Writer();
    private final DistributionBuilder sum = new DistributionBuilder(BucketLayout.TWO_DIGITS);

    /** An empty sum, until the next call. */
    DistributionBuilder sum(BucketLayout layout) {
        sum.reset(layout);
        return sum;
    }

    /** Two packed distributions in one. */
    byte[] merge(BucketLayout layout, byte[] a, byte[] b) {
        DistributionBuilder both = sum(layout);
        PackedBuckets.addTo(both, a, 0, a.length);
        PackedBuckets.addTo(both, b, 0, b.length);
        return writer.pack(both);
    }
}
