package dev.tocsin.series;

import dev.tocsin.core.Matcher;
import dev.tocsin.core.Series;
import dev.tocsin.core.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which series of a metric match some conditions: rules and panels ask the same every second, and the answer changes
 * only when the metric gains or loses a series. Any thread. Bounded: it is emptied when it holds too much, and now and
 * then by {@link Aging}, so that it keeps no series alive for long that is gone.
 */
final class SelectionCache {
    private static final int MAX_SELECTIONS = 4_096;
    private static final long MAX_SERIES = 4_000_000;

    /** @param statistic of the distributions, null for the series themselves */
    private record Question(String metric, @Nullable Statistic statistic, List<Matcher> others) {}

    /** @param version of the metric when the answer was found */
    private record Answer(Metric metric, int version, Series[] series) {}

    private final ConcurrentHashMap<Question, Answer> answers = new ConcurrentHashMap<>();
    /** About how many series the answers hold; only grows until the next emptying. */
    private volatile long held;

    /**
     * @param statistic which derived series of a distribution, null for the pushed ones themselves
     * @param others conditions on labels other than the name
     */
    Series[] select(Metric metric, @Nullable Statistic statistic, List<Matcher> others) {
        Question question = new Question(metric.name, statistic, others);
        Answer known = answers.get(question);
        if (known != null && known.metric == metric && known.version == metric.version()) {
            return known.series;
        }
        int version = metric.version();
        List<Series> found = new ArrayList<>();
        for (PushedSeries series : metric.series()) {
            if (series.matches(others)) {
                found.add(statistic == null ? series : new DerivedSeries((DistributionSeries) series, statistic));
            }
        }
        Series[] answer = found.toArray(Series[]::new);
        remember(question, new Answer(metric, version, answer));
        return answer;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // a bound, not a count
    private void remember(Question question, Answer answer) {
        held += answer.series.length;
        if (answers.size() >= MAX_SELECTIONS || held > MAX_SERIES) {
            clear();
        }
        answers.put(question, answer);
    }

    void clear() {
        answers.clear();
        held = 0;
    }
}
