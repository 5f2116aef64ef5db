package dev.tocsin.watch.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Finds many literal texts in one walk over the bytes: an Aho–Corasick automaton whose moves are all written out, over
 * classes of bytes. Upper and lower case of ASCII are the same to it; whoever asks looks at the bytes where that matters.
 * States that end a text are numbered last, so one comparison a byte tells them from the others. Immutable.
 */
final class LiteralScan {
    /** Told the text's number in the list, and the index after its last byte. */
    interface Hits {
        void hit(int literal, int end);
    }

    private final char[] classOf = new char[256];
    /** From {@code state + class} to the next state, states counted in steps of the number of classes. */
    private final int[] moves;

    private final int firstEnding;
    /** Of each ending state, the texts that end there. */
    private final int[][] endings;

    private final int classes;

    LiteralScan(List<String> literals) {
        List<byte[]> texts = new ArrayList<>();
        int distinct = 1;
        for (String literal : literals) {
            byte[] text = folded(literal.getBytes(StandardCharsets.UTF_8));
            texts.add(text);
            for (byte b : text) {
                if (classOf[b & 0xff] == 0) {
                    classOf[b & 0xff] = (char) distinct++;
                }
            }
        }
        for (int upper = 'A'; upper <= 'Z'; upper++) {
            classOf[upper] = classOf[upper + ('a' - 'A')];
        }
        classes = distinct;
        Trie trie = new Trie(texts);
        trie.link();
        int[] numbers = trie.numbers();
        firstEnding = trie.firstEnding * classes;
        moves = new int[trie.size * classes];
        endings = new int[trie.size - trie.firstEnding][];
        for (int state = 0; state < trie.size; state++) {
            for (int c = 0; c < classes; c++) {
                moves[numbers[state] * classes + c] = numbers[trie.next.get(state)[c]] * classes;
            }
            if (numbers[state] >= trie.firstEnding) {
                endings[numbers[state] - trie.firstEnding] = trie.ends.get(state);
            }
        }
    }

    static byte[] folded(byte[] text) {
        byte[] lower = text.clone();
        for (int i = 0; i < lower.length; i++) {
            if (lower[i] >= 'A' && lower[i] <= 'Z') {
                lower[i] = (byte) (lower[i] - 'A' + 'a');
            }
        }
        return lower;
    }

    void scan(byte[] bytes, int from, int to, Hits hits) {
        int[] moving = moves;
        int ending = firstEnding;
        int state = 0;
        for (int i = from; i < to; i++) {
            state = moving[state + classOf[bytes[i] & 0xff]];
            if (state >= ending) {
                for (int literal : endings[state / classes - ending / classes]) {
                    hits.hit(literal, i + 1);
                }
            }
        }
    }

    /** The automaton while it is built. */
    private final class Trie {
        final List<int[]> next = new ArrayList<>();
        final List<int[]> ends = new ArrayList<>();
        int size;
        int firstEnding;

        Trie(List<byte[]> texts) {
            add();
            for (int literal = 0; literal < texts.size(); literal++) {
                int state = 0;
                for (byte b : texts.get(literal)) {
                    int[] from = next.get(state);
                    int c = classOf[b & 0xff];
                    if (from[c] < 0) {
                        from[c] = add();
                    }
                    state = from[c];
                }
                ends.set(state, with(ends.get(state), literal));
            }
        }

        private int add() {
            int[] moves = new int[classes];
            Arrays.fill(moves, -1);
            next.add(moves);
            ends.add(new int[0]);
            return size++;
        }

        private int[] with(int[] list, int... more) {
            int[] longer = Arrays.copyOf(list, list.length + more.length);
            System.arraycopy(more, 0, longer, list.length, more.length);
            return longer;
        }

        /** Writes out where each state goes for each class, breadth first: shorter suffixes are done by then. */
        void link() {
            int[] suffix = new int[size];
            Deque<Integer> queue = new ArrayDeque<>();
            for (int c = 0; c < classes; c++) {
                int child = next.get(0)[c];
                next.get(0)[c] = Math.max(child, 0);
                if (child > 0) {
                    queue.add(child);
                }
            }
            while (!queue.isEmpty()) {
                int state = queue.remove();
                ends.set(state, with(ends.get(state), ends.get(suffix[state])));
                for (int c = 0; c < classes; c++) {
                    int child = next.get(state)[c];
                    int shorter = next.get(suffix[state])[c];
                    if (child < 0) {
                        next.get(state)[c] = shorter;
                    } else {
                        suffix[child] = shorter;
                        queue.add(child);
                    }
                }
            }
        }

        /** New numbers, those of ending states last; the root stays 0. */
        int[] numbers() {
            int[] numbers = new int[size];
            int number = 0;
            for (int pass = 0; pass < 2; pass++) {
                firstEnding = pass == 1 ? number : firstEnding;
                for (int state = 0; state < size; state++) {
                    if (ends.get(state).length > 0 == (pass == 1)) {
                        numbers[state] = number++;
                    }
                }
            }
            return numbers;
        }
    }
}
