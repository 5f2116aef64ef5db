package dev.tocsin.store;

/**
 * How series that samples are pushed into have their values in memory; read from PostgreSQL they have them alike.
 *
 * @param tickMillis how often a gauge has a value
 * @param gaugeMillis for how long a gauge keeps its value without a sample
 * @param counterMillis for how long a counter or a distribution keeps its total
 */
public record PushedLife(long tickMillis, long gaugeMillis, long counterMillis) {}
