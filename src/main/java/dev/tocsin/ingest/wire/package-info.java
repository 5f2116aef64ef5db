/** A pure parser per wire format: bytes to {@link dev.tocsin.core.SampleBatch}, without I/O, logging or exceptions for bad input. */
@NullMarked
package dev.tocsin.ingest.wire;

import org.jspecify.annotations.NullMarked;
