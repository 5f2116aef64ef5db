package dev.tocsin.promql;

/** What an expression evaluates to. */
public enum ExprType {
    SCALAR("scalar"),
    STRING("string"),
    /** One sample per series. */
    VECTOR("instant vector"),
    /** A range of samples per series. */
    MATRIX("range vector");

    private final String words;

    ExprType(String words) {
        this.words = words;
    }

    /** As Prometheus' documentation calls it. */
    public String words() {
        return words;
    }
}
