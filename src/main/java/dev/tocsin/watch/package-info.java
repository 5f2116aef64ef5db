/** Producers of samples inside the process: the host's metrics, our own metrics, the demo load. */
@NullMarked
package dev.tocsin.watch;

import org.jspecify.annotations.NullMarked;
