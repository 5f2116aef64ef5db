package dev.tocsin.chart;

import dev.tocsin.core.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which label values the observations of a region came from, against those of all: what stands out is what the region
 * has more of. Labels with but one value tell nothing, and are left out. Confined to one thread.
 */
public final class LabelShares {
    private static final String NAME = "__name__";

    /**
     * One value of one label.
     *
     * @param region observations in the region that have it
     * @param all observations that have it
     * @param share of the region's observations, 0 to 1
     * @param overall share of all observations, 0 to 1
     */
    public record Share(String label, String value, double region, double all, double share, double overall) {
        /** How far over-represented it is: 1 for all of the region and nothing else, below 0 for what the region lacks. */
        public double excess() {
            return share - overall;
        }
    }

    private static final class Counts {
        double region;
        double all;
    }

    private final Map<String, Map<String, Counts>> labels = new HashMap<>();
    private double region;
    private double all;

    /**
     * Adds one series' observations.
     *
     * @param inRegion how many of them lie in the region
     */
    public void add(Labels series, double inRegion, double count) {
        region += inRegion;
        all += count;
        for (int i = 0; i < series.size(); i++) {
            Counts counts = labels.computeIfAbsent(series.nameAt(i), name -> new HashMap<>())
                    .computeIfAbsent(series.valueAt(i), value -> new Counts());
            counts.region += inRegion;
            counts.all += count;
        }
    }

    /** Observations in the region. */
    public double region() {
        return region;
    }

    /** All observations. */
    public double all() {
        return all;
    }

    /** The shares, most over-represented first. */
    public List<Share> shares() {
        List<Share> shares = new ArrayList<>();
        labels.forEach((label, values) -> {
            boolean telling = values.size() > 1 || values.values().iterator().next().all < all;
            if (telling && !label.equals(NAME)) {
                values.forEach((value, counts) -> shares.add(new Share(
                        label,
                        value,
                        counts.region,
                        counts.all,
                        region > 0 ? counts.region / region : 0,
                        all > 0 ? counts.all / all : 0)));
            }
        });
        shares.sort(Comparator.comparingDouble(Share::excess)
                .reversed()
                .thenComparing(Share::label)
                .thenComparing(Share::value));
        return shares;
    }
}
