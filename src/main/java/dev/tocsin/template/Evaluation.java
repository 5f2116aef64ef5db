package dev.tocsin.template;

import dev.tocsin.core.Labels;
import dev.tocsin.template.Node.Command;
import dev.tocsin.template.Node.Operand;
import dev.tocsin.template.Node.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run of one template: the values, and the variables in scope. Used by one thread, once. */
final class Evaluation {
    private final Execution execution;
    private final Map<String, Function> functions;
    private final List<String> names = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    /** @param dot the template's own {@code .}, which {@code $} stays */
    Evaluation(Execution execution, Object dot, Map<String, Function> functions) {
        this.execution = execution;
        this.functions = functions;
        declare("$", dot);
    }

    void declare(String name, Object value) {
        names.add(name);
        values.add(value);
    }

    /** A mark to {@link #leave} back to. */
    int scope() {
        return names.size();
    }

    void leave(int scope) {
        names.subList(scope, names.size()).clear();
        values.subList(scope, values.size()).clear();
    }

    /** Declares the variable, or assigns to the one that is there, as the pipeline says. */
    void set(String name, Object value, Pipeline pipeline) {
        if (pipeline.declares()) {
            declare(name, value);
            return;
        }
        int i = names.lastIndexOf(name);
        if (i < 0) {
            throw execution.error(pipeline.offset(), "undefined variable: " + name);
        }
        values.set(i, value);
    }

    /** The pipeline's value, which its variables are set to. */
    Object pipeline(Pipeline pipeline, Object dot) {
        Object value = pipelineValue(pipeline, dot);
        for (String variable : pipeline.variables()) {
            set(variable, value, pipeline);
        }
        return value;
    }

    /** The pipeline's value alone. */
    Object pipelineValue(Pipeline pipeline, Object dot) {
        Object value = null;
        for (Command command : pipeline.commands()) {
            value = command(command, dot, value);
        }
        return value == null ? Nil.NIL : value;
    }

    private Object command(Command command, Object dot, @Nullable Object piped) {
        execution.step(command.offset());
        Operand first = command.words().getFirst();
        List<Operand> rest = command.words().subList(1, command.words().size());
        return switch (first) {
            case Node.FunctionName f -> call(f, command, dot, piped);
            case Node.Field field -> path(dot, field.path(), field, rest, dot, piped);
            case Node.Variable v when !v.path().isEmpty() -> path(variable(v), v.path(), v, rest, dot, piped);
            case Node.Chain chain -> path(operand(chain.base(), dot), chain.path(), chain, rest, dot, piped);
            case Node.NilWord nil -> throw error(nil, "nil is not a command");
            default -> {
                if (!rest.isEmpty() || piped != null) {
                    throw error(first, "can't give argument to non-function " + Words.of(first));
                }
                yield operand(first, dot);
            }
        };
    }

    private Object operand(Operand operand, Object dot) {
        return switch (operand) {
            case Node.Constant c -> c.value();
            case Node.Dot ignored -> dot;
            case Node.NilWord ignored -> Nil.NIL;
            case Node.Variable v ->
                v.path().isEmpty() ? variable(v) : path(variable(v), v.path(), v, List.of(), dot, null);
            case Node.Field field -> path(dot, field.path(), field, List.of(), dot, null);
            case Node.Chain chain -> path(operand(chain.base(), dot), chain.path(), chain, List.of(), dot, null);
            case Node.FunctionName f -> call(f, new Command(f.offset(), List.of(f)), dot, null);
            case Pipeline pipeline -> pipeline(pipeline, dot);
        };
    }

    private Object variable(Node.Variable v) {
        int i = names.lastIndexOf(v.name());
        if (i < 0) {
            throw error(v, "undefined variable: " + v.name());
        }
        return values.get(i);
    }

    private Object call(Node.FunctionName f, Command command, Object dot, @Nullable Object piped) {
        boolean stopsEarly = f.name().equals("and") || f.name().equals("or");
        List<Object> arguments = new ArrayList<>();
        for (Operand word : command.words().subList(1, command.words().size())) {
            Object value = operand(word, dot);
            arguments.add(value);
            if (stopsEarly && Values.isTrue(value) == f.name().equals("or")) {
                return value;
            }
        }
        if (piped != null) {
            arguments.add(piped);
        }
        Function function = functions.getOrDefault(f.name(), Builtins.FUNCTIONS.get(f.name()));
        if (function == null) {
            throw error(f, "\"" + f.name() + "\" is not a defined function");
        }
        try {
            return function.call(new Arguments(f.name(), arguments));
        } catch (FunctionException e) {
            throw execution.error(
                    f.offset(), "at <" + Words.of(command) + ">: error calling " + f.name() + ": " + e.getMessage());
        }
    }

    /** {@code receiver.A.B}; arguments go to the last. */
    private Object path(
            Object receiver, List<String> path, Operand at, List<Operand> words, Object dot, @Nullable Object piped) {
        Object value = receiver;
        for (int i = 0; i < path.size() - 1; i++) {
            value = member(value, path.get(i), List.of(), at);
        }
        List<Object> arguments = new ArrayList<>();
        for (Operand word : words) {
            arguments.add(operand(word, dot));
        }
        if (piped != null) {
            arguments.add(piped);
        }
        return member(value, path.getLast(), arguments, at);
    }

    private Object member(Object receiver, String name, List<Object> arguments, Operand at) {
        if (receiver instanceof Struct struct) {
            try {
                Object value = struct.member(name, arguments);
                if (value != null) {
                    return value;
                }
            } catch (FunctionException e) {
                throw error(at, "error calling " + name + ": " + e.getMessage());
            }
        }
        if (receiver instanceof Labels || receiver instanceof Map<?, ?>) {
            if (!arguments.isEmpty()) {
                throw error(at, name + " is not a method but has arguments");
            }
            Object value = receiver instanceof Labels labels ? labels.get(name) : ((Map<?, ?>) receiver).get(name);
            return value == null ? Nil.NIL : value;
        }
        if (receiver == Nil.NIL) {
            throw error(at, "nil data; no entry for key \"" + name + "\"");
        }
        throw error(at, "can't evaluate field " + name + " in type " + Values.typeName(receiver));
    }

    private TemplateException error(Operand at, String reason) {
        return execution.error(at.offset(), "at <" + Words.of(at) + ">: " + reason);
    }
}
