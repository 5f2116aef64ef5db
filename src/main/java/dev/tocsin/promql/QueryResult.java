package dev.tocsin.promql;

import java.util.List;

/**
 * A value and what should be said with it, in Prometheus' words and with the place in the expression:
 * {@code PromQL info: … (1:6)}.
 */
public record QueryResult(Value value, List<String> warnings, List<String> infos) {}
