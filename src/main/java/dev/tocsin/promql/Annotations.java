package dev.tocsin.promql;

import dev.tocsin.core.BucketLayout;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is said with a result, each thing once, up to a bound. Confined to the query's thread. */
final class Annotations {
    /** Most of each sort that are kept; a query over many metrics would repeat itself for each. */
    private static final int MAX = 100;

    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> infos = new LinkedHashSet<>();

    void warn(Span span, String text) {
        add(warnings, "PromQL warning: " + text + " (" + span.place() + ")");
    }

    void inform(Span span, String text) {
        add(infos, "PromQL info: " + text + " (" + span.place() + ")");
    }

    /** Of the data, not of the expression. */
    void missing(String text) {
        add(warnings, text);
    }

    private static void add(Set<String> set, String text) {
        if (set.size() < MAX) {
            set.add(text);
        }
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    List<String> infos() {
        return List.copyOf(infos);
    }

    /** {@code  for metric name "x"}, or nothing for a series without one. */
    static String ofMetric(String name) {
        return name.isEmpty() ? "" : " for metric name " + Printer.quote(name);
    }

    void quantileOutOfRange(Span span, double q) {
        if (!(q >= 0 && q <= 1)) {
            warn(span, "quantile value should be between 0 and 1, got " + PromNumber.formatGeneral(q));
        }
    }

    void mixedFloatsAndHistograms(Span span, String metric) {
        warn(span, "encountered a mix of histograms and floats" + ofMetric(metric));
    }

    void histogramsIgnoredInRange(Span span, String metric) {
        inform(span, "ignored histograms in a range containing both floats and histograms" + ofMetric(metric));
    }

    void histogramIgnoredInAggregation(Span span, AggregateOp op) {
        inform(span, "ignored histogram in " + op.symbol() + " aggregation");
    }

    /**
     * Whether distributions can be added up or subtracted. Says so where they can't, and where they can only in the
     * buckets that both have.
     *
     * @param operation addition, subtraction or aggregation
     */
    boolean merges(Span span, BucketLayout a, BucketLayout b, String operation) {
        if (!a.mergesWith(b)) {
            warn(span, "vector contains a mix of histograms with exponential and custom buckets schemas");
            return false;
        }
        if (a.isExplicit() && !a.equals(b)) {
            inform(span, "mismatched custom buckets were reconciled during " + operation);
        }
        return true;
    }

    /** Says which operands of a binary operator do not go together. */
    void incompatible(Span span, BinaryOp op, boolean leftHistogram, boolean rightHistogram) {
        String types =
                (leftHistogram ? "histogram " : "float ") + op.symbol() + (rightHistogram ? " histogram" : " float");
        inform(span, "incompatible sample types encountered for binary operator \"" + op.symbol() + "\": " + types);
    }
}
