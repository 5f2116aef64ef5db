package dev.tocsin;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;

/**
 * Lets the tick (own metrics), the rules, the host and the checks write to one recorder from their threads. Own metrics
 * are recorded before a tick, rules write after it, the others little; so the lock is mostly free when it is asked for.
 */
final class SharedRecorder implements SampleRecorder {
    private final SampleRecorder recorder;

    SharedRecorder(SampleRecorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public synchronized void append(Labels labels, long timeMillis, double value) {
        recorder.append(labels, timeMillis, value);
    }

    @Override
    public synchronized void append(Labels labels, long timeMillis, Distribution value) {
        recorder.append(labels, timeMillis, value);
    }

    @Override
    public synchronized void markStale(Labels labels, long timeMillis) {
        recorder.markStale(labels, timeMillis);
    }
}
