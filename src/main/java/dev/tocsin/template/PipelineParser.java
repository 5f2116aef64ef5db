package dev.tocsin.template;

import dev.tocsin.template.Node.Command;
import dev.tocsin.template.Node.Operand;
import dev.tocsin.template.Node.Pipeline;
import dev.tocsin.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tokens to a tree: what stands inside an action, and which variables are in scope. Used by one thread, once. */
final class PipelineParser {
    private final TokenReader tokens;
    private final Set<String> functions;
    private List<String> variables;
    private int depth;

    PipelineParser(TokenReader tokens, Set<String> functions, Set<String> variables) {
        this.tokens = tokens;
        this.functions = functions;
        this.variables = new ArrayList<>(variables);
        this.variables.add("$");
    }

    /** A mark to {@link #leave} back to. */
    int scope() {
        return variables.size();
    }

    void leave(int scope) {
        variables.subList(scope, variables.size()).clear();
    }

    /** A template of its own sees no variable but {@code $}. Returns what {@link #leaveTemplate} takes. */
    List<String> enterTemplate() {
        List<String> outer = variables;
        variables = new ArrayList<>(List.of("$"));
        return outer;
    }

    void leaveTemplate(List<String> outer) {
        variables = outer;
    }

    /**
     * A pipeline and the token that ends it.
     *
     * @param context told in errors
     */
    Pipeline pipeline(String context, Kind end) {
        if (++depth > Parser.MAX_DEPTH) {
            throw tokens.error(tokens.peek().offset(), "nested deeper than " + Parser.MAX_DEPTH);
        }
        int offset = tokens.peek().offset();
        List<String> declared = new ArrayList<>();
        boolean declares = declarations(context, declared);
        List<Command> commands = new ArrayList<>();
        while (tokens.peek().kind() != end) {
            commands.add(command(context, end));
        }
        tokens.next();
        check(commands, offset, context);
        depth--;
        return new Pipeline(offset, List.copyOf(declared), declares, List.copyOf(commands));
    }

    /** Reads {@code $x :=}, {@code $x =}, {@code $i, $x :=}. Returns whether they are new. */
    private boolean declarations(String context, List<String> into) {
        while (tokens.peek().kind() == Kind.VARIABLE) {
            Token variable = tokens.peek();
            switch (tokens.peekSecond().kind()) {
                case DECLARE, ASSIGN -> {
                    tokens.next();
                    boolean declares = tokens.next().kind() == Kind.DECLARE;
                    into.add(variable.text());
                    variables.addAll(into);
                    return declares;
                }
                case COMMA -> {
                    tokens.next();
                    tokens.next();
                    into.add(variable.text());
                    if (!context.equals("range") || into.size() > 1) {
                        throw tokens.error(variable.offset(), "too many declarations in " + context);
                    }
                    if (tokens.peek().kind() != Kind.VARIABLE) {
                        throw tokens.error(variable.offset(), "range can only initialize variables");
                    }
                }
                default -> {
                    if (!into.isEmpty()) {
                        throw tokens.error(variable.offset(), "range can only initialize variables");
                    }
                    return false;
                }
            }
        }
        return false;
    }

    private void check(List<Command> commands, int offset, String context) {
        if (commands.isEmpty()) {
            throw tokens.error(offset, "missing value for " + context);
        }
        for (int i = 1; i < commands.size(); i++) {
            switch (commands.get(i).words().getFirst()) {
                case Node.Constant c -> throw notExecutable(c, i);
                case Node.Dot dot -> throw notExecutable(dot, i);
                case Node.NilWord nil -> throw notExecutable(nil, i);
                default -> {}
            }
        }
    }

    private TemplateException notExecutable(Operand word, int stage) {
        return tokens.error(word.offset(), "non executable command in pipeline stage " + (stage + 1));
    }

    /** Words up to a pipe sign, which is taken, or the end of the pipeline, which is not. */
    private Command command(String context, Kind end) {
        int offset = tokens.peek().offset();
        List<Operand> words = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            if (token.kind() == end) {
                break;
            }
            if (token.kind() == Kind.PIPE) {
                if (words.isEmpty()) {
                    throw tokens.unexpected(token, context);
                }
                tokens.next();
                break;
            }
            if (!words.isEmpty() && !token.spaceBefore()) {
                throw tokens.unexpected(token, "operand");
            }
            words.add(operand(context));
        }
        if (words.isEmpty()) {
            throw tokens.error(offset, "empty command");
        }
        return new Command(offset, List.copyOf(words));
    }

    private Operand operand(String context) {
        Operand term = term(context);
        List<String> path = new ArrayList<>();
        while (tokens.peek().kind() == Kind.FIELD && !tokens.peek().spaceBefore()) {
            path.add(tokens.next().text().substring(1));
        }
        if (path.isEmpty()) {
            return term;
        }
        return switch (term) {
            case Node.Field field -> {
                path.addAll(0, field.path());
                yield new Node.Field(field.offset(), List.copyOf(path));
            }
            case Node.Variable v -> new Node.Variable(v.offset(), v.name(), List.copyOf(path));
            case Node.Constant c -> throw tokens.error(c.offset(), "unexpected . after term");
            case Node.Dot dot -> throw tokens.error(dot.offset(), "unexpected . after term");
            case Node.NilWord nil -> throw tokens.error(nil.offset(), "unexpected . after term");
            default -> new Node.Chain(term.offset(), term, List.copyOf(path));
        };
    }

    private Operand term(String context) {
        Token token = tokens.next();
        int offset = token.offset();
        return switch (token.kind()) {
            case IDENTIFIER -> {
                if (!functions.contains(token.text())) {
                    throw tokens.error(offset, "function \"" + token.text() + "\" not defined");
                }
                yield new Node.FunctionName(offset, token.text());
            }
            case DOT -> new Node.Dot(offset);
            case NIL -> new Node.NilWord(offset);
            case VARIABLE -> {
                if (!variables.contains(token.text())) {
                    throw tokens.error(offset, "undefined variable \"" + token.text() + "\"");
                }
                yield new Node.Variable(offset, token.text(), List.of());
            }
            case FIELD -> new Node.Field(offset, List.of(token.text().substring(1)));
            case BOOLEAN -> new Node.Constant(offset, token.text().equals("true"));
            case NUMBER -> new Node.Constant(offset, number(token));
            case CHARACTER -> new Node.Constant(offset, character(token));
            case STRING, RAW_STRING -> new Node.Constant(offset, tokens.unquote(token));
            case LEFT_PAREN -> pipeline("parenthesized pipeline", Kind.RIGHT_PAREN);
            default -> throw tokens.unexpected(token, context);
        };
    }

    private Object number(Token token) {
        try {
            return GoLiterals.number(token.text());
        } catch (NumberFormatException e) {
            throw tokens.error(token.offset(), "bad number syntax: \"" + token.text() + "\"");
        }
    }

    private Object character(Token token) {
        String value = tokens.unquote(token);
        if (value.codePointCount(0, value.length()) != 1) {
            throw tokens.error(token.offset(), "malformed character constant: " + token.text());
        }
        return (long) value.codePointAt(0);
    }
}
