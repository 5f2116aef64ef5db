package dev.tocsin.template;

import dev.tocsin.template.Node.Operand;
import java.util.stream.Collectors;

/** Parts of a template as Go's errors show them: on one line, at most 20 characters. */
final class Words {
    private static final int MOST = 20;

    private Words() {}

    static String of(Node.Command command) {
        return shortened(words(command));
    }

    static String of(Operand operand) {
        return shortened(word(operand));
    }

    private static String shortened(String text) {
        return text.length() > MOST ? text.substring(0, MOST) + "..." : text;
    }

    private static String words(Node.Command command) {
        return command.words().stream().map(Words::word).collect(Collectors.joining(" "));
    }

    private static String word(Operand operand) {
        return switch (operand) {
            case Node.FunctionName f -> f.name();
            case Node.Field f -> "." + String.join(".", f.path());
            case Node.Variable v -> v.path().isEmpty() ? v.name() : v.name() + "." + String.join(".", v.path());
            case Node.Dot ignored -> ".";
            case Node.NilWord ignored -> "nil";
            case Node.Constant c -> c.value() instanceof String s ? GoFormat.quote(s) : GoFormat.value(c.value());
            case Node.Chain c -> word(c.base()) + "." + String.join(".", c.path());
            case Node.Pipeline p ->
                p.commands().stream().map(Words::words).collect(Collectors.joining(" | ", "(", ")"));
        };
    }
}
