/**
 * Looks at PostgreSQL servers: {@link dev.tocsin.watch.postgres.Questions} holds what is asked,
 * {@link dev.tocsin.watch.postgres.ServerReading} asks, {@link dev.tocsin.watch.postgres.ServerSeries} writes the answers
 * as series, {@link dev.tocsin.watch.postgres.MonitorVerticle} joins them.
 */
@NullMarked
package dev.tocsin.watch.postgres;

import org.jspecify.annotations.NullMarked;
