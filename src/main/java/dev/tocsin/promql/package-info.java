/**
 * PromQL: text to {@link dev.tocsin.promql.Expr}, and that to a {@link dev.tocsin.promql.QueryResult} over
 * {@link dev.tocsin.core.SeriesSource}. It means what stable PromQL of Prometheus 3 means, and is held to Prometheus' own
 * scripts. What differs, and what is worth knowing:
 *
 * <ul>
 *   <li>Distributions take the place of native histograms. {@code rate}, {@code sum}, {@code +}, … merge and subtract
 *       their buckets. {@code histogram_quantile} of a distribution is off from the exact quantile of the observations
 *       by at most {@link dev.tocsin.core.BucketLayout#relativeError}, relative to it: 0.8 % at the default precision of
 *       two digits, 0.1 % at three. Merging, windowing and subtracting add nothing to that, as buckets stay what they
 *       are; where precisions meet, the coarser one's bound holds. On classic buckets the error is as wide as the bucket.
 *   <li>Distributions in buckets between explicit bounds (Prometheus' "custom buckets", schema -53) are values like any
 *       other, with the interpolation of classic buckets; of different bounds those remain that both have. Nothing that
 *       is ingested makes them yet. Native histograms of the exponential schemas are not carried.
 *   <li>The metric name is dropped when a query ends, not at each step (Prometheus'
 *       {@code promql-delayed-name-removal}).
 *   <li>Functions that Prometheus keeps behind a feature flag are refused, unless parsed with
 *       {@link dev.tocsin.promql.Promql.Experimental#ALLOWED}; {@code histogram_quantiles} is always there. {@code info},
 *       {@code limit_ratio}, arithmetic in durations, and the modifiers {@code anchored}, {@code smoothed} and
 *       {@code fill} are not.
 *   <li>Of series with the same value, {@code topk} and {@code bottomk} keep those that come first.
 *   <li>Expressions, regular expressions, series, samples and time are bounded: see
 *       {@link dev.tocsin.promql.Promql#MAX_LENGTH}, {@link dev.tocsin.core.Regex},
 *       {@link dev.tocsin.promql.QueryLimits}.
 * </ul>
 */
@NullMarked
package dev.tocsin.promql;

import org.jspecify.annotations.NullMarked;
