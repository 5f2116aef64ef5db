package dev.tocsin.template;

import dev.tocsin.core.Labels;
import dev.tocsin.template.Node.Pipeline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One run of a template: the statements. Used by one thread, once. */
final class Execution {
    private static final int MAX_CALLS = 100;

    private enum Outcome {
        WENT_ON,
        BREAK,
        CONTINUE
    }

    private final Body whole;
    private final Map<String, Body> definitions;
    private final Map<String, Function> functions;
    private final Output output;
    /** What is being run: the whole, or a template that it calls. */
    private Body current;

    private final StringBuilder out = new StringBuilder();
    private Evaluation evaluation;
    private int steps;
    private int calls;

    Execution(Body whole, Map<String, Body> definitions, Map<String, Function> functions, Output output) {
        this.whole = whole;
        this.definitions = definitions;
        this.functions = functions;
        this.output = output;
        this.current = whole;
        this.evaluation = new Evaluation(this, Nil.NIL, functions);
    }

    String run(Object dot, Map<String, Object> variables) {
        evaluation = new Evaluation(this, dot, functions);
        variables.forEach(evaluation::declare);
        statements(whole.statements(), dot);
        return out.toString();
    }

    void step(int offset) {
        if (++steps > output.maxSteps()) {
            throw error(offset, "it took more than " + output.maxSteps() + " steps");
        }
    }

    TemplateException error(int offset, String reason) {
        return Positions.error(
                current.source(), current.text(), offset, "executing \"" + current.source() + "\" " + reason);
    }

    private Outcome statements(List<Node.Statement> nodes, Object dot) {
        for (Node.Statement node : nodes) {
            Outcome outcome = statement(node, dot);
            if (outcome != Outcome.WENT_ON) {
                return outcome;
            }
        }
        return Outcome.WENT_ON;
    }

    private Outcome statement(Node.Statement node, Object dot) {
        step(node.offset());
        switch (node) {
            case Node.Text t -> print(t.text(), t.offset());
            case Node.Action action -> {
                Object value = evaluation.pipeline(action.pipeline(), dot);
                if (action.pipeline().variables().isEmpty()) {
                    String printed = GoFormat.printed(value);
                    print(value instanceof Markup ? printed : output.escaping().escape(printed, out), action.offset());
                }
            }
            case Node.If choice -> {
                int scope = evaluation.scope();
                boolean holds = Values.isTrue(evaluation.pipeline(choice.condition(), dot));
                Outcome outcome = statements(holds ? choice.then() : choice.otherwise(), dot);
                evaluation.leave(scope);
                return outcome;
            }
            case Node.With with -> {
                int scope = evaluation.scope();
                Object value = evaluation.pipeline(with.value(), dot);
                Outcome outcome =
                        Values.isTrue(value) ? statements(with.then(), value) : statements(with.otherwise(), dot);
                evaluation.leave(scope);
                return outcome;
            }
            case Node.Range range -> {
                return range(range, dot);
            }
            case Node.Call call -> call(call, dot);
            case Node.Break ignored -> {
                return Outcome.BREAK;
            }
            case Node.Continue ignored -> {
                return Outcome.CONTINUE;
            }
        }
        return Outcome.WENT_ON;
    }

    private void print(String part, int offset) {
        if (out.length() + part.length() > output.maxCharacters()) {
            throw error(offset, "its output is longer than " + output.maxCharacters() + " characters");
        }
        out.append(part);
    }

    private Outcome range(Node.Range range, Object dot) {
        int scope = evaluation.scope();
        Pipeline over = range.over();
        Object value = evaluation.pipelineValue(over, dot);
        Map<Object, Object> items = items(value, over.offset());
        Outcome outcome = Outcome.WENT_ON;
        for (Map.Entry<Object, Object> item : items.entrySet()) {
            int inner = evaluation.scope();
            List<String> variables = over.variables();
            if (variables.size() == 1) {
                evaluation.set(variables.getFirst(), item.getValue(), over);
            } else if (variables.size() == 2) {
                evaluation.set(variables.get(0), item.getKey(), over);
                evaluation.set(variables.get(1), item.getValue(), over);
            }
            step(range.offset());
            Outcome round = statements(range.body(), item.getValue());
            evaluation.leave(inner);
            if (round == Outcome.BREAK) {
                break;
            }
        }
        if (items.isEmpty()) {
            outcome = statements(range.otherwise(), dot);
        }
        evaluation.leave(scope);
        return outcome;
    }

    /** What a range goes over, in order: a list by index, a mapping by sorted key. */
    private Map<Object, Object> items(Object value, int offset) {
        Map<Object, Object> items = new LinkedHashMap<>();
        switch (value) {
            case List<?> list -> list.forEach(item -> items.put((long) items.size(), item));
            case Labels labels -> labels.forEach(items::put);
            case Map<?, ?> map -> items.putAll(new TreeMap<>(map));
            case Long n -> {
                if (n > output.maxSteps()) {
                    throw error(offset, "range over " + n + " is more than " + output.maxSteps() + " steps");
                }
                for (long i = 0; i < n; i++) {
                    items.put(i, i);
                }
            }
            case Nil ignored -> {}
            default -> throw error(offset, "range can't iterate over " + GoFormat.value(value));
        }
        return items;
    }

    private void call(Node.Call call, Object dot) {
        Body body = definitions.get(call.template());
        if (body == null) {
            throw error(call.offset(), "at <{{template}}>: template \"" + call.template() + "\" not defined");
        }
        if (++calls > MAX_CALLS) {
            throw error(call.offset(), "templates call each other deeper than " + MAX_CALLS);
        }
        Pipeline argument = call.argument();
        Object inner = argument == null ? Nil.NIL : evaluation.pipeline(argument, dot);
        Evaluation outer = evaluation;
        Body caller = current;
        evaluation = new Evaluation(this, inner, functions);
        current = body;
        statements(body.statements(), inner);
        current = caller;
        evaluation = outer;
        calls--;
    }
}
