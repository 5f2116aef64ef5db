/** The command line ({@link dev.tocsin.Main}) and the composition root, which starts, stops and reloads the whole. */
@NullMarked
package dev.tocsin;

import org.jspecify.annotations.NullMarked;
