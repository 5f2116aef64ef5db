/**
 * History in PostgreSQL: the connection with its reconnecting and its migrations, the chunks that history is packed in,
 * and the reads over them. Everything else goes on without it.
 */
@NullMarked
package dev.tocsin.store;

import org.jspecify.annotations.NullMarked;
