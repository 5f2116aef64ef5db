package dev.tocsin.promql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The aggregation operators. */
public enum AggregateOp {
    SUM,
    AVG,
    MIN,
    MAX,
    COUNT,
    GROUP,
    STDDEV,
    STDVAR,
    TOPK(ExprType.SCALAR),
    BOTTOMK(ExprType.SCALAR),
    QUANTILE(ExprType.SCALAR),
    COUNT_VALUES(ExprType.STRING),
    LIMITK(ExprType.SCALAR),
    LIMIT_RATIO(ExprType.SCALAR);

    private final @Nullable ExprType param;
    private final String symbol = name().toLowerCase(Locale.ROOT);

    AggregateOp() {
        this(null);
    }

    AggregateOp(@Nullable ExprType param) {
        this.param = param;
    }

    /** As written in an expression. */
    public String symbol() {
        return symbol;
    }

    /** Type of the argument before the vector; null where there is none. */
    @Nullable
    ExprType param() {
        return param;
    }

    /** Whether it keeps some of the series as they are, instead of making one of each group. */
    boolean selects() {
        return this == TOPK || this == BOTTOMK || this == LIMITK || this == LIMIT_RATIO;
    }

    boolean isExperimental() {
        return this == LIMITK || this == LIMIT_RATIO;
    }

    static @Nullable AggregateOp of(String keyword) {
        for (AggregateOp op : values()) {
            if (op.symbol.equals(keyword)) {
                return op;
            }
        }
        return null;
    }
}
