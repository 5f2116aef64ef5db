/** Telling people: templates, delivery with retries, one class per channel. */
@NullMarked
package dev.tocsin.notify;

import org.jspecify.annotations.NullMarked;
