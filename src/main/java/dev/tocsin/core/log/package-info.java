/** What is known of log files, for those who show it: the port, and the records that pass through it. */
@NullMarked
package dev.tocsin.core.log;

import org.jspecify.annotations.NullMarked;
