package dev.tocsin.notify;

import dev.tocsin.core.BreachChart;
import dev.tocsin.core.Clock;
import io.vertx.core.Vertx;

/**
 * What a channel needs of the process around it. Immutable.
 *
 * @param externalUrl how people reach Tocsin, without a slash at the end
 * @param charts for messages that can show one
 * @param templateFailures run for each template that fails, from any thread
 */
record ChannelContext(Vertx vertx, Clock clock, String externalUrl, BreachChart charts, Runnable templateFailures) {}
