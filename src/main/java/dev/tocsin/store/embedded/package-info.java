/** A PostgreSQL server of our own, as a child process, where no other is configured. */
@NullMarked
package dev.tocsin.store.embedded;

import org.jspecify.annotations.NullMarked;
