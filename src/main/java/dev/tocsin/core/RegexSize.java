package dev.tocsin.core;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Estimates what a regular expression costs before it is compiled: how deep its groups nest, how many operators it has,
 * and how large it is once its repetitions are written out. Knows just enough of the syntax for that; whether the
 * expression is well formed is the compiler's business. One use.
 */
final class RegexSize {
    /** Each group is a level of recursion in the compiler; Go's own limit is 1,000. */
    private static final int MAX_DEPTH = 250;
    /** Alternatives and repetitions can each be a level of recursion while matching. */
    private static final int MAX_OPERATORS = 1_500;
    /** Most a repetition may count to, nested ones multiplied; as in RE2 and Go. */
    private static final int MAX_REPEAT = 1_000;

    private static final int MAX_SIZE = 50_000;

    private final String text;
    private int at;
    private int operators;

    /** Of one group: its size so far, that of its last item, and the largest repetitions in either. */
    private static final class Level {
        private long size;
        private long last;
        private long repeats = 1;
        private long lastRepeats = 1;

        void item(long itemSize, long itemRepeats) {
            end();
            last = itemSize;
            lastRepeats = itemRepeats;
        }

        void end() {
            size += last;
            repeats = Math.max(repeats, lastRepeats);
            last = 0;
            lastRepeats = 1;
        }
    }

    private final Deque<Level> levels = new ArrayDeque<>();

    private RegexSize(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException where it is too large; the message says in what */
    static void check(String text) {
        new RegexSize(text).scan();
    }

    private void scan() {
        levels.push(new Level());
        while (at < text.length()) {
            Level level = levels.getFirst();
            char c = text.charAt(at++);
            switch (c) {
                case '\\' -> escape(level);
                case '[' -> characterClass(level);
                case '(' -> {
                    operators++;
                    level.end();
                    levels.push(new Level());
                    refuseOver(MAX_DEPTH, levels.size() - 1, "groups nest too deeply");
                }
                case ')' -> {
                    level.end();
                    if (levels.size() > 1) {
                        levels.pop();
                    }
                    levels.getFirst().item(level.size + 2, level.repeats);
                }
                case '*', '+', '?', '|' -> {
                    operators++;
                    level.last++;
                }
                case '{' -> repetition(level);
                default -> level.item(1, 1);
            }
            refuseOver(MAX_OPERATORS, operators, "too many alternatives, groups and repetitions");
            refuseOver(MAX_SIZE, level.size + level.last, "too large");
        }
        long total = 0;
        for (Level level : levels) {
            total += level.size + level.last;
        }
        refuseOver(MAX_SIZE, total, "too large");
    }

    private void escape(Level level) {
        if (text.startsWith("Q", at)) {
            int end = text.indexOf("\\E", at);
            int stop = end < 0 ? text.length() : end;
            level.item(stop - at, 1);
            at = end < 0 ? stop : stop + 2;
        } else {
            at++;
            level.item(1, 1);
        }
    }

    private void characterClass(Level level) {
        at += text.startsWith("^", at) ? 1 : 0;
        at += text.startsWith("]", at) ? 1 : 0;
        while (at < text.length() && text.charAt(at) != ']') {
            boolean named = text.startsWith("[:", at);
            int close = named ? text.indexOf(":]", at) : -1;
            at = close > 0 ? close + 2 : at + (text.charAt(at) == '\\' ? 2 : 1);
        }
        at++;
        level.item(1, 1);
    }

    /** After a brace: {@code 3}}, {@code 3,}}, {@code 3,5}}; anything else is text. */
    private void repetition(Level level) {
        int close = text.indexOf('}', at);
        long most = close < 0 || close - at > 20 ? -1 : most(text.substring(at, close));
        if (most < 0) {
            level.item(1, 1);
            return;
        }
        at = close + 1;
        operators++;
        level.last = Math.max(1, level.last) * Math.max(1, most);
        level.lastRepeats *= Math.max(1, most);
        refuseOver(MAX_REPEAT, level.lastRepeats, "repetitions count too far");
    }

    private static long most(String counts) {
        long most = 0;
        long number = 0;
        for (int i = 0; i < counts.length(); i++) {
            char c = counts.charAt(i);
            if (c >= '0' && c <= '9') {
                number = Math.min(1L << 40, number * 10 + (c - '0'));
            } else if (c == ',' && i > 0) {
                number = 0;
            } else {
                return -1;
            }
            most = Math.max(most, number);
        }
        return counts.isEmpty() ? -1 : most;
    }

    private static void refuseOver(long most, long found, String problem) {
        if (found > most) {
            throw new IllegalArgumentException(problem + ", expected at most " + most);
        }
    }
}
