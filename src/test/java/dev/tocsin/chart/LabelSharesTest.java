package dev.tocsin.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.Labels;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSharesTest {
    private final LabelShares shares = new LabelShares();

    private void add(String route, String host, double inRegion, double count) {
        shares.add(Labels.of("__name__", "took", "route", route, "host", host), inRegion, count);
    }

    @Test
    void whatTheRegionHasMoreOfComesFirst() {
        add("/pay", "a", 90, 100);
        add("/pay", "b", 0, 100);
        add("/login", "a", 10, 300);
        add("/login", "b", 0, 500);

        List<LabelShares.Share> found = shares.shares();
        assertThat(found).extracting(LabelShares.Share::value).containsExactly("/pay", "a", "b", "/login");
        LabelShares.Share pay = found.getFirst();
        assertThat(pay).isEqualTo(new LabelShares.Share("route", "/pay", 90, 200, 0.9, 0.2));
        assertThat(pay.excess()).isCloseTo(0.7, within(1e-12));
        assertThat(shares.region()).isEqualTo(100);
        assertThat(shares.all()).isEqualTo(1_000);
    }

    @Test
    void aLabelThatAllHaveAlikeTellsNothing() {
        add("/pay", "a", 1, 10);
        add("/login", "a", 2, 10);
        shares.add(Labels.of("route", "/pay", "host", "a", "canary", "yes"), 5, 10);

        assertThat(shares.shares()).extracting(LabelShares.Share::label).containsOnly("route", "canary");
    }

    @Test
    void ofNothingNothingIsSaid() {
        assertThat(shares.shares()).isEmpty();
        add("/pay", "a", 0, 10);
        add("/login", "b", 0, 10);
        assertThat(shares.shares()).extracting(LabelShares.Share::share).containsOnly(0.0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sharesOfALabelThatAllSeriesHaveAddUpToOne(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            double count = random.nextInt(1, 100);
            add("/" + random.nextInt(9), "h" + random.nextInt(4), random.nextDouble(count), count);
        }
        for (String label : List.of("route", "host")) {
            List<LabelShares.Share> of = shares.shares().stream()
                    .filter(each -> each.label().equals(label))
                    .toList();
            assertThat(of.stream().mapToDouble(LabelShares.Share::share).sum()).isCloseTo(1, within(1e-9));
            assertThat(of.stream().mapToDouble(LabelShares.Share::overall).sum())
                    .isCloseTo(1, within(1e-9));
        }
    }
}
