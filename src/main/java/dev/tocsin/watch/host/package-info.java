/** The metrics of the machine that Tocsin runs on, under our names and under node_exporter's. */
@NullMarked
package dev.tocsin.watch.host;

import org.jspecify.annotations.NullMarked;
