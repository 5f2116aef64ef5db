/** What is known of PostgreSQL servers that are looked at. */
@NullMarked
package dev.tocsin.core.postgres;

import org.jspecify.annotations.NullMarked;
