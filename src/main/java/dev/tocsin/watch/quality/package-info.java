/**
 * The quality of data: how complete, how fresh, how well covered and how consistent data sets are, judged from SQL, from
 * series and from files. What is judged is pure; sources answer from threads of their own.
 */
@NullMarked
package dev.tocsin.watch.quality;

import org.jspecify.annotations.NullMarked;
