package dev.tocsin.template;

/** What a function says of its arguments; the execution adds where it was called. */
public final class FunctionException extends Exception {
    public FunctionException(String reason) {
        super(reason);
    }
}
