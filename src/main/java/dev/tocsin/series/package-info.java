/** The series table (bytes to slot), the accumulators, the tick, the timeline (hot history), limits and expiry, and the read API. */
@NullMarked
package dev.tocsin.series;

import org.jspecify.annotations.NullMarked;
