package dev.tocsin.web;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Value.VectorSample;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one subscription as bytes: frames, each of one tick, and what a newcomer must be told to understand them.
 * Has one owner at a time: the evaluation that is under way, or else the hub.
 *
 * <pre>
 * event: series                                     before the first frame that uses them
 * data: {"query":0,"series":[{"id":0,"labels":{"__name__":"x","route":"/login"}}]}
 *
 * event: tick                                       one array a query, of id, value, id, value, …
 * id: 1732165200000
 * data: {"t":1732165200000,"v":[[0,1.5,1,2.25],[0,null]]}      (a distribution as {@link DistributionText})
 *
 * event: problem                                    when a query begins to fail, fails otherwise, or (null) is well again
 * data: {"query":1,"error":"…"}
 *
 * event: pace                                       once, before all others, where frames are not a second apart
 * data: {"millis":10000}
 *
 * event: skipped                                    ticks that this reader will not get, first and last
 * data: {"frames":12,"from":1732165201000,"to":1732165212000}
 * </pre>
 */
final class FrameSequence {
    private static final byte[] NOTHING = {};
    private static final int FRAMES_BETWEEN_CLEANING = 30;

    private final FrameRing ring;
    private final List<SeriesIds> ids = new ArrayList<>();
    private final @Nullable String[] problems;
    private final long frameMillis;
    private int framesSinceCleaning;

    FrameSequence(int queries, StreamSettings settings) {
        ring = new FrameRing(settings.ringFrames(), settings.maxRingBytes());
        for (int i = 0; i < queries; i++) {
            ids.add(new SeriesIds());
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
        StringBuilder values = new StringBuilder(64)
                .append("event: tick\nid: ")
                .append(tickMillis)
                .append("\ndata: {\"t\":")
                .append(tickMillis)
                .append(",\"v\":[");
        for (int query = 0; query < outcomes.size(); query++) {
            values.append(query == 0 ? "[" : ",[");
            switch (outcomes.get(query)) {
                case QueryOutcome.Samples samples -> {
                    appendValues(query, samples.samples(), tickMillis, values, announcements);
                    problem(query, null, announcements);
                }
                case QueryOutcome.Problem problem -> problem(query, problem.text(), announcements);
            }
            values.append(']');
        }
        values.append("]}\n\n");
        Frame frame = new Frame(tickMillis, utf8(announcements), utf8(values));
        ring.add(frame);
        if (++framesSinceCleaning >= FRAMES_BETWEEN_CLEANING) {
            framesSinceCleaning = 0;
            ids.forEach(each -> each.forgetUnusedSince(ring.oldestMillis()));
        }
        return frame;
    }

    private void appendValues(
            int query, List<VectorSample> samples, long tickMillis, StringBuilder values, StringBuilder announcements) {
        boolean announcing = false;
        String separator = "";
        for (VectorSample sample : samples) {
            int id = ids.get(query).use(sample.labels(), tickMillis);
            if (id < 0) {
                id = -1 - id;
                announce(query, id, sample.labels(), announcing, announcements);
                announcing = true;
            }
            values.append(separator).append(id).append(',');
            Distribution distribution = sample.distribution();
            if (distribution == null) {
                JsonText.appendNumber(values, sample.value());
            } else {
                DistributionText.append(values, distribution);
            }
            separator = ",";
        }
        if (announcing) {
            announcements.append("]}\n\n");
        }
    }

    private static void announce(int query, int id, Labels labels, boolean announcing, StringBuilder out) {
        if (announcing) {
            out.append(',');
        } else {
            out.append("event: series\ndata: {\"query\":").append(query).append(",\"series\":[");
        }
        SeriesIds.append(out, id, labels);
    }

    private void problem(int query, @Nullable String text, StringBuilder announcements) {
        if (!Objects.equals(problems[query], text)) {
            problems[query] = text;
            appendProblem(query, text, announcements);
        }
    }

    private static void appendProblem(int query, @Nullable String text, StringBuilder out) {
        out.append("event: problem\ndata: {\"query\":").append(query).append(",\"error\":");
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
     */
    record Opening(byte[] bytes, long lastMillis) {}

    /**
     * What a newcomer gets before the frames to come: all series, all problems, then the frames missed, or the newest
     * one.
     *
     * @param lastEventMillis the last tick that the newcomer has seen; 0 for none
     */
    Opening opening(long lastEventMillis) {
        StringBuilder out = new StringBuilder();
        for (int query = 0; query < ids.size(); query++) {
            if (ids.get(query).size() > 0) {
                out.append("event: series\ndata: {\"query\":").append(query).append(",\"series\":[");
                ids.get(query).appendAll(out);
                out.append("]}\n\n");
            }
            String problem = problems[query];
            if (problem != null) {
                appendProblem(query, problem, out);
            }
        }
        if (ring.isEmpty()) {
            return new Opening(utf8(out), lastEventMillis);
        }
        // A tick that has not been is nobody's last one.
        long since = lastEventMillis > ring.newestMillis() ? 0 : lastEventMillis;
        if (since == 0) {
            out.append(text(ring.newest()));
        } else {
            appendMissed(since, out);
        }
        return new Opening(utf8(out), ring.newestMillis());
    }

    private void appendMissed(long sinceMillis, StringBuilder out) {
        long previous = sinceMillis;
        for (Iterator<Frame> frames = ring.oldestFirst(); frames.hasNext(); ) {
            Frame frame = frames.next();
            if (frame.tickMillis() > previous) {
                if (isGap(previous, frame.tickMillis(), frameMillis)) {
                    appendSkipped(previous, frame.tickMillis(), frameMillis, out);
                }
                out.append(text(frame));
                previous = frame.tickMillis();
            }
        }
    }

    /** Whether there was room for a frame between two. */
    static boolean isGap(long afterMillis, long beforeMillis, long frameMillis) {
        return beforeMillis - afterMillis >= 2 * frameMillis;
    }

    /** Tells that nothing comes of the frames between two. */
    static void appendSkipped(long afterMillis, long beforeMillis, long frameMillis, StringBuilder out) {
        long from = afterMillis + frameMillis;
        long to = beforeMillis - frameMillis;
        out.append("event: skipped\ndata: {\"frames\":")
                .append((to - from) / frameMillis + 1)
                .append(",\"from\":")
                .append(from)
                .append(",\"to\":")
                .append(to)
                .append("}\n\n");
    }

    private static String text(Frame frame) {
        return new String(frame.values(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(StringBuilder text) {
        return text.isEmpty() ? NOTHING : text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
