package dev.tocsin.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a template says, as a tree. Immutable. Offsets are into the template's text. */
sealed interface Node {
    int offset();

    /** What stands for itself in a template. */
    sealed interface Statement extends Node {}

    record Text(int offset, String text) implements Statement {}

    /** {@code {{ pipeline }}}. */
    record Action(int offset, Pipeline pipeline) implements Statement {}

    record If(int offset, Pipeline condition, List<Statement> then, List<Statement> otherwise) implements Statement {}

    record With(int offset, Pipeline value, List<Statement> then, List<Statement> otherwise) implements Statement {}

    record Range(int offset, Pipeline over, List<Statement> body, List<Statement> otherwise) implements Statement {}

    record Break(int offset) implements Statement {}

    record Continue(int offset) implements Statement {}

    /** {@code {{template "name" pipeline}}}. */
    record Call(int offset, String template, @Nullable Pipeline argument) implements Statement {}

    /**
     * Commands, each of which gets the value of the one before as its last argument.
     *
     * @param variables set to its value; two only in a range
     * @param declares whether the variables are new ({@code :=}) or assigned to ({@code =})
     */
    record Pipeline(int offset, List<String> variables, boolean declares, List<Command> commands) implements Operand {}

    /** What is called or evaluated, and its arguments. */
    record Command(int offset, List<Operand> words) implements Node {}

    sealed interface Operand extends Node {}

    record Dot(int offset) implements Operand {}

    record NilWord(int offset) implements Operand {}

    /** A boolean, number or text. */
    record Constant(int offset, Object value) implements Operand {}

    record FunctionName(int offset, String name) implements Operand {}

    /** {@code .A.B}. */
    record Field(int offset, List<String> path) implements Operand {}

    /** {@code $x.A.B}; the name with its dollar sign. */
    record Variable(int offset, String name, List<String> path) implements Operand {}

    /** {@code (pipeline).A.B}. */
    record Chain(int offset, Operand base, List<String> path) implements Operand {}
}
