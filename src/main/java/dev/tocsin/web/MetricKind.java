package dev.tocsin.web;

/** What a metric's samples are, which decides what a statistic of them means. */
public enum MetricKind {
    COUNTER,
    /** Also a set, which in PromQL is the number of its members. */
    GAUGE,
    DISTRIBUTION
}
