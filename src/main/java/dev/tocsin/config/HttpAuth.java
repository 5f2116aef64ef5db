package dev.tocsin.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who may use the HTTP surface. */
public sealed interface HttpAuth {
    /** Nobody needs a token, as only this machine can connect. The default; any other {@code http.host} is refused. */
    record Loopback() implements HttpAuth {}

    /** Nobody needs a token, whoever can connect: said explicitly. */
    record None() implements HttpAuth {}

    /** One of these tokens, as {@code Authorization: Bearer TOKEN}. */
    record Tokens(List<String> tokens) implements HttpAuth {
        private static final int MAX_TOKENS = 100;
        private static final int MIN_LENGTH = 8;
        private static final int MAX_LENGTH = 1_024;

        public Tokens {
            tokens = List.copyOf(tokens);
            Allowed.range("number of tokens", tokens.size(), 1, MAX_TOKENS);
            for (String token : tokens) {
                Allowed.require(
                        token.length() >= MIN_LENGTH
                                && token.length() <= MAX_LENGTH
                                && token.chars().allMatch(c -> c > ' ' && c < 0x7f),
                        "a token must be " + MIN_LENGTH + " to " + MAX_LENGTH
                                + " printable ASCII characters without spaces");
            }
        }

        /** Never the tokens themselves: this text ends up in logs. */
        @Override
        public String toString() {
            return "Tokens[" + tokens.size() + "]";
        }
    }

    static HttpAuth read(Layers in) throws ConfigException {
        Layers.Said said = in.findOneOf("http.auth", "http.auth.tokens", "http.auth.tokens_file");
        if (said == null) {
            return new Loopback();
        }
        YamlNode node = said.node();
        return switch (said.key()) {
            case "http.auth.tokens" -> tokens(node, texts(node));
            case "http.auth.tokens_file" -> tokens(node, lines(node));
            default ->
                switch (node.asString()) {
                    case "loopback" -> new Loopback();
                    case "none" -> new None();
                    default ->
                        throw node.error(
                                "expected loopback, none, or tokens: [...], found \"" + node.asString() + "\"");
                };
        };
    }

    private static Tokens tokens(YamlNode node, List<String> texts) throws ConfigException {
        try {
            return new Tokens(texts);
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> texts(YamlNode list) throws ConfigException {
        if (list.isScalar()) {
            return List.of(list.asString());
        }
        List<String> texts = new ArrayList<>();
        for (YamlNode item : list.asList()) {
            texts.add(item.asString());
        }
        return texts;
    }

    private static List<String> lines(YamlNode file) throws ConfigException {
        try {
            return Files.readAllLines(Path.of(file.asString())).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException | InvalidPathException e) {
            throw file.error("can't read \"" + file.asString() + "\": " + e);
        }
    }
}
