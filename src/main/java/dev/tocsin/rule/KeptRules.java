package dev.tocsin.rule;

import dev.tocsin.core.DurableState;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the alerts of each rule for the next process, where they changed, and gives them back to the rule that goes on
 * for it: as after a reload, the one of the same group, name and labels. Confined to the rule thread.
 */
final class KeptRules {
    private static final System.Logger LOG = System.getLogger(KeptRules.class.getName());
    private static final String PREFIX = "rule/";

    private final DurableState state;
    /** What was kept last of each rule, by key. */
    private final Map<String, Long> kept = new HashMap<>();

    KeptRules(DurableState state) {
        this.state = state;
    }

    /** Unlike any that was given before; of rules that are alike the first is the first again. */
    private static String key(RuleGroup group, Rule rule, Set<String> given) {
        String key = PREFIX + group.id() + "/" + rule.name() + "/" + rule.labelTexts();
        while (!given.add(key)) {
            key += "'";
        }
        return key;
    }

    /**
     * Gives back what an earlier process kept.
     *
     * @return the alerts of rules that are no more
     */
    List<ActiveAlert> restore(Collection<GroupState> groups, long nowMillis) {
        Map<String, byte[]> left = new HashMap<>(state.withPrefix(PREFIX));
        Set<String> given = new HashSet<>();
        Interruption interruption = new Interruption(state.newestTickMillis(), nowMillis);
        for (GroupState group : groups) {
            for (GroupState.Slot slot : group.slots()) {
                if (slot.rule instanceof AlertRuleState rule) {
                    byte[] bytes = left.remove(key(group.group(), rule.rule(), given));
                    if (bytes != null) {
                        restore(slot, rule, bytes, interruption);
                    }
                }
            }
        }
        return left.entrySet().stream()
                .flatMap(e -> departed(e.getKey(), e.getValue(), interruption).stream())
                .toList();
    }

    private static void restore(GroupState.Slot slot, AlertRuleState rule, byte[] bytes, Interruption interruption) {
        try {
            slot.written = rule.restore(new ByteReader(bytes), interruption);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the alerts of rule " + rule.rule().name() + " begin anew", e);
        }
    }

    private static List<ActiveAlert> departed(String key, byte[] bytes, Interruption interruption) {
        try {
            return AlertRuleState.readAlerts(new ByteReader(bytes), interruption);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "what was kept of " + key + " is left out", e);
            return List.of();
        }
    }

    /** Keeps what changed since the last call, and lets go of rules that are no more. */
    void keep(Collection<GroupState> groups) {
        if (state.equals(DurableState.NONE)) {
            return;
        }
        Set<String> given = new HashSet<>();
        Set<String> present = new HashSet<>();
        for (GroupState group : groups) {
            for (GroupState.Slot slot : group.slots()) {
                if (slot.rule instanceof AlertRuleState rule) {
                    keep(key(group.group(), rule.rule(), given), rule, present);
                }
            }
        }
        for (String key : state.withPrefix(PREFIX).keySet()) {
            if (!present.contains(key)) {
                state.remove(key);
                kept.remove(key);
            }
        }
    }

    private void keep(String key, AlertRuleState rule, Set<String> present) {
        long version = rule.version();
        if (version == 0) {
            return;
        }
        present.add(key);
        Long before = kept.put(key, version);
        if (before == null || before != version) {
            ByteWriter out = new ByteWriter(1 << 10);
            rule.write(out);
            state.put(key, out.toBytes());
        }
    }
}
