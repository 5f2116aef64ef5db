package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.promql.BinaryOp;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ExprType;
import dev.tocsin.promql.Value;
import dev.tocsin.promql.VectorMatching;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The comparisons of a rule's expression, to tell "false" from "there is nothing to compare". Each left side is watched
 * on its own, with the comparisons inside it taken away: {@code count(up == 0) > 2} is without data where there is no
 * {@code up}, not where no {@code up} is 0. Stateless.
 *
 * <ul>
 *   <li>{@code a > 5}, {@code 5 < a}: a;
 *   <li>{@code a > on (x) b}: a, told apart by x;
 *   <li>{@code a > 5 and b > 1}: a and b; {@code a > 5 or b > 1}: whichever of them had data when the alert held;
 *   <li>{@code a > 5 unless b > 1}: a;
 *   <li>{@code max(a > 5)}: {@code max(a)};
 *   <li>{@code absent(a)}, {@code a}, {@code a > bool 5}: nothing; such a rule cannot be without data.
 * </ul>
 */
final class Condition {
    /** Most comparisons that are told apart; further ones are not watched. */
    private static final int MAX_WATCHES = Long.SIZE - 1;

    /**
     * One left side.
     *
     * @param left the expression that must have samples
     * @param ofSample the labels of one of its samples by which it is known
     * @param ofAlert the same labels of an alert's source
     */
    private record Watch(Expr left, UnaryOperator<Labels> ofSample, UnaryOperator<Labels> ofAlert) {}

    private final List<Watch> watches;
    private final boolean alternatives;

    private Condition(List<Watch> watches, boolean alternatives) {
        this.watches = watches;
        this.alternatives = alternatives;
    }

    static Condition of(Expr expr) {
        List<Watch> watches = new ArrayList<>();
        boolean alternatives = collect(expr, Labels::withoutName, Labels::withoutName, watches);
        return new Condition(List.copyOf(watches.subList(0, Math.min(watches.size(), MAX_WATCHES))), alternatives);
    }

    /** Whether an alert of this expression can be without data at all. */
    boolean isWatched() {
        return !watches.isEmpty();
    }

    /** The left sides as they are watched, for tests and the curious. */
    List<String> leftSides() {
        return watches.stream().map(w -> w.left().toString()).toList();
    }

    /**
     * Which left sides have samples at one time.
     *
     * @throws dev.tocsin.promql.PromqlException where a left side cannot be evaluated
     */
    Sight look(RuleQueries queries, long timeMillis) {
        List<Set<Labels>> present = new ArrayList<>();
        for (Watch watch : watches) {
            Set<Labels> labels = new HashSet<>();
            if (queries.at(watch.left, timeMillis) instanceof Value.VectorValue vector) {
                vector.samples().forEach(s -> labels.add(watch.ofSample.apply(s.labels())));
            } else {
                labels.add(Labels.EMPTY);
            }
            present.add(labels);
        }
        return new Sight(present);
    }

    /** Whether it must be asked which left sides had data when the alert held, since not all need to have had. */
    boolean hasAlternatives() {
        return alternatives;
    }

    /** Every left side, as bits. */
    long all() {
        return (1L << watches.size()) - 1;
    }

    /** What {@link #look} saw. */
    final class Sight {
        private final List<Set<Labels>> present;

        private Sight(List<Set<Labels>> present) {
            this.present = present;
        }

        /** The left sides that have a sample for an alert with this source, as bits. */
        long of(Labels source) {
            long bits = 0;
            for (int i = 0; i < watches.size(); i++) {
                if (present.get(i).contains(watches.get(i).ofAlert.apply(source))) {
                    bits |= 1L << i;
                }
            }
            return bits;
        }

        /** What the first left side has samples for, as the sources that its alerts would have. */
        Set<Labels> sources() {
            return present.getFirst();
        }
    }

    /**
     * Adds the left sides of an expression's comparisons.
     *
     * @param ofSample what is to become of the labels of the expression's own samples
     * @return whether they stand on both sides of an {@code or}
     */
    private static boolean collect(
            Expr expr, UnaryOperator<Labels> ofSample, UnaryOperator<Labels> ofAlert, List<Watch> into) {
        Expr e = expr.unwrapped();
        if (e instanceof Expr.Binary binary && binary.op().isSetOperator()) {
            boolean alternatives = collect(binary.left(), ofSample, ofAlert, into);
            if (binary.op() == BinaryOp.AND && binary.matching() != null) {
                UnaryOperator<Labels> matched = signature(binary.matching());
                alternatives |= collect(binary.right(), compose(matched, ofSample), compose(matched, ofAlert), into);
            } else if (binary.op() == BinaryOp.OR) {
                collect(binary.right(), ofSample, ofAlert, into);
                alternatives = true;
            }
            return alternatives;
        }
        if (e instanceof Expr.Binary binary && isFilter(binary)) {
            add(binary, ofSample, ofAlert, into);
        } else {
            Expr bare = Comparisons.takenAway(e);
            if (!bare.equals(e)) {
                watch(bare, ofSample, ofAlert, into);
            }
        }
        return false;
    }

    private static void add(
            Expr.Binary comparison, UnaryOperator<Labels> ofSample, UnaryOperator<Labels> ofAlert, List<Watch> into) {
        VectorMatching matching = comparison.matching();
        if (matching == null) {
            boolean scalarFirst = comparison.left().type() == ExprType.SCALAR;
            watch(scalarFirst ? comparison.right() : comparison.left(), ofSample, ofAlert, into);
            return;
        }
        UnaryOperator<Labels> own = switch (matching.cardinality()) {
            // The result has the many side's labels, and those included from the other.
            case MANY_TO_ONE -> labels -> labels.withoutName().drop(matching.include());
            default -> signature(matching);
        };
        watch(comparison.left(), compose(own, ofSample), compose(own, ofAlert), into);
    }

    private static void watch(
            Expr left, UnaryOperator<Labels> ofSample, UnaryOperator<Labels> ofAlert, List<Watch> into) {
        // What asks for absence has a sample when all is not well: its silence is an answer.
        if (!Comparisons.asksForAbsence(left)) {
            into.add(new Watch(Comparisons.takenAway(left), ofSample, ofAlert));
        }
    }

    private static boolean isFilter(Expr.Binary binary) {
        return binary.op().isComparison() && !binary.bool();
    }

    private static UnaryOperator<Labels> signature(VectorMatching matching) {
        return matching.on()
                ? labels -> labels.keep(matching.labels())
                : labels -> labels.withoutName().drop(matching.labels());
    }

    private static UnaryOperator<Labels> compose(UnaryOperator<Labels> first, UnaryOperator<Labels> second) {
        return labels -> second.apply(first.apply(labels));
    }
}
