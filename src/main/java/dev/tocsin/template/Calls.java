package dev.tocsin.template;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which templates are called by which. Stateless. */
final class Calls {
    private Calls() {}

    /** The names that are called, from the statements on through everything they call, and that nothing defines. */
    static Set<String> missing(List<Node.Statement> from, Map<String, Body> definitions) {
        Set<String> missing = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>();
        collect(from, open);
        while (!open.isEmpty()) {
            String name = open.remove();
            if (seen.add(name)) {
                Body body = definitions.get(name);
                if (body == null) {
                    missing.add(name);
                } else {
                    collect(body.statements(), open);
                }
            }
        }
        return missing;
    }

    private static void collect(List<Node.Statement> statements, Collection<String> into) {
        for (Node.Statement statement : statements) {
            switch (statement) {
                case Node.Call call -> into.add(call.template());
                case Node.If choice -> {
                    collect(choice.then(), into);
                    collect(choice.otherwise(), into);
                }
                case Node.With with -> {
                    collect(with.then(), into);
                    collect(with.otherwise(), into);
                }
                case Node.Range range -> {
                    collect(range.body(), into);
                    collect(range.otherwise(), into);
                }
                case Node.Text ignored -> {}
                case Node.Action ignored -> {}
                case Node.Break ignored -> {}
                case Node.Continue ignored -> {}
            }
        }
    }
}
