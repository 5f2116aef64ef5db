package dev.tocsin.series;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts that the table's threads add to and any thread reads. */
final class Tallies {
    final AtomicLong skippedFlips = new AtomicLong();
    final AtomicLongArray limited = new AtomicLongArray(SeriesLimit.values().length);
    final AtomicLong overloaded = new AtomicLong();
    final AtomicLong lateSamples = new AtomicLong();
    final AtomicLong estimatedSets = new AtomicLong();
    final AtomicLong forgottenSeries = new AtomicLong();
    final AtomicLong recordedDropped = new AtomicLong();
    volatile int touchedLastTick;
    volatile long historyBytes;
    /** Halvings of history in force, because it did not fit its bound. */
    volatile int halvings;
}
