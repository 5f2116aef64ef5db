/**
 * What one closed tick holds, as columns and as bytes: written by the series thread, read by whoever keeps ticks
 * elsewhere, and by the next process at its start.
 */
@NullMarked
package dev.tocsin.core.tick;

import org.jspecify.annotations.NullMarked;
