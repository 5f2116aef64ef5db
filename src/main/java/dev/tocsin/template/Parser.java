package dev.tocsin.template;

import dev.tocsin.template.Node.Pipeline;
import dev.tocsin.template.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens to a tree: the statements. As in Go, functions must exist and variables be declared when the template is
 * parsed, not only when it runs. Used by one thread, once.
 */
final class Parser {
    /** Nested statements and parentheses; Go's own bound is there to keep the stack, as is this. */
    static final int MAX_DEPTH = 100;

    private final String name;
    private final String text;
    private final TokenReader tokens;
    private final PipelineParser pipelines;
    private final Map<String, List<Node.Statement>> definitions = new LinkedHashMap<>();
    private int depth;
    private int rangeDepth;

    /** @param variables declared before the template begins, with their dollar sign */
    Parser(String name, String text, Set<String> functions, Set<String> variables) {
        this.name = name;
        this.text = text;
        this.tokens = new TokenReader(name, text, new Lexer(name, text).tokens());
        this.pipelines = new PipelineParser(tokens, functions, variables);
    }

    /** The whole template. Further templates that it defines are in {@link #definitions}. */
    List<Node.Statement> parse() {
        List<Node.Statement> nodes = new ArrayList<>();
        while (tokens.peek().kind() != Kind.END) {
            if (atClosing()) {
                throw error(tokens.peek().offset(), "unexpected {{" + closing() + "}}");
            }
            Node.Statement node = node(true);
            if (node != null) {
                nodes.add(node);
            }
        }
        return List.copyOf(nodes);
    }

    Map<String, List<Node.Statement>> definitions() {
        return definitions;
    }

    /** The nodes up to an {@code {{else}}} or {@code {{end}}}, which is told apart from the nodes. */
    private record Body(List<Node.Statement> nodes, String closedBy) {}

    private Body body(String statement, int offset) {
        if (++depth > MAX_DEPTH) {
            throw error(offset, "nested deeper than " + MAX_DEPTH);
        }
        List<Node.Statement> nodes = new ArrayList<>();
        while (true) {
            if (tokens.peek().kind() == Kind.END) {
                throw error(offset, "unexpected end of template in {{" + statement + "}}: {{end}} expected");
            }
            if (atClosing()) {
                depth--;
                return new Body(List.copyOf(nodes), closing());
            }
            Node.Statement node = node(false);
            if (node != null) {
                nodes.add(node);
            }
        }
    }

    private boolean atClosing() {
        Token word = tokens.peekSecond();
        return tokens.peek().kind() == Kind.LEFT_DELIMITER && (word.isKeyword("else") || word.isKeyword("end"));
    }

    /** Takes what ends a body. Of {@code {{else if}}} and {@code {{else with}}} the second word is left to be read. */
    private String closing() {
        tokens.next();
        String word = tokens.next().text();
        Token next = tokens.peek();
        if (word.equals("else") && (next.isKeyword("if") || next.isKeyword("with"))) {
            return "else " + next.text();
        }
        tokens.expect(Kind.RIGHT_DELIMITER, word);
        return word;
    }

    /** A node, or null where it was a definition. */
    private Node.@Nullable Statement node(boolean top) {
        Token first = tokens.next();
        if (first.kind() == Kind.TEXT) {
            return new Node.Text(first.offset(), first.text());
        }
        Token word = tokens.peek();
        if (word.kind() != Kind.KEYWORD) {
            return new Node.Action(word.offset(), pipelines.pipeline("command", Kind.RIGHT_DELIMITER));
        }
        tokens.next();
        return switch (word.text()) {
            case "if" -> ifStatement(word.offset());
            case "with" -> withStatement(word.offset());
            case "range" -> rangeStatement(word.offset());
            case "template" -> call(word.offset());
            case "block" -> block(word.offset());
            case "define" -> {
                if (!top) {
                    throw error(word.offset(), "unexpected {{define}}");
                }
                yield define(word.offset());
            }
            case "break" -> {
                requireRange(word);
                yield new Node.Break(word.offset());
            }
            case "continue" -> {
                requireRange(word);
                yield new Node.Continue(word.offset());
            }
            default -> throw error(word.offset(), "unexpected {{" + word.text() + "}}");
        };
    }

    private void requireRange(Token word) {
        tokens.expect(Kind.RIGHT_DELIMITER, word.text());
        if (rangeDepth == 0) {
            throw error(word.offset(), "{{" + word.text() + "}} outside {{range}}");
        }
    }

    private Node.Statement ifStatement(int offset) {
        int scope = pipelines.scope();
        Pipeline condition = pipelines.pipeline("if", Kind.RIGHT_DELIMITER);
        Body then = body("if", offset);
        List<Node.Statement> otherwise = otherwise("if", then, offset);
        pipelines.leave(scope);
        return new Node.If(offset, condition, then.nodes, otherwise);
    }

    private Node.Statement withStatement(int offset) {
        int scope = pipelines.scope();
        Pipeline value = pipelines.pipeline("with", Kind.RIGHT_DELIMITER);
        Body then = body("with", offset);
        List<Node.Statement> otherwise = otherwise("with", then, offset);
        pipelines.leave(scope);
        return new Node.With(offset, value, then.nodes, otherwise);
    }

    private Node.Statement rangeStatement(int offset) {
        int scope = pipelines.scope();
        Pipeline over = pipelines.pipeline("range", Kind.RIGHT_DELIMITER);
        rangeDepth++;
        Body body = body("range", offset);
        rangeDepth--;
        List<Node.Statement> otherwise = otherwise("range", body, offset);
        pipelines.leave(scope);
        return new Node.Range(offset, over, body.nodes, otherwise);
    }

    private List<Node.Statement> otherwise(String statement, Body before, int offset) {
        if (before.closedBy.equals("end")) {
            return List.of();
        }
        if (before.closedBy.equals("else")) {
            Body body = body(statement, offset);
            if (!body.closedBy.equals("end")) {
                throw error(offset, "expected end; found {{" + body.closedBy + "}}");
            }
            return body.nodes;
        }
        Token word = tokens.next();
        if (!before.closedBy.equals("else " + statement)) {
            throw error(word.offset(), "unexpected <" + word.text() + "> in {{else}} of {{" + statement + "}}");
        }
        if (++depth > MAX_DEPTH) {
            throw error(offset, "nested deeper than " + MAX_DEPTH);
        }
        Node.Statement nested = statement.equals("if") ? ifStatement(word.offset()) : withStatement(word.offset());
        depth--;
        return List.of(nested);
    }

    private Node.Statement call(int offset) {
        String called = templateName("template clause");
        Pipeline argument = null;
        if (tokens.peek().kind() == Kind.RIGHT_DELIMITER) {
            tokens.next();
        } else {
            argument = pipelines.pipeline("template clause", Kind.RIGHT_DELIMITER);
        }
        return new Node.Call(offset, called, argument);
    }

    private Node.Statement block(int offset) {
        String called = templateName("block clause");
        Pipeline argument = pipelines.pipeline("block clause", Kind.RIGHT_DELIMITER);
        definition("block", called, offset);
        return new Node.Call(offset, called, argument);
    }

    private Node.@Nullable Statement define(int offset) {
        String defined = templateName("define clause");
        tokens.expect(Kind.RIGHT_DELIMITER, "define clause");
        definition("define", defined, offset);
        return null;
    }

    private void definition(String statement, String defined, int offset) {
        List<String> outer = pipelines.enterTemplate();
        int outerRange = rangeDepth;
        rangeDepth = 0;
        Body body = body(statement, offset);
        if (!body.closedBy.equals("end")) {
            throw error(offset, "unexpected {{" + body.closedBy + "}} in " + statement + " clause");
        }
        rangeDepth = outerRange;
        pipelines.leaveTemplate(outer);
        if (!body.nodes.isEmpty() || !definitions.containsKey(defined)) {
            definitions.put(defined, body.nodes);
        }
    }

    private String templateName(String context) {
        Token token = tokens.next();
        if (token.kind() != Kind.STRING && token.kind() != Kind.RAW_STRING) {
            throw tokens.unexpected(token, context);
        }
        return tokens.unquote(token);
    }

    private TemplateException error(int offset, String reason) {
        return Positions.error(name, text, offset, reason);
    }
}
