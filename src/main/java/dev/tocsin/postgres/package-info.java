/**
 * PostgreSQL servers by name: where each is and as whom to enter, and a few connections to it, which only read and never
 * wait for ever. What is asked is the business of those who ask.
 */
@NullMarked
package dev.tocsin.postgres;

import org.jspecify.annotations.NullMarked;
