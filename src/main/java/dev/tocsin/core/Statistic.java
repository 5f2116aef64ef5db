package dev.tocsin.core;

/** A plain series that every distribution also shows as, by the suffix of its name. */
public enum Statistic {
    P50("_p50", 0.5),
    P75("_p75", 0.75),
    P90("_p90", 0.9),
    P95("_p95", 0.95),
    P99("_p99", 0.99),
    P999("_p999", 0.999),
    MIN("_min", Double.NaN),
    MAX("_max", Double.NaN),
    AVG("_avg", Double.NaN),
    /** Cumulative, like the one below; the others are over the trailing window. */
    COUNT("_count", Double.NaN),
    SUM("_sum", Double.NaN);

    private final String suffix;
    private final double quantile;

    Statistic(String suffix, double quantile) {
        this.suffix = suffix;
        this.quantile = quantile;
    }

    public String suffix() {
        return suffix;
    }

    /** The name of the distribution whose statistic would bear this name; empty where none could. */
    public String sourceOf(String name) {
        return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : "";
    }

    public double of(Distribution window) {
        return switch (this) {
            case MIN -> window.min();
            case MAX -> window.max();
            case AVG -> window.average();
            case COUNT -> window.count();
            case SUM -> window.sum();
            default -> window.quantile(quantile);
        };
    }
}
