package dev.tocsin.promql;

import dev.tocsin.core.Labels;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** {@code sort} and its kin. They order the result of an instant query; that of a range query has its own order. */
final class Sorting {
    private Sorting() {}

    static Grid evaluate(Evaluation evaluation, Expr.Call call, Steps steps) {
        String name = call.function().name();
        Grid grid = evaluation.vector(call.args().getFirst(), steps);
        if (evaluation.query.stepMillis() != 0) {
            evaluation.annotations.warn(
                    call.span(), "sort is ineffective for range queries since results are always ordered by labels");
            return grid;
        }
        if (grid.steps != 1) {
            return grid;
        }
        boolean descending = name.endsWith("_desc");
        if (name.startsWith("sort_by_label")) {
            List<String> labels =
                    call.args().stream().skip(1).map(evaluation::string).toList();
            Comparator<Labels> order = byLabels(labels);
            return sorted(grid, Comparator.comparing(grid::labels, descending ? order.reversed() : order), false);
        }
        return sorted(grid, byValue(grid, 0, descending), true);
    }

    /** Rows by their number in one column; NaN comes last either way. */
    static Comparator<Integer> byValue(Grid grid, int step, boolean descending) {
        return (a, b) -> {
            double x = grid.value(a, step);
            double y = grid.value(b, step);
            if (Double.isNaN(x) || Double.isNaN(y)) {
                return Boolean.compare(Double.isNaN(x), Double.isNaN(y));
            }
            return descending ? Double.compare(y, x) : Double.compare(x, y);
        };
    }

    private static Grid sorted(Grid grid, Comparator<Integer> order, boolean floatsOnly) {
        Integer[] rows = new Integer[grid.rows()];
        int n = 0;
        for (int row = 0; row < rows.length; row++) {
            if (floatsOnly ? grid.isFloat(row, 0) : grid.present(row, 0)) {
                rows[n++] = row;
            }
        }
        Arrays.sort(rows, 0, n, order);
        int[] sorted = new int[n];
        for (int i = 0; i < n; i++) {
            sorted[i] = rows[i];
        }
        return grid.reordered(sorted);
    }

    private static Comparator<Labels> byLabels(List<String> names) {
        Comparator<Labels> order = (_, _) -> 0;
        for (String name : names) {
            order = order.thenComparing(l -> l.get(name), Sorting::natural);
        }
        return order.thenComparing(Comparator.naturalOrder());
    }

    /** Runs of digits compare as numbers: {@code v9} before {@code v10}. */
    private static int natural(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int c;
            if (isDigit(a, i) && isDigit(b, j)) {
                int endA = digitsEnd(a, i);
                int endB = digitsEnd(b, j);
                String x = a.substring(i, endA).replaceFirst("^0+(?=.)", "");
                String y = b.substring(j, endB).replaceFirst("^0+(?=.)", "");
                c = x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
                i = endA;
                j = endB;
            } else {
                c = Character.compare(a.charAt(i++), b.charAt(j++));
            }
            if (c != 0) {
                return c;
            }
        }
        return Integer.compare(a.length() - i, b.length() - j);
    }

    private static boolean isDigit(String s, int i) {
        return s.charAt(i) >= '0' && s.charAt(i) <= '9';
    }

    private static int digitsEnd(String s, int start) {
        int end = start;
        while (end < s.length() && isDigit(s, end)) {
            end++;
        }
        return end;
    }
}
