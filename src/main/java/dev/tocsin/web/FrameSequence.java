package dev.tocsin.web;

import dev.tocsin.promql.Value.VectorSample;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one subscription as bytes: frames, each of one tick, and what a newcomer must be told to understand them.
 * Has one owner at a time: the evaluation that is under way, or else the hub. {@code s} is the subscription's number, as
 * one connection may have several.
 *
 * <pre>
 * event: connection                                 first of all; further queries join it under this name
 * data: {"name":"1ca4dba4ddb3871b217f7c13","millis":1000}                   (from one frame to the next)
 *
 * event: queries                                    before all others of a subscription
 * data: {"s":1,"queries":["x","rate(y[1m])"]}
 *
 * event: series                                     before the first frame that uses them
 * data: {"s":1,"query":0,"series":[{"id":0,"labels":{"__name__":"x","route":"/login"}}]}
 *
 * event: tick                                       by query, of id, value, id, value, …: those that changed since the
 * id: 1732165200000                                 frame before, and which have no value any more; or the whole state
 * data: {"s":1,"t":1732165200000,"v":{"0":[0,1.5,1,2.25],"3":[0,null]},"gone":{"1":[4]}}
 * data: {"s":1,"t":1732165200000,"whole":true,"v":{…}}      (a distribution as {@link DistributionText})
 *
 * event: problem                                    when a query begins to fail, fails otherwise, or (null) is well again
 * data: {"s":1,"query":1,"error":"…"}
 *
 * event: skipped                                    ticks that this reader will not get, first and last
 * data: {"s":1,"frames":12,"from":1732165201000,"to":1732165212000}
 * </pre>
 */
final class FrameSequence {
    private static final int FRAMES_BETWEEN_CLEANING = 30;

    private final int number;
    private final FrameRing ring;
    private final List<LiveSeries> series = new ArrayList<>();
    private final @Nullable String[] problems;
    private final long frameMillis;
    private long newestMillis;
    private int framesSinceCleaning;

    /** @param number of the subscription */
    FrameSequence(int number, int queries, StreamSettings settings) {
        this.number = number;
        ring = new FrameRing(settings.ringFrames(), settings.maxRingBytes());
        for (int i = 0; i < queries; i++) {
            series.add(new LiveSeries());
        }
        problems = new @Nullable String[queries];
        frameMillis = settings.frameInterval().toMillis();
    }

    /**
     * Encodes and keeps the frame of a tick.
     *
     * @param tickMillis later than that of the frame before
     * @param outcomes one for each query, in order
     */
    Frame add(long tickMillis, List<QueryOutcome> outcomes) {
        StringBuilder announcements = new StringBuilder();
        TickEvent event = new TickEvent();
        for (int query = 0; query < outcomes.size(); query++) {
            LiveSeries live = series.get(query);
            live.beginTick();
            switch (outcomes.get(query)) {
                case QueryOutcome.Samples samples -> {
                    tell(query, samples.samples(), tickMillis, event, announcements);
                    problem(query, null, announcements);
                }
                case QueryOutcome.Problem problem -> problem(query, problem.text(), announcements);
            }
            for (LiveSeries.Known gone : live.gone(tickMillis)) {
                event.gone(query, gone.id);
            }
        }
        Frame.State state =
                new Frame.State(number, series.stream().map(LiveSeries::values).toList());
        Frame frame = new Frame(
                tickMillis, EventBytes.of(announcements), event.bytes(number, tickMillis, newestMillis == 0), state);
        newestMillis = tickMillis;
        ring.add(frame);
        if (++framesSinceCleaning >= FRAMES_BETWEEN_CLEANING) {
            framesSinceCleaning = 0;
            series.forEach(each -> each.forgetUnusedSince(ring.oldestMillis()));
        }
        return frame;
    }

    private void tell(
            int query, List<VectorSample> samples, long tickMillis, TickEvent event, StringBuilder announcements) {
        LiveSeries live = series.get(query);
        boolean announcing = false;
        for (VectorSample sample : samples) {
            LiveSeries.Change change = live.tell(sample, tickMillis, newestMillis);
            if (change == LiveSeries.Change.NEW_SERIES) {
                if (announcing) {
                    announcements.append(',');
                } else {
                    beginSeries(query, announcements);
                    announcing = true;
                }
                LiveSeries.append(announcements, live.last());
            }
            if (change != LiveSeries.Change.NONE) {
                event.value(query, live.last().id, sample.value(), sample.distribution());
            }
        }
        if (announcing) {
            announcements.append("]}\n\n");
        }
    }

    private void beginSeries(int query, StringBuilder out) {
        begin("series", out).append(",\"query\":").append(query).append(",\"series\":[");
    }

    private StringBuilder begin(String event, StringBuilder out) {
        return out.append("event: ").append(event).append("\ndata: {\"s\":").append(number);
    }

    private void problem(int query, @Nullable String text, StringBuilder announcements) {
        if (!Objects.equals(problems[query], text)) {
            problems[query] = text;
            appendProblem(query, text, announcements);
        }
    }

    private void appendProblem(int query, @Nullable String text, StringBuilder out) {
        begin("problem", out).append(",\"query\":").append(query).append(",\"error\":");
        if (text == null) {
            out.append("null");
        } else {
            JsonText.appendString(out, text);
        }
        out.append("}\n\n");
    }

    /**
     * @param bytes to be sent first
     * @param lastMillis the tick up to which the newcomer has then been told; 0 for none
     * @param hasState whether the newcomer has then the values at that tick, or the next frame must bring all
     */
    record Opening(EventBytes bytes, long lastMillis, boolean hasState) {}

    /**
     * What a newcomer gets before the frames to come: all series, all problems, then the frames missed, of which the
     * first is whole, or the newest one.
     *
     * @param lastEventMillis the last tick that the newcomer has seen; 0 for none
     */
    Opening opening(long lastEventMillis) {
        StringBuilder out = new StringBuilder();
        for (int query = 0; query < series.size(); query++) {
            if (series.get(query).size() > 0) {
                beginSeries(query, out);
                series.get(query).appendAll(out);
                out.append("]}\n\n");
            }
            String problem = problems[query];
            if (problem != null) {
                appendProblem(query, problem, out);
            }
        }
        if (ring.isEmpty()) {
            return new Opening(EventBytes.of(out), lastEventMillis, false);
        }
        // A tick that has not been is nobody's last one.
        long since = lastEventMillis > ring.newestMillis() ? 0 : lastEventMillis;
        boolean any = since < ring.newestMillis();
        if (since == 0) {
            out.append(ring.newest().whole());
        } else {
            appendMissed(since, out);
        }
        return new Opening(EventBytes.of(out), ring.newestMillis(), any);
    }

    private void appendMissed(long sinceMillis, StringBuilder out) {
        long previous = sinceMillis;
        for (Iterator<Frame> frames = ring.oldestFirst(); frames.hasNext(); ) {
            Frame frame = frames.next();
            if (frame.tickMillis() > previous) {
                if (isGap(previous, frame.tickMillis(), frameMillis)) {
                    appendSkipped(number, previous, frame.tickMillis(), frameMillis, out);
                }
                out.append(previous == sinceMillis ? frame.whole() : frame.changes());
                previous = frame.tickMillis();
            }
        }
    }

    /** Whether there was room for a frame between two. */
    static boolean isGap(long afterMillis, long beforeMillis, long frameMillis) {
        return beforeMillis - afterMillis >= 2 * frameMillis;
    }

    /** Tells that nothing comes of the frames between two. */
    static void appendSkipped(
            int subscription, long afterMillis, long beforeMillis, long frameMillis, StringBuilder out) {
        long from = afterMillis + frameMillis;
        long to = beforeMillis - frameMillis;
        out.append("event: skipped\ndata: {\"s\":")
                .append(subscription)
                .append(",\"frames\":")
                .append((to - from) / frameMillis + 1)
                .append(",\"from\":")
                .append(from)
                .append(",\"to\":")
                .append(to)
                .append("}\n\n");
    }
}
