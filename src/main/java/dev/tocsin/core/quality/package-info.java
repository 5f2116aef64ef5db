/** What is known of the quality of data sets. */
@NullMarked
package dev.tocsin.core.quality;

import org.jspecify.annotations.NullMarked;
