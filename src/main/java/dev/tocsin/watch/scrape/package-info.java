/**
 * Scraping: finds targets, asks each at its interval for what it exposes, and records that as series, as Prometheus does.
 * Parsing, relabelling and the bookkeeping of series are plain classes; {@link dev.tocsin.watch.scrape.ScrapeVerticle}
 * gives them time and sockets.
 */
@NullMarked
package dev.tocsin.watch.scrape;

import org.jspecify.annotations.NullMarked;
