package dev.tocsin.web;

import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Does something for each of thousands, a few hundred at a time, so that the event loop gets to other things in
 * between. What was begun first is finished first. Confined to the event loop of its context.
 */
final class Slices {
    private static final int SLICE = 256;

    private final Context context;
    private final ArrayDeque<Run<?>> runs = new ArrayDeque<>();
    private boolean scheduled;

    private static final class Run<T> {
        final List<T> targets;
        final Consumer<? super T> action;
        final Runnable whenDone;
        int next;

        Run(List<T> targets, Consumer<? super T> action, Runnable whenDone) {
            this.targets = targets;
            this.action = action;
            this.whenDone = whenDone;
        }

        /** @return how many were done */
        int advance(int most) {
            int from = next;
            int to = Math.min(targets.size(), from + most);
            while (next < to) {
                action.accept(targets.get(next++));
            }
            return to - from;
        }

        boolean isDone() {
            return next == targets.size();
        }
    }

    Slices(Context context) {
        this.context = context;
    }

    /** @param targets not to be changed afterwards */
    <T> void forEach(List<T> targets, Consumer<? super T> action, Runnable whenDone) {
        runs.addLast(new Run<>(targets, action, whenDone));
        if (!scheduled) {
            slice();
        }
    }

    private void slice() {
        scheduled = false;
        int left = SLICE;
        while (left > 0 && !runs.isEmpty()) {
            Run<?> run = runs.getFirst();
            left -= run.advance(left);
            if (run.isDone()) {
                runs.removeFirst().whenDone.run();
            }
        }
        if (!runs.isEmpty()) {
            scheduled = true;
            context.runOnContext(v -> slice());
        }
    }
}
