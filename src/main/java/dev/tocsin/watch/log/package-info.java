/**
 * Log files as producers of samples: tailing, patterns, fields that become samples, what the lines of the last hours were
 * about, and queries over the files as they are. No line is stored beyond the last few of each category.
 */
@NullMarked
package dev.tocsin.watch.log;

import org.jspecify.annotations.NullMarked;
