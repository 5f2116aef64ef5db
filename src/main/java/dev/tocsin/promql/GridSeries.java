package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.Series;

/** A row that a subquery came to, read like any series. Confined to the query's thread. */
record GridSeries(Grid grid, int row, Steps steps) implements Series {
    @Override
    public Labels labels() {
        return grid.labels(row);
    }

    @Override
    public boolean newest(long afterMillis, long atMillis, Points into) {
        for (int step = steps.count() - 1; step >= 0 && steps.time(step) > afterMillis; step--) {
            if (steps.time(step) <= atMillis && grid.present(row, step)) {
                add(step, into);
                return true;
            }
        }
        return false;
    }

    @Override
    public void read(long afterMillis, long toMillis, Points into) {
        if (steps.count() == 0) {
            return;
        }
        long stepMillis = Math.max(1, steps.stepMillis());
        long first = Math.max(0, Math.floorDiv(afterMillis - steps.startMillis(), stepMillis) + 1);
        long last = Math.min(steps.count() - 1L, Math.floorDiv(toMillis - steps.startMillis(), stepMillis));
        for (long step = first; step <= last; step++) {
            if (grid.present(row, (int) step)) {
                add((int) step, into);
            }
        }
    }

    private void add(int step, Points into) {
        Distribution d = grid.distribution(row, step);
        if (d == null) {
            into.add(steps.time(step), grid.value(row, step));
        } else {
            into.add(steps.time(step), d);
        }
    }
}
