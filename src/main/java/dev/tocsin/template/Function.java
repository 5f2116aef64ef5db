package dev.tocsin.template;

/** A function that templates call. Its result, like its arguments, is one of the values that {@link Values} lists. */
@FunctionalInterface
public interface Function {
    Object call(Arguments arguments) throws FunctionException;
}
