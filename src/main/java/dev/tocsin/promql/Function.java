package dev.tocsin.promql;

import java.util.List;

/**
 * A function's name and shape.
 *
 * @param args types of its arguments; of a variadic function the last one repeats or may be left out
 * @param variadic how many arguments may follow or be missing: 0 none; n up to n more than {@code args.size() - 1};
 *     -1 any number, and the last of {@code args} may be left out
 * @param experimental behind a feature flag in Prometheus
 */
public record Function(String name, List<ExprType> args, int variadic, ExprType returns, boolean experimental) {
    int fewestArgs() {
        return variadic == 0 ? args.size() : args.size() - 1;
    }

    int mostArgs() {
        return switch (variadic) {
            case 0 -> args.size();
            case -1 -> Integer.MAX_VALUE;
            default -> args.size() - 1 + variadic;
        };
    }

    ExprType argType(int i) {
        return args.get(Math.min(i, args.size() - 1));
    }
}
