/** Receivers of pushed samples (UDP, Unix datagram, HTTP) and their accounting: received = accepted + rejected + dropped. */
@NullMarked
package dev.tocsin.ingest;

import org.jspecify.annotations.NullMarked;
