package dev.tocsin.promql;

import com.google.re2j.Pattern;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Regex;
import java.util.List;

/** {@code label_replace} and {@code label_join}. */
final class LabelFunctions {
    private LabelFunctions() {}

    static Grid replace(Evaluation evaluation, Expr.Call call, Steps steps) {
        Grid grid = evaluation.vector(call.args().getFirst(), steps);
        String target = target(evaluation, call, "label_replace");
        String replacement = evaluation.string(call.args().get(2));
        String source = evaluation.string(call.args().get(3));
        String regex = evaluation.string(call.args().get(4));
        Pattern pattern;
        try {
            pattern = Regex.pattern(regex);
        } catch (IllegalArgumentException e) {
            throw PromqlException.execution(
                    call.args().get(4).span(), "invalid regular expression in label_replace(): " + regex);
        }
        for (int row = 0; row < grid.rows(); row++) {
            Labels labels = grid.labels(row);
            com.google.re2j.Matcher match = pattern.matcher(labels.get(source));
            if (match.matches()) {
                set(grid, row, target, GroupReferences.expand(replacement, match));
            }
        }
        return grid.merged(call.span());
    }

    static Grid join(Evaluation evaluation, Expr.Call call, Steps steps) {
        Grid grid = evaluation.vector(call.args().getFirst(), steps);
        String target = target(evaluation, call, "label_join");
        String separator = evaluation.string(call.args().get(2));
        List<String> sources =
                call.args().stream().skip(3).map(evaluation::string).toList();
        for (String source : sources) {
            if (!Utf8Escapes.isLabelName(source)) {
                throw PromqlException.execution(call.span(), "invalid source label name in label_join(): " + source);
            }
        }
        for (int row = 0; row < grid.rows(); row++) {
            Labels labels = grid.labels(row);
            set(
                    grid,
                    row,
                    target,
                    String.join(separator, sources.stream().map(labels::get).toList()));
        }
        return grid.merged(call.span());
    }

    private static void set(Grid grid, int row, String target, String value) {
        boolean named = target.equals(Labels.NAME);
        grid.relabel(row, grid.labels(row).with(target, value), !named && grid.nameDropped(row));
    }

    private static String target(Evaluation evaluation, Expr.Call call, String function) {
        String target = evaluation.string(call.args().get(1));
        if (!Utf8Escapes.isLabelName(target)) {
            throw PromqlException.execution(
                    call.args().get(1).span(), "invalid destination label name in " + function + "(): " + target);
        }
        return target;
    }
}
