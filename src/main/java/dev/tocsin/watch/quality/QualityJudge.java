package dev.tocsin.watch.quality;

import dev.tocsin.core.Clock;
import dev.tocsin.core.PromDuration;
import dev.tocsin.core.quality.AssertionStatus;
import dev.tocsin.core.quality.Measure;
import dev.tocsin.core.quality.MeasureStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the sources of one data set, one after another within its time-out, and says what they come to. A source without an
 * answer makes its measure unknown, and no other. Used once, by one thread, which may block.
 */
final class QualityJudge {
    /** Keys that one source may answer. */
    static final int MOST_KEYS = 100_000;

    private static final double MILLIS_PER_SECOND = 1_000;
    private static final double NANOS_PER_MILLI = 1e6;
    /** What adding up fractions may be off by. */
    private static final double ROUNDING = 1e-9;

    private final Dataset dataset;
    private final Sources sources;
    private final Clock clock;
    private final long nowMillis;
    private final long deadlineNanos;
    private final List<AssertionStatus> assertions = new ArrayList<>();

    QualityJudge(Dataset dataset, Sources sources, Clock clock) {
        this.dataset = dataset;
        this.sources = sources;
        this.clock = clock;
        nowMillis = clock.wallMillis();
        deadlineNanos = clock.monotonicNanos() + dataset.timeout().toNanos();
    }

    QualityVerdict judge() {
        List<MeasureStatus> measures = new ArrayList<>();
        for (Map.Entry<Measure, Double> each : dataset.thresholds().entrySet()) {
            measures.add(status(each.getKey(), each.getValue()));
        }
        return new QualityVerdict(measures, assertions, QualityScore.of(measures, dataset::weight));
    }

    private MeasureStatus status(Measure measure, double threshold) {
        try {
            return new MeasureStatus(measure, value(measure), threshold, "");
        } catch (SourceException e) {
            return MeasureStatus.unknown(measure, threshold, String.valueOf(e.getMessage()));
        }
    }

    private double value(Measure measure) throws SourceException {
        return switch (measure) {
            case COMPLETENESS -> completeness(Objects.requireNonNull(dataset.completeness()));
            case FRESHNESS -> ageSeconds(Objects.requireNonNull(dataset.freshness()));
            case COVERAGE -> coverage(Objects.requireNonNull(dataset.coverage()));
            case CONSISTENCY -> consistency(Objects.requireNonNull(dataset.consistency()));
        };
    }

    private double completeness(Dataset.Completeness asked) throws SourceException {
        return switch (asked.expected()) {
            case Expected.Told told -> toldShare(asked.present());
            case Expected.Count count -> part(number(asked.present()), count.count());
            case Expected.Asked other -> part(number(asked.present()), number(other.source()));
        };
    }

    /** A share, or what is there and what should be. */
    private double toldShare(Source source) throws SourceException {
        List<@Nullable Cell> row = row(source);
        return switch (row.size()) {
            case 1 -> share(number(row.getFirst()));
            case 2 -> part(number(row.getFirst()), number(row.get(1)));
            default ->
                throw new SourceException("the answer has " + row.size()
                        + " columns; expected a share, or what is there and what should be");
        };
    }

    private static double part(double present, double expected) throws SourceException {
        if (!(expected > 0)) {
            throw new SourceException(
                    "nothing is expected: " + Cell.of(expected).text());
        }
        if (!(present >= 0)) {
            throw new SourceException(
                    "what is there is no count: " + Cell.of(present).text());
        }
        return Math.min(1, present / expected);
    }

    private double ageSeconds(Dataset.Freshness asked) throws SourceException {
        Cell newest = row(asked.newest()).getFirst();
        if (newest == null) {
            throw new SourceException("nothing is there: the newest is NULL");
        }
        if (newest.timeMillis() == Cell.NO_TIME) {
            throw new SourceException("\"" + newest.text() + "\" is no time; expected one, or seconds since 1970");
        }
        // What lies in the future is as fresh as can be: clocks differ.
        return Math.max(0, nowMillis - newest.timeMillis()) / MILLIS_PER_SECOND;
    }

    private double coverage(Dataset.Coverage asked) throws SourceException {
        Set<String> expected = switch (asked.expected()) {
            case ExpectedKeys.Listed listed -> listed.keys();
            case ExpectedKeys.Asked other -> keys(other.source());
        };
        if (expected.isEmpty()) {
            throw new SourceException("no key is expected");
        }
        Set<String> seen = keys(asked.seen());
        if (seen.isEmpty() && asked.seen() instanceof Source.Query) {
            // An empty table is known to be empty; series that are not there may be so for any reason.
            throw nothing();
        }
        return (double) expected.stream().filter(seen::contains).count() / expected.size();
    }

    /** All assertions are asked, so that each can be told; one that is unknown makes the whole unknown. */
    private double consistency(Dataset.Consistency asked) throws SourceException {
        double sum = 0;
        double weights = 0;
        String unknown = "";
        for (Dataset.Assertion assertion : asked.assertions()) {
            try {
                double share = toldShare(assertion.share());
                assertions.add(new AssertionStatus(assertion.name(), assertion.weight(), share, ""));
                sum += assertion.weight() * share;
                weights += assertion.weight();
            } catch (SourceException e) {
                String reason = String.valueOf(e.getMessage());
                assertions.add(new AssertionStatus(assertion.name(), assertion.weight(), Double.NaN, reason));
                unknown = unknown.isEmpty() ? assertion.name() + ": " + reason : unknown;
            }
        }
        if (!unknown.isEmpty()) {
            throw new SourceException(unknown);
        }
        return Math.min(1, sum / weights);
    }

    private double number(Source source) throws SourceException {
        return number(row(source).getFirst());
    }

    private static double number(@Nullable Cell cell) throws SourceException {
        if (cell == null) {
            throw new SourceException("the answer is NULL");
        }
        if (!Double.isFinite(cell.number())) {
            throw new SourceException("\"" + cell.text() + "\" is no number");
        }
        return cell.number();
    }

    private static double share(double share) throws SourceException {
        if (!(share >= -ROUNDING && share <= 1 + ROUNDING)) {
            throw new SourceException(
                    "expected a share of 0 to 1, found " + Cell.of(share).text());
        }
        return Math.clamp(share, 0, 1);
    }

    private List<@Nullable Cell> row(Source source) throws SourceException {
        List<List<@Nullable Cell>> rows = ask(source, 1);
        if (rows.isEmpty()) {
            throw nothing();
        }
        return rows.getFirst();
    }

    private Set<String> keys(Source source) throws SourceException {
        Set<String> keys = new HashSet<>();
        for (List<@Nullable Cell> row : ask(source, MOST_KEYS)) {
            Cell key = row.getFirst();
            if (key != null) {
                keys.add(key.text());
            }
        }
        return keys;
    }

    private List<List<@Nullable Cell>> ask(Source source, int most) throws SourceException {
        long leftNanos = deadlineNanos - clock.monotonicNanos();
        if (leftNanos < NANOS_PER_MILLI) {
            throw late();
        }
        List<List<@Nullable Cell>> rows = sources.rows(source, most, nowMillis, Duration.ofNanos(leftNanos));
        if (rows.size() > most) {
            throw new SourceException("the answer has more than " + most + (most == 1 ? " row" : " rows"));
        }
        return rows;
    }

    private static SourceException nothing() {
        return new SourceException("no row, or no series, is the answer");
    }

    private SourceException late() {
        return new SourceException(
                "no answer within " + PromDuration.format(dataset.timeout().toMillis()));
    }
}
