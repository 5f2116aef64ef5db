package dev.tocsin.watch.check;

import dev.tocsin.core.check.CheckState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * All checks: which run now, and what their results come to. A check is down after so many failures in a row, but only
 * where everything that it depends on was well since the first of them; until that is known its dependencies are asked
 * out of turn. Behind one that is down it is unreachable, and not asked. Time is an argument. Confined to one thread.
 */
final class CheckBook {
    /** Dependencies stand before what depends on them. */
    private SequencedMap<String, WatchedCheck> checks = new LinkedHashMap<>();

    private long runs;

    /** @param number higher than those of all runs that began before it */
    record Run(WatchedCheck check, long number) {}

    /**
     * Puts these checks in the place of those before. Of one that was there, by name and kind, what is known is kept; a
     * run in progress of it is let go.
     *
     * @param definitions whose dependencies are all among them, without a circle
     */
    void replace(Collection<CheckDefinition> definitions, long nowMillis) {
        SequencedMap<String, WatchedCheck> next = new LinkedHashMap<>();
        for (CheckDefinition definition : CheckOrder.dependenciesFirst(definitions)) {
            WatchedCheck before = checks.get(definition.name());
            next.put(definition.name(), succeeding(before, definition, nowMillis));
        }
        checks = next;
    }

    private static WatchedCheck succeeding(@Nullable WatchedCheck before, CheckDefinition definition, long nowMillis) {
        return before != null
                        && before.definition()
                                .probe()
                                .kind()
                                .equals(definition.probe().kind())
                ? new WatchedCheck(definition, before, nowMillis)
                : new WatchedCheck(definition, nowMillis);
    }

    Collection<WatchedCheck> checks() {
        return checks.values();
    }

    /** Whether a run is of a check that is still there, as it was when the run began. */
    boolean holds(Run run) {
        return checks.get(run.check.definition().name()) == run.check;
    }

    /** Marks those that are due as running; where they are too many, those that ran longest ago. */
    List<Run> start(int most, long nowMillis) {
        List<WatchedCheck> due = new ArrayList<>();
        for (WatchedCheck check : checks.values()) {
            if (check.isDue(nowMillis)) {
                due.add(check);
            }
        }
        if (due.size() > most) {
            due.sort(Comparator.comparingLong(WatchedCheck::startedMillis));
        }
        List<Run> started = new ArrayList<>();
        for (WatchedCheck check : due.subList(0, Math.min(most, due.size()))) {
            check.begin(nowMillis);
            started.add(new Run(check, ++runs));
        }
        return started;
    }

    /** The check of this name is to be asked now: there is news. */
    void hurry(String name, long nowMillis) {
        WatchedCheck check = checks.get(name);
        if (check != null) {
            check.hurry(nowMillis);
        }
    }

    /** Takes a result; {@link #settle} says what it comes to. */
    void finish(Run run, ProbeResult result, double tookMillis, long nowMillis) {
        run.check.finish(run.number, result, tookMillis, nowMillis);
    }

    /** Judges by windows, dependencies and results. Returns those whose state is another now. */
    List<WatchedCheck> settle(long nowMillis) {
        List<WatchedCheck> changed = new ArrayList<>();
        for (WatchedCheck check : checks.values()) {
            CheckState before = check.state();
            check.become(judge(check, nowMillis), nowMillis);
            if (check.state() != before) {
                changed.add(check);
            }
        }
        return changed;
    }

    private CheckState judge(WatchedCheck check, long nowMillis) {
        if (check.definition().maintenance().covers(nowMillis)) {
            return CheckState.MAINTENANCE;
        }
        List<WatchedCheck> dependencies = dependencies(check);
        for (WatchedCheck dependency : dependencies) {
            CheckState state = dependency.state();
            if (state == CheckState.DOWN || !state.isJudged()) {
                return CheckState.UNREACHABLE;
            }
        }
        if (!check.state().isJudged()) {
            return CheckState.UNKNOWN;
        }
        if (check.state() == CheckState.DOWN || check.failuresInARow() == 0) {
            return check.state();
        }
        boolean faultIsHere = true;
        for (WatchedCheck dependency : dependencies) {
            if (!dependency.wasGoodSinceFailureOf(check)) {
                faultIsHere = false;
                dependency.hurry(nowMillis);
            }
        }
        return faultIsHere && check.hasFailedEnough() ? CheckState.DOWN : check.state();
    }

    private List<WatchedCheck> dependencies(WatchedCheck check) {
        List<WatchedCheck> found = new ArrayList<>();
        for (String name : check.definition().dependsOn()) {
            WatchedCheck dependency = checks.get(name);
            if (dependency != null) {
                found.add(dependency);
            }
        }
        return found;
    }

    /** How many checks are in each state. */
    Map<CheckState, Integer> counts() {
        Map<CheckState, Integer> counts = new HashMap<>();
        checks.values().forEach(check -> counts.merge(check.state(), 1, Integer::sum));
        return counts;
    }
}
