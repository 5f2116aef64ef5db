/** The files of other products, turned into a configuration folder of ours: names kept, what has no equivalent said. */
@NullMarked
package dev.tocsin.convert;

import org.jspecify.annotations.NullMarked;
