/**
 * Asking others by HTTP as Prometheus' {@code http_config} says: credentials, TLS, proxies, headers. For whoever tells
 * receivers and for whoever scrapes.
 */
@NullMarked
package dev.tocsin.http;

import org.jspecify.annotations.NullMarked;
